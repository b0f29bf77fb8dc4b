//! HTTP as a client speaks it.

use std::net::{SocketAddr, TcpListener};
use std::sync::Once;

/// Chooses the one provider of cryptography. Without it whatever speaks HTTP panics, even where there is no TLS.
pub fn choose_cryptography() {
    static CHOSEN: Once = Once::new();
    CHOSEN.call_once(|| {
        // An error says that the app under test has chosen already, and it chooses the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// A client that follows no redirect and knows no proxy: a test sees what the server said.
pub fn client() -> reqwest::Client {
    choose_cryptography();
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    client.build().expect("a client")
}

/// An address on loopback that was free a moment ago, for a server that cannot choose one by itself.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound")
}
