//! Listens until it is told to stop, and lets running requests finish.

use std::convert::Infallible;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use futures_util::FutureExt;
use futures_util::future::Shared;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use super::Peer;
use super::admission::{Admission, Crowd, Place};
use super::metrics;
use super::patient::Patient;

/// How long the head of a request may take: whoever sends it more slowly holds a connection for nothing.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait when no more connections can be opened.
const PAUSE: Duration = Duration::from_millis(500);

/// What whoever comes too much hears. It is HTTP/1.1 in any case: one who speaks another protocol has no more to say.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json; charset=utf-8\r\n\
    retry-after: 5\r\nconnection: close\r\ncontent-length: 111\r\n\r\n\
    {\"errors\":[{\"message\":\"there are too many connections: come again later\",\"extensions\":{\"code\":\"UNAVAILABLE\"}}]}";

/// What listens, and what answers there.
pub struct Listeners {
    /// Each with its own answers.
    pub listening: Vec<(TcpListener, Router)>,
    /// How many connections there may be, all together.
    pub crowd: Crowd,
}

/// Answers until `stop`, then accepts nothing more and waits for running requests, though not longer than `grace`.
pub async fn serve(listeners: Listeners, stop: impl Future<Output = ()>, grace: Duration) {
    let stop = stop.shared();
    let graceful = GracefulShutdown::new();
    let admission = Admission::new(listeners.crowd);
    let accepting = listeners.listening.into_iter();
    let accepting = accepting.map(|(listener, router)| accept(listener, router, stop.clone(), (&graceful, &admission)));
    futures_util::future::join_all(accepting).await;
    if tokio::time::timeout(grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests that still ran after {grace:?} are cut off");
    }
}

async fn accept<F>(
    listener: TcpListener,
    router: Router,
    stop: Shared<F>,
    (graceful, admission): (&GracefulShutdown, &Admission),
) where
    F: Future<Output = ()>,
{
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.clone() => return,
        };
        match accepted {
            Ok((stream, peer)) => match admission.enter(peer.ip()) {
                Some(place) => drop(tokio::spawn(answer(stream, (peer, place), router.clone(), graceful.watcher()))),
                None => turn_away(stream),
            },
            // The client went away before it was accepted, or no more files can be opened, which passes.
            Err(why) => {
                tracing::warn!("a connection could not be accepted: {why}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Tells a client that there is no place. It has room for the answer, or gets none; nothing waits for it.
fn turn_away(stream: TcpStream) {
    metrics::turned_away();
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write(FULL);
    }
}

async fn answer(stream: TcpStream, (peer, place): (SocketAddr, Place), router: Router, watcher: Watcher) {
    // Without it small answers wait; where it cannot be set, they do.
    let _ = stream.set_nodelay(true);
    let asked = Arc::new(AtomicBool::new(false));
    let asks = Arc::clone(&asked);
    // A websocket takes its place along, and gives it back at its own end.
    let place = Arc::new(place);
    let service = router.map_request(move |mut request: Request<_>| {
        asks.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(Peer(peer));
        request.extensions_mut().insert(Arc::clone(&place));
        request
    });
    let service = service.map_err(|never: Infallible| match never {});
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(HEAD_TIMEOUT);
    let connection =
        builder.serve_connection_with_upgrades(TokioIo::new(Patient::new(stream)), TowerToHyperService::new(service));
    let mut connection = std::pin::pin!(watcher.watch(connection.into_owned()));
    // Until it is known which protocol it speaks, nobody else counts the time.
    let ended = match tokio::time::timeout(HEAD_TIMEOUT, &mut connection).await {
        Ok(ended) => ended,
        Err(_) if asked.load(Ordering::Relaxed) => connection.await,
        Err(_) => return tracing::debug!("a connection asked nothing for {HEAD_TIMEOUT:?}"),
    };
    if let Err(why) = ended {
        tracing::debug!("a connection ended badly: {why}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_whoever_comes_too_much_hears_is_an_answer() {
        let text = std::str::from_utf8(FULL).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.ends_with(&format!("content-length: {}", body.len())), "{}", body.len());
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "UNAVAILABLE");
    }
}
