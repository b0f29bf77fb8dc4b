//! Who speaks: a request's id, and the client's address behind proxies that are trusted.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use domain::text::UserAgent;
use ipnet::IpNet;
use uuid::Uuid;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const LONGEST_ID: usize = 128;

/// A request's id: it stands in the log, in the answer, and in the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The id that the client gave, when it is a sane one, or else a new one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let sane = |id: &&str| {
            (1..=LONGEST_ID).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:/+=@".contains(&b))
        };
        let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(sane);
        Self(given.map_or_else(|| Uuid::now_v7().to_string().into(), Into::into))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

/// The other end of the connection: the client, or a proxy.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The address of the client itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client(pub IpAddr);

impl Client {
    /// The last address of the chain that no trusted proxy has.
    pub(crate) fn behind(peer: Peer, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
        let mut client = peer.0.ip().to_canonical();
        let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok()).collect();
        for hop in lines.iter().flat_map(|line| line.split(',')).rev() {
            if !is_trusted(&client) {
                break;
            }
            let Some(address) = parse_hop(hop.trim()) else { break };
            client = address.to_canonical();
        }
        Self(client)
    }
}

/// What a client says of itself, cut to what is kept.
pub(crate) fn user_agent(headers: &HeaderMap) -> Option<UserAgent> {
    let said: String = headers.get(USER_AGENT)?.to_str().ok()?.chars().take(UserAgent::MAX).collect();
    UserAgent::try_new(said).ok()
}

/// An address, with or without a port.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        Client::behind(Peer(SocketAddr::new(peer.parse().unwrap(), 1)), &headers, &trusted).0.to_string()
    }

    #[test]
    fn the_client_is_the_last_address_that_is_no_trusted_proxy() {
        let proxies = ["10.0.0.0/8", "::1/128"];
        for (peer, forwarded, is) in [
            ("9.9.9.9", &["1.1.1.1"][..], "9.9.9.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1"], "1.1.1.1"),
            ("10.0.0.1", &["6.6.6.6, 1.1.1.1, 10.0.0.2"], "1.1.1.1"),
            ("10.0.0.1", &["6.6.6.6", "1.1.1.1, 10.0.0.2"], "1.1.1.1"),
            ("10.0.0.1", &["6.6.6.6, nonsense, 10.0.0.2"], "10.0.0.2"),
            ("::1", &["1.1.1.1:5000"], "1.1.1.1"),
            ("::1", &["[2001:db8::1]:443"], "2001:db8::1"),
            ("::1", &["[2001:db8::1]"], "2001:db8::1"),
            ("::ffff:10.0.0.1", &["1.1.1.1"], "1.1.1.1"),
        ] {
            assert_eq!(client(peer, forwarded, &proxies), is, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn without_trusted_proxies_nothing_is_believed() {
        assert_eq!(client("127.0.0.1", &["1.1.1.1"], &[]), "127.0.0.1");
    }

    #[test]
    fn only_a_sane_request_id_is_taken() {
        let id = |text: &str| {
            let headers = HeaderMap::from_iter([(REQUEST_ID, text.parse().unwrap())]);
            RequestId::of(&headers).as_str().to_owned()
        };
        assert_eq!(id("abc-123"), "abc-123");
        for wrong in ["", "a b", "a\"b", "é", &"a".repeat(129)] {
            assert_eq!(id(wrong).parse::<Uuid>().unwrap().get_version_num(), 7, "{wrong:?} was taken");
        }
    }
}
