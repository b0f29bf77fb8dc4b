//! HTTP as a client speaks it.

use std::collections::HashSet;
use std::net::{SocketAddr, TcpListener};
use std::sync::{LazyLock, Mutex, Once};

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
    client_with(&[])
}

/// The same, which sends these headers with each request.
pub fn client_with(headers: &[(&str, &str)]) -> reqwest::Client {
    choose_cryptography();
    let headers = headers.iter().map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")));
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    client.default_headers(headers.collect()).build().expect("a client")
}

/// An address on loopback that was free a moment ago, for a server that cannot choose one by itself; none is given out
/// twice, since two servers could take each other's answers for their own.
pub fn free_address() -> SocketAddr {
    static GIVEN: LazyLock<Mutex<HashSet<SocketAddr>>> = LazyLock::new(Mutex::default);
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        if GIVEN.lock().expect("no test panics here").insert(address) {
            return address;
        }
    }
}
