//! A lean HTTP/1.1 client: what it takes itself should hardly be felt.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection that is kept open.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
    head: usize,
}

/// A request as it goes over the wire.
pub fn request(path: &str, token: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\ncontent-type: application/json\r\n\
         authorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A request for what is at an address.
pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\n\r\n").into_bytes()
}

impl Connection {
    /// A connection to a server.
    pub async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, answer: Vec::with_capacity(1 << 16), head: 0 }
    }

    /// Sends a request and waits for its answer.
    pub async fn ask(&mut self, request: &[u8]) -> &[u8] {
        self.stream.write_all(request).await.expect("it reads");
        self.answer.clear();
        self.head = loop {
            self.read().await;
            if let Some(at) = self.answer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
        };
        let length = self.header("content-length").and_then(|length| length.parse::<usize>().ok());
        let end = self.head + length.unwrap_or_else(|| panic!("without a length: {}", self.said()));
        while self.answer.len() < end {
            self.read().await;
        }
        self.body()
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        &self.answer[self.head..]
    }

    /// The status of the last answer.
    pub fn status(&self) -> &str {
        std::str::from_utf8(&self.answer[9..12]).unwrap_or_default()
    }

    /// A header of the last answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = std::str::from_utf8(&self.answer[..self.head]).ok()?;
        let pairs = head.lines().filter_map(|line| line.split_once(": "));
        pairs.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    /// The last answer, as text.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&self.answer[..self.answer.len().min(2000)]).into_owned()
    }

    async fn read(&mut self) {
        let read = self.stream.read_buf(&mut self.answer).await.expect("it answers");
        assert!(read > 0, "the connection was closed: {}", self.said());
    }
}
