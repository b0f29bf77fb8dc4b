//! The cookie by which a browser is signed in: no page can read it, and no other site can send it with a change.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use domain::Timestamp;

use crate::public_url::PublicUrl;

/// A cookie of ours.
#[derive(Clone, Copy, Debug)]
pub struct Cookie {
    name: &'static str,
    path: &'static str,
}

/// The one by which a browser is signed in.
pub const SESSION: Cookie = Cookie { name: "reprograph_session", path: "" };

/// The one that holds together a sign-in at a provider.
pub const BEGUN: Cookie = Cookie { name: "reprograph_oidc", path: "sign-in/oidc" };

impl Cookie {
    /// What the cookie of a request holds.
    pub fn of(self, headers: &HeaderMap) -> Option<&str> {
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.filter(|(name, _)| *name == self.name).map(|(_, value)| value).next()
    }

    /// The header that lets a browser keep this until then.
    pub fn keep(self, value: &str, seconds: u64, public: &PublicUrl) -> String {
        format!("{}={value}; Max-Age={seconds}; {}", self.name, self.attributes(public))
    }

    /// The header that lets a browser forget it.
    pub fn forget(self, public: &PublicUrl) -> String {
        format!("{}=; Max-Age=0; {}", self.name, self.attributes(public))
    }

    fn attributes(self, public: &PublicUrl) -> String {
        let secure = if public.is_https() { "; Secure" } else { "" };
        format!("Path={}{}; HttpOnly; SameSite=Lax{secure}", public.path(), self.path)
    }
}

/// How many seconds there are between two times.
pub fn seconds_between(now: Timestamp, until: Timestamp) -> u64 {
    u64::try_from(until.get().unix_timestamp() - now.get().unix_timestamp()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=b; reprograph_session=xyz; c=d".parse().unwrap());
        assert_eq!(SESSION.of(&headers), Some("xyz"));
        assert_eq!(SESSION.of(&HeaderMap::new()), None);
    }

    #[test]
    fn the_cookie_is_for_our_path_alone_and_for_tls_where_there_is_any() {
        let at = |url: &str| SESSION.keep("x", 60, &url.parse().unwrap());
        assert_eq!(
            at("https://example.org/a/b"),
            "reprograph_session=x; Max-Age=60; Path=/a/b/; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(at("http://localhost"), "reprograph_session=x; Max-Age=60; Path=/; HttpOnly; SameSite=Lax");
    }
}
