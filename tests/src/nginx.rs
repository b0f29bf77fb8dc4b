//! A real reverse proxy before the server: Debian's nginx, which passes `/a/b/` on and everything else not.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::account::Account;
use crate::daemon::{Daemon, Signal};
use crate::folder::Folder;
use crate::http::free_address;
use crate::missing;

const PROGRAM: &str = "/usr/sbin/nginx";

/// The path under which the proxy shows the server. The server itself sees the path without it.
pub const PREFIX: &str = "/a/b";

/// An nginx that ends with its handle, and with this process.
#[derive(Debug)]
pub struct Nginx {
    address: SocketAddr,
    daemon: Daemon,
}

impl Nginx {
    /// Starts a proxy before the server at `upstream`; none, said loudly, when nginx is not installed.
    pub async fn start(upstream: SocketAddr) -> Option<Self> {
        if !Path::new(PROGRAM).exists() {
            missing::skip("there is no nginx (`scripts/setup-tests` installs it)");
            return None;
        }
        // Somebody else may take the port before nginx does.
        for _ in 0..5 {
            let mut nginx = Self::try_start(upstream);
            if nginx.is_ready().await {
                return Some(nginx);
            }
        }
        panic!("nginx found no free port five times");
    }

    /// The server's public address, to which a path such as `/graphql` is added.
    pub fn url(&self) -> String {
        format!("http://{}{PREFIX}", self.address)
    }

    /// The address of nginx itself.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What nginx logged.
    pub fn log(&self) -> String {
        self.daemon.log()
    }

    fn try_start(upstream: SocketAddr) -> Self {
        let account = Account::for_servers();
        let folder = Folder::of(account);
        let address = free_address();
        std::fs::write(folder.path().join("nginx.conf"), configuration(address, upstream)).expect("a configuration");
        let mut command = Command::new(PROGRAM);
        command.args(["-e", "stderr", "-c", "nginx.conf", "-p"]).arg(folder.path());
        if let Some(account) = account {
            account.run(&mut command);
        }
        let mut daemon = Daemon::new(folder, Signal::Term);
        daemon.start(&mut command);
        Self { address, daemon }
    }

    /// Waits until it answers; says no when it could not have its port.
    async fn is_ready(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            if self.daemon.ended().is_some() {
                let log = self.daemon.log();
                assert!(log.contains("Address already in use"), "nginx does not start. {log}");
                return false;
            }
            if TcpStream::connect(self.address).await.is_ok() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("nginx does not answer. {}", self.daemon.log());
    }
}

/// Uploads and downloads pass through unbuffered and of any size, websockets are upgraded.
fn configuration(address: SocketAddr, upstream: SocketAddr) -> String {
    format!(
        r#"
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  map $http_upgrade $connection_upgrade {{ default upgrade; "" ""; }}
  server {{
    listen {address};
    client_max_body_size 0;
    location {PREFIX}/ {{
      proxy_pass http://{upstream}/;
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_buffering off;
      proxy_read_timeout 60s;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
"#
    )
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::Request;
    use axum::http::HeaderMap;
    use axum::routing::{get, post};
    use axum::{Json, Router};
    use bytes::Bytes;
    use futures_util::StreamExt;
    use serde_json::{Value, json};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    use super::*;
    use crate::http::client;

    async fn serve(router: Router) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }

    #[tokio::test]
    async fn the_server_sees_its_own_path_and_who_asked() {
        let show = async |request: Request| {
            let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            Json(json!([
                request.uri().to_string(),
                header("host"),
                header("x-forwarded-for"),
                header("x-forwarded-host"),
                header("x-forwarded-proto")
            ]))
        };
        let upstream = serve(Router::new().fallback(show)).await;
        let Some(nginx) = Nginx::start(upstream).await else { return };
        let seen: Value = client().get(nginx.url() + "/c?d=e").send().await.unwrap().json().await.unwrap();
        let host = nginx.address().to_string();
        assert_eq!(seen, json!(["/c?d=e", host, "127.0.0.1", host, "http"]));
        let elsewhere = client().get(format!("http://{host}/c")).send().await.unwrap();
        assert_eq!(elsewhere.status(), 404);
    }

    #[tokio::test]
    async fn bodies_stream_both_ways() {
        let echo = async |body: Body| Body::from_stream(body.into_data_stream());
        let upstream = serve(Router::new().route("/echo", post(echo))).await;
        let Some(nginx) = Nginx::start(upstream).await else { return };

        let (send, receive) = mpsc::channel::<Bytes>(1);
        let pieces = futures_util::stream::unfold(receive, async |mut receive| Some((receive.recv().await?, receive)));
        let body = reqwest::Body::wrap_stream(pieces.map(Ok::<_, std::io::Error>));
        send.send("first".into()).await.unwrap();
        let answer = client().post(nginx.url() + "/echo").body(body).send().await.unwrap();
        let mut pieces = answer.bytes_stream();
        assert_eq!(pieces.next().await.unwrap().unwrap(), "first");
        send.send("second".into()).await.unwrap();
        assert_eq!(pieces.next().await.unwrap().unwrap(), "second");
        drop(send);
        assert!(pieces.next().await.is_none());
    }

    #[tokio::test]
    async fn websockets_are_upgraded() {
        let upgrade = async |headers: HeaderMap, request: Request| {
            assert_eq!(headers["connection"], "upgrade");
            assert_eq!(headers["upgrade"], "websocket");
            drop(request);
            (axum::http::StatusCode::SWITCHING_PROTOCOLS, [("connection", "upgrade"), ("upgrade", "websocket")])
        };
        let upstream = serve(Router::new().route("/ws", get(upgrade))).await;
        let Some(nginx) = Nginx::start(upstream).await else { return };
        let mut stream = TcpStream::connect(nginx.address()).await.unwrap();
        let request = "GET /a/b/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 101");
    }

    #[tokio::test]
    async fn it_leaves_nothing() {
        let Some(nginx) = Nginx::start(free_address()).await else { return };
        let (address, folder) = (nginx.address(), nginx.daemon.folder().to_owned());
        drop(nginx);
        assert!(TcpStream::connect(address).await.is_err());
        assert!(!folder.exists());
    }
}
