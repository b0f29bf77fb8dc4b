//! A websocket as a client speaks it that says little: graphql-transport-ws, to any server, or to a router in this process.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};

/// A connection.
pub struct Socket(TcpStream);

impl Socket {
    /// A connection to a router, acknowledged.
    pub async fn open(router: axum::Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self::connect(address, json!({})).await
    }

    /// A connection to a server, acknowledged to whoever shows this.
    pub async fn connect(address: impl ToSocketAddrs, shown: Value) -> Self {
        let mut socket = Self(TcpStream::connect(address).await.expect("it listens"));
        socket.0.write_all(HANDSHAKE).await.expect("it reads");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.0.read_u8().await.expect("it answers"));
        }
        assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
        socket.say(&json!({ "type": "connection_init", "payload": shown })).await;
        assert_eq!(socket.hear().await["type"], "connection_ack");
        socket
    }

    /// Says something.
    pub async fn say(&mut self, message: &Value) {
        let text = message.to_string().into_bytes();
        // A whole text, whose mask changes nothing.
        let mut frame = vec![TEXT, 0x80 | 0x7e];
        frame.extend(u16::try_from(text.len()).expect("a short message").to_be_bytes());
        frame.extend([0; 4]);
        frame.extend(text);
        self.0.write_all(&frame).await.expect("it reads");
    }

    /// What is said next. Asked whether it is there, it says so.
    pub async fn hear(&mut self) -> Value {
        loop {
            let (kind, said) = self.frame().await;
            match kind {
                TEXT => return serde_json::from_slice(&said).expect("JSON"),
                PING => self.0.write_all(PONG).await.expect("it reads"),
                _ => panic!("a frame of kind {kind:#x}"),
            }
        }
    }

    async fn frame(&mut self) -> (u8, Vec<u8>) {
        let kind = self.0.read_u8().await.expect("a frame");
        let length = match self.0.read_u8().await.expect("a length") {
            126 => u64::from(self.0.read_u16().await.expect("a length")),
            127 => self.0.read_u64().await.expect("a length"),
            short => short.into(),
        };
        let mut said = vec![0; usize::try_from(length).expect("a length")];
        self.0.read_exact(&mut said).await.expect("all of it");
        (kind, said)
    }
}

/// The kinds of whole frames.
const TEXT: u8 = 0x81;
const PING: u8 = 0x89;
/// A pong that says nothing, whose mask changes nothing.
const PONG: &[u8] = &[0x8a, 0x80, 0, 0, 0, 0];

const HANDSHAKE: &[u8] = b"GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    sec-websocket-protocol: graphql-transport-ws\r\n\r\n";
