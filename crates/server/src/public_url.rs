//! The address under which clients reach this server. Every address that is printed anywhere is made here.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use url::Url;

/// The address of this server as its clients see it, which may have a path when a proxy stands before it.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// The address of a server that nothing stands before.
    pub fn of_listener(address: SocketAddr) -> Result<Self, String> {
        format!("http://{address}/").parse()
    }

    /// The address of a path below, given without a slash at its beginning.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The address of a file by its id.
    pub fn file(&self, id: &str) -> String {
        self.join(&format!("files/{id}"))
    }

    /// What browsers send as the origin of our own pages.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The path, which begins and ends with a slash.
    pub fn path(&self) -> &str {
        self.0.path()
    }

    /// Whether it is reached over TLS.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host that clients name, without its port.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut url =
            Url::parse(text).map_err(|why| format!("must be an address like https://example.org/a/b: {why}"))?;
        if !["http", "https"].contains(&url.scheme()) || !url.has_host() {
            return Err("must begin with https:// or http:// and a host".into());
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err("must have no user, no query and no fragment".into());
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(Self(url))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_keeps_the_path() {
        for (base, file) in [
            ("https://example.org", "https://example.org/files/asset_1"),
            ("https://example.org/a/b", "https://example.org/a/b/files/asset_1"),
            ("http://example.org:8080/a/b/", "http://example.org:8080/a/b/files/asset_1"),
        ] {
            assert_eq!(base.parse::<PublicUrl>().unwrap().file("asset_1"), file);
        }
    }

    #[test]
    fn only_a_plain_address_is_one() {
        for wrong in
            ["", "example.org", "ftp://example.org", "https://me@example.org", "https://example.org/?a=b", "/a"]
        {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong:?} was accepted");
        }
    }

    #[test]
    fn a_listener_is_reached_where_it_listens() {
        let url = PublicUrl::of_listener("[::1]:8080".parse().unwrap()).unwrap();
        assert_eq!(url.join("graphql"), "http://[::1]:8080/graphql");
        assert_eq!(url.origin(), "http://[::1]:8080");
    }
}
