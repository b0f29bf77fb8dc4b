//! Listens until it is told to stop, and lets running requests finish.

use std::convert::Infallible;
use std::net::SocketAddr;
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

/// How long the head of a request may take: whoever sends it more slowly holds a connection for nothing.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait when no more connections can be opened.
const PAUSE: Duration = Duration::from_millis(500);

/// What listens, and what answers there.
pub struct Listeners(pub Vec<(TcpListener, Router)>);

/// Answers until `stop`, then accepts nothing more and waits for running requests, though not longer than `grace`.
pub async fn serve(listeners: Listeners, stop: impl Future<Output = ()>, grace: Duration) {
    let stop = stop.shared();
    let graceful = GracefulShutdown::new();
    let accepting = listeners.0.into_iter().map(|(listener, router)| accept(listener, router, stop.clone(), &graceful));
    futures_util::future::join_all(accepting).await;
    if tokio::time::timeout(grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests that still ran after {grace:?} are cut off");
    }
}

async fn accept<F>(listener: TcpListener, router: Router, stop: Shared<F>, graceful: &GracefulShutdown)
where
    F: Future<Output = ()>,
{
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.clone() => return,
        };
        match accepted {
            Ok((stream, peer)) => drop(tokio::spawn(answer(stream, peer, router.clone(), graceful.watcher()))),
            // The client went away before it was accepted, or no more files can be opened, which passes.
            Err(why) => {
                tracing::warn!("a connection could not be accepted: {why}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn answer(stream: TcpStream, peer: SocketAddr, router: Router, watcher: Watcher) {
    // Without it small answers wait; where it cannot be set, they do.
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |mut request: Request<_>| {
        request.extensions_mut().insert(Peer(peer));
        request
    });
    let service = service.map_err(|never: Infallible| match never {});
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(HEAD_TIMEOUT);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(service));
    if let Err(why) = watcher.watch(connection.into_owned()).await {
        tracing::debug!("a connection ended badly: {why}");
    }
}
