//! Subscribers: those who are told what a run says, and those who wait.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::client::Connection;
use crate::measure;
use crate::server::Server;
use crate::slice::{Counted, Slice};
use crate::world::{self, World};
use crate::write::events;

/// The document of all subscribers.
pub const DOCUMENT: &str = include_str!("../workloads/subscribe.graphql");
/// How many events are said at a time.
const SAID: u32 = 10;
/// How long what was said may take to come.
const PATIENCE: Duration = Duration::from_mins(1);

/// Subscribers of one run.
pub struct Crowd {
    heard: Arc<Heard>,
    listening: Vec<JoinHandle<()>>,
    said: AtomicU32,
}

/// What all subscribers have heard together.
#[derive(Default)]
struct Heard {
    frames: AtomicU64,
    more: Notify,
}

impl Crowd {
    /// So many subscribers of a run.
    pub async fn gather(address: SocketAddr, token: &str, run: u32, count: usize) -> Self {
        let mut crowd = Self { heard: Arc::default(), listening: Vec::with_capacity(count), said: AtomicU32::new(0) };
        for _ in 0..count {
            let mut stream = subscribe(address, token, run).await;
            let heard = Arc::clone(&crowd.heard);
            crowd.listening.push(tokio::spawn(async move { listen(&mut stream, &heard).await }));
        }
        // What was asked for last is answered to nobody: give it a moment.
        tokio::time::sleep(Duration::from_millis(500)).await;
        crowd
    }

    /// Says something again and again, each time that all have heard it; what it took for each frame that was heard.
    pub async fn measure(
        &self,
        (world, server, run): (World, &Server, u32),
        time: Duration,
        counted: Counted,
    ) -> Slice {
        let mut speaker = Connection::open(server.process.address()).await;
        let spin = measure::spin();
        let (before, spent, began) = (self.heard(), counted.now(), Instant::now());
        let mut awaited = before;
        while began.elapsed() < time {
            let nth = self.said.fetch_add(1, Ordering::Relaxed);
            let (run_id, batch) = (world::run(run).to_string(), format!("live-{nth}"));
            let variables = json!({ "run": run_id, "batch": batch, "events": events(nth, SAID) });
            speaker.ask(&server.say(world, run, &variables)).await;
            assert_eq!(speaker.status(), "200", "{}", speaker.said());
            awaited += u64::try_from(self.listening.len()).expect("few") * u64::from(SAID);
            self.wait_for(awaited).await;
        }
        let frames = u32::try_from(self.heard() - before).expect("not so many");
        Slice::of(frames, began.elapsed(), (spent, counted.now()), spin)
    }

    fn heard(&self) -> u64 {
        self.heard.frames.load(Ordering::Acquire)
    }

    async fn wait_for(&self, frames: u64) {
        let began = Instant::now();
        while self.heard() < frames {
            let _ = tokio::time::timeout(Duration::from_millis(100), self.heard.more.notified()).await;
            assert!(began.elapsed() < PATIENCE, "{} of {frames} frames came", self.heard());
        }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        for one in &self.listening {
            one.abort();
        }
    }
}

const HANDSHAKE: &[u8] = b"GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    sec-websocket-protocol: graphql-transport-ws\r\n\r\n";

async fn subscribe(address: SocketAddr, token: &str, run: u32) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(HANDSHAKE).await.expect("it reads");
    let head = until(&mut stream, b"\r\n\r\n").await;
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    let init = json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {token}") } });
    stream.write_all(&frame(&init.to_string())).await.expect("it reads");
    until(&mut stream, b"connection_ack\"}").await;
    let variables = json!({ "run": world::run(run).to_string() });
    let payload = json!({ "query": DOCUMENT, "variables": variables });
    let asks = json!({ "id": "1", "type": "subscribe", "payload": payload });
    stream.write_all(&frame(&asks.to_string())).await.expect("it reads");
    stream
}

/// What comes until this stands at its end.
async fn until(stream: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let mut read = Vec::new();
    while !read.ends_with(end) {
        let more = stream.read_buf(&mut read).await.expect("it answers");
        assert!(more > 0, "closed: {}", String::from_utf8_lossy(&read));
    }
    read
}

/// A whole text, whose mask changes nothing.
fn frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match u8::try_from(text.len()) {
        Ok(short) if short < 126 => frame.push(0x80 | short),
        _ => {
            frame.push(0x80 | 0x7e);
            frame.extend(u16::try_from(text.len()).expect("a short message").to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(text.as_bytes());
    frame
}

/// Counts what is said, until the connection ends.
async fn listen(stream: &mut TcpStream, heard: &Heard) {
    let mut read = Vec::with_capacity(4096);
    loop {
        match stream.read_buf(&mut read).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let (mut at, mut frames) = (0, 0);
        while let Some((start, end)) = next(&read[at..]) {
            let text = &read[at + start..at + end];
            assert!(!text.windows(7).take(40).any(|word| word == b"\"error\""), "{}", String::from_utf8_lossy(text));
            frames += u64::from(text.windows(6).any(|word| word == b"\"next\""));
            at += end;
        }
        read.drain(..at);
        if frames > 0 {
            heard.frames.fetch_add(frames, Ordering::AcqRel);
            heard.more.notify_one();
        }
    }
}

/// Where the text of the first frame stands, where it is there as a whole.
fn next(read: &[u8]) -> Option<(usize, usize)> {
    let (start, length) = match *read.get(1)? {
        126 => (4, usize::from(u16::from_be_bytes(read.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(read.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    (read.len() >= start + length).then_some((start, start + length))
}
