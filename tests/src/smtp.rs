//! A mail server that takes every letter, and shows it: it speaks as much SMTP as that takes.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};

/// A mail server.
pub struct Smtp {
    port: u16,
    letters: Mutex<mpsc::UnboundedReceiver<Letter>>,
}

/// A letter that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// To whom.
    pub to: String,
    /// Its headers and its text, decoded.
    pub text: String,
}

impl Letter {
    /// What stands behind this in its link.
    pub fn token(&self, part: &str) -> String {
        let (_, after) = self.text.split_once(&format!("#{part}=")).unwrap_or_else(|| panic!("no {part}: {self:?}"));
        after.split_whitespace().next().expect("a token").to_owned()
    }
}

/// How long a letter may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

impl Smtp {
    /// A mail server on a port of its own.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let (sender, letters) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, sender.clone()));
            }
        });
        Self { port, letters: Mutex::new(letters) }
    }

    /// Its address, as settings have it.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The next letter.
    pub async fn letter(&self) -> Letter {
        let mut letters = self.letters.lock().await;
        tokio::time::timeout(PATIENCE, letters.recv()).await.expect("a letter comes").expect("it runs")
    }

    /// Whether a letter came that nobody looked at.
    pub async fn is_empty(&self) -> bool {
        self.letters.lock().await.is_empty()
    }
}

async fn serve(stream: TcpStream, letters: mpsc::UnboundedSender<Letter>) {
    let mut stream = BufReader::new(stream);
    let mut letter = Letter { to: String::new(), text: String::new() };
    let mut answer = "220 here\r\n";
    loop {
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
        let Some(line) = line(&mut stream).await else { return };
        answer = match line.trim_end().split([' ', ':']).next().unwrap_or_default().to_uppercase().as_str() {
            "RCPT" => {
                letter.to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 yes\r\n"
            }
            "DATA" => {
                if stream.write_all(b"354 go on\r\n").await.is_err() {
                    return;
                }
                letter.text = decoded(&text(&mut stream).await);
                // Nobody may look at it.
                let _ = letters.send(letter.clone());
                "250 taken\r\n"
            }
            "QUIT" => return,
            _ => "250 yes\r\n",
        };
    }
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then_some(line)
}

/// All lines up to the one that is a full stop.
async fn text(stream: &mut BufReader<TcpStream>) -> String {
    let mut text = String::new();
    while let Some(line) = line(stream).await.filter(|line| line.trim_end() != ".") {
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
    text
}

/// The text without its quoted-printable encoding, as far as our letters use it.
fn decoded(text: &str) -> String {
    if text.to_lowercase().contains("quoted-printable") {
        text.replace("=\r\n", "").replace("=3D", "=")
    } else {
        text.to_owned()
    }
}
