//! Clients that take their time: whoever never ends what they began holds a little memory for half a minute, and no
//! longer.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tests::database::Kind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::kit::{Program, open_many_files, scaled};

/// How long anybody waits here: longer than the server does.
const PATIENCE: Duration = Duration::from_secs(75);
const MEBIBYTE: u64 = 1 << 20;

/// What a connection says before it falls silent: nothing, half a head, or what both protocols begin with.
const BEGINNINGS: [&str; 4] =
    ["", "P", "POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-more: ", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"];

async fn connect(program: &Program, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(program.process.address()).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// What comes until the server ends the connection.
async fn to_the_end(mut stream: TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut heard)).await;
    assert!(read.is_ok(), "the server still holds the connection");
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_never_end_cost_little_and_are_given_up() {
    open_many_files();
    let program = Program::start(Kind::Sqlite).await.unwrap();
    let count = scaled(10_000, 400);
    let before = program.process.memory();
    let began = Instant::now();
    let mut streams = Vec::new();
    for at in 0..count {
        streams.push(connect(&program, BEGINNINGS[at % BEGINNINGS.len()]).await);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let during = program.process.memory();
    let asked = Instant::now();
    assert_eq!(program.get("/healthz", &[]).await.status, 200);
    println!(
        "{count} connections in {:?}: {} KiB each; another is answered in {:?}",
        began.elapsed(),
        during.saturating_sub(before) / 1024 / u64::try_from(count).unwrap(),
        asked.elapsed()
    );
    let generous = 64 * MEBIBYTE + u64::try_from(count).unwrap() * 64 * 1024;
    assert!(during < before + generous, "from {before} to {during}");
    let heard = join_all(streams.into_iter().map(to_the_end)).await;
    assert_eq!(heard.len(), count);
    println!(
        "all are given up after {:?}; {} MiB before, {} MiB after",
        began.elapsed(),
        before / MEBIBYTE,
        program.process.memory() / MEBIBYTE
    );
    assert_eq!(program.get("/healthz", &[]).await.status, 200);
}

/// Sends a byte a second until the server ends it, and hears what it says.
async fn trickle(program: &Program, path: &str) -> String {
    let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n");
    let mut stream = connect(program, &format!("{head}content-length: 1000\r\nconnection: close\r\n\r\n")).await;
    let (mut said, began) = (Vec::new(), Instant::now());
    while began.elapsed() < PATIENCE {
        if stream.write_all(b" ").await.is_err() {
            break;
        }
        let read = tokio::time::timeout(Duration::from_secs(1), stream.read_buf(&mut said)).await;
        if matches!(read, Ok(Ok(0) | Err(_))) {
            break;
        }
    }
    assert!(began.elapsed() < PATIENCE, "the server still holds the connection");
    String::from_utf8(said).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_a_byte_a_second_is_given_up() {
    let program = Program::start(Kind::Sqlite).await.unwrap();
    let said = join_all(["/graphql", "/graphql/stream"].map(|path| trickle(&program, path))).await;
    for said in said {
        assert!(said.starts_with("HTTP/1.1 408") && said.contains("LIMIT_EXCEEDED"), "{said}");
    }
}

const UPGRADE: &str = "GET /graphql HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
    sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    sec-websocket-protocol: graphql-transport-ws\r\n\r\n";

/// The code of the last frame, which closes a websocket.
fn close_code(heard: &[u8]) -> u16 {
    let begin = heard.windows(4).position(|part| part == b"\r\n\r\n").expect("an answer") + 4;
    let frames = &heard[begin..];
    assert!(frames.len() >= 4 && frames[0] == 0x88, "{frames:?}");
    u16::from_be_bytes([frames[2], frames[3]])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_that_says_nothing_is_closed() {
    let program = Program::start(Kind::Sqlite).await.unwrap();
    let mut streams = Vec::new();
    for _ in 0..scaled(1000, 20) {
        streams.push(connect(&program, UPGRADE).await);
    }
    for heard in join_all(streams.into_iter().map(to_the_end)).await {
        assert_eq!(close_code(&heard), 4408);
    }
}

/// A frame of a client whose mask changes nothing: how it begins, and what it holds.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first, 0x80 | 127];
    frame.extend(u64::try_from(payload.len()).unwrap().to_be_bytes());
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_that_says_too_much_is_closed() {
    const TEXT: u8 = 0x01;
    const MORE: u8 = 0x00;
    const LAST: u8 = 0x80;
    let program = Program::start(Kind::Sqlite).await.unwrap();
    let piece = vec![b' '; 1 << 16];
    for (what, frames) in [
        ("a large frame", vec![frame(LAST | TEXT, &vec![b' '; 2 << 20])]),
        ("frames without end", [vec![frame(TEXT, &piece)], vec![frame(MORE, &piece); 64]].concat()),
    ] {
        let mut stream = connect(&program, UPGRADE).await;
        let mut answer = [0; 4096];
        let read = stream.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 101"), "{what}");
        let (mut reading, mut writing) = stream.into_split();
        let sending = tokio::spawn(async move {
            for frame in frames {
                if writing.write_all(&frame).await.is_err() {
                    break;
                }
            }
            writing
        });
        let mut heard = answer[..read].to_vec();
        let _ = tokio::time::timeout(PATIENCE, reading.read_to_end(&mut heard)).await.expect("it is closed");
        assert_eq!(close_code(&heard), 1009, "{what}");
        drop(sending.await);
    }
    assert_eq!(program.get("/healthz", &[]).await.status, 200);
}
