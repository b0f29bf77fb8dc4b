//! A signed link: an address below that of the server, with until when it works and a seal over both. Whoever has it sees
//! what is at this one address and nothing else; no row remembers it.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};

use crate::number::LinkSeconds;
use crate::{Secret, Timestamp, bytes_of_hex, hex};

/// The key that seals links. It is made of the key that signs tokens, and so that no link is ever a token.
#[derive(Clone, Debug)]
pub struct LinkKey(Secret<[u8; 32]>);

/// What stands before the seal, which is the last part of a link.
const SEAL: &str = "&signature=";

/// What stands before the end, in seconds since 1970, which is what the seal says last.
const END: &str = "expires=";

impl LinkKey {
    /// The key of links that belongs to a key of tokens.
    pub fn of(signing: &Secret<[u8; 32]>) -> Self {
        Self(Secret::new(
            mac(signing.reveal(), "signed links").map_or([0; 32], |mac| mac.finalize().into_bytes().into()),
        ))
    }

    /// The address, below that of the server, as a link that works for so long.
    pub fn sign(&self, address: &str, now: Timestamp, works: LinkSeconds) -> Option<Secret<String>> {
        let joint = if address.contains('?') { '&' } else { '?' };
        let end = now.plus(works.duration()).get().unix_timestamp();
        let said = format!("{address}{joint}{END}{end}");
        let seal = hex(&mac(self.0.reveal(), &said)?.finalize().into_bytes());
        Some(Secret::new(format!("{said}{SEAL}{seal}")))
    }

    /// Whether a link was sealed with this key, and still works.
    pub fn opens(&self, link: &str, now: Timestamp) -> bool {
        let Some((said, seal)) = link.rsplit_once(SEAL) else { return false };
        let Some(seal) = bytes_of_hex(seal) else { return false };
        let ours = mac(self.0.reveal(), said).is_some_and(|mac| mac.verify_slice(&seal).is_ok());
        let end = said.rsplit_once(END).and_then(|(_, end)| end.parse::<i64>().ok());
        ours && end.is_some_and(|end| now.get().unix_timestamp() < end)
    }
}

impl LinkSeconds {
    /// The same as a span of time.
    pub fn duration(self) -> Duration {
        Duration::from_secs(u64::try_from(self.get()).unwrap_or_default())
    }
}

fn mac(key: &[u8; 32], said: &str) -> Option<Hmac<sha2::Sha256>> {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).ok()?;
    mac.update(said.as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn key(byte: u8) -> LinkKey {
        LinkKey::of(&Secret::new([byte; 32]))
    }

    fn link(address: &str) -> String {
        key(1).sign(address, now(), LinkSeconds::try_new(60).unwrap()).unwrap().reveal().clone()
    }

    #[test]
    fn a_link_works_until_its_end_and_under_its_key() {
        for address in
            ["files/asset_1", "papers/paper_1/gaps.svg?theme=dark", "runs/run_1/curves.svg?metric=expires%3D1"]
        {
            let link = link(address);
            assert!(link.starts_with(address));
            assert!(key(1).opens(&link, now().plus(Duration::from_secs(59))));
            assert!(!key(1).opens(&link, now().plus(Duration::from_mins(1))));
            assert!(!key(2).opens(&link, now()));
        }
    }

    #[test]
    fn a_link_that_was_changed_does_not_work() {
        let good = link("papers/paper_1/gaps.svg?theme=dark");
        for (from, to) in [
            ("paper_1", "paper_2"),
            ("dark", "light"),
            ("theme=dark&", ""),
            ("expires=1", "expires=2"),
            ("&signature=", "&expires=9999999999&signature="),
            ("&signature=", "&signature=0"),
            ("papers/", "/papers/"),
        ] {
            assert!(!key(1).opens(&good.replacen(from, to, 1), now()), "{from} became {to}");
        }
        assert!(!key(1).opens(&format!("{good}&theme=light"), now()));
        assert!(!key(1).opens(good.split("&signature").next().unwrap(), now()));
        assert!(!key(1).opens("", now()));
    }

    #[test]
    fn no_secret_is_printed() {
        assert_eq!(format!("{:?}", key(1)), "LinkKey([secret])");
    }
}
