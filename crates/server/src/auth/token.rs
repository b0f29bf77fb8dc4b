//! Tokens: a JWT, signed by us, that names a sign-in. Its row decides whether it still holds. The same keys sign links.

use domain::account::{Session, User};
use domain::link::LinkKey;
use domain::number::LinkSeconds;
use domain::{Entity, Id, Secret, Timestamp, hex};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

use crate::key_file::Key;

/// Signs tokens with one key, and takes those that were signed with the one before it as well.
pub struct Signer {
    current: SigningKey,
    previous: Option<SigningKey>,
}

struct SigningKey {
    name: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    links: LinkKey,
}

/// What a token says.
#[derive(Serialize, Deserialize)]
struct Claims {
    /// The user, for people who look into a token; nobody relies on it.
    sub: String,
    /// The sign-in.
    sid: String,
    /// When it was made, in seconds.
    iat: i64,
    /// When it ends at the latest, in seconds.
    exp: i64,
}

impl Signer {
    /// A signer with its key, and the one before it.
    pub fn new(current: &Key, previous: Option<&Key>) -> Self {
        Self { current: SigningKey::new(current), previous: previous.map(SigningKey::new) }
    }

    /// A token for a sign-in, which holds at most until this time.
    pub fn sign(
        &self,
        session: Id<Session>,
        user: Id<User>,
        (now, until): (Timestamp, Timestamp),
    ) -> Result<Secret<String>, String> {
        let (iat, exp) = (seconds(now), seconds(until));
        let claims = Claims { sub: user.to_string(), sid: session.to_string(), iat, exp };
        let header = Header { kid: Some(self.current.name.clone()), ..Header::new(Algorithm::HS256) };
        encode(&header, &claims, &self.current.encoding).map(Secret::new).map_err(|why| why.to_string())
    }

    /// Whether a token was signed by us and has not come to its end.
    pub fn holds(&self, token: &str, now: Timestamp) -> bool {
        self.claims(token).is_some_and(|claims| {
            claims.exp > seconds(now)
                && claims.sid.parse::<Id<Session>>().is_ok()
                && claims.sub.starts_with(User::PREFIX)
        })
    }

    /// An address below that of the server, as a link that works for so long.
    pub fn link(&self, address: &str, now: Timestamp, works: LinkSeconds) -> Option<Secret<String>> {
        self.current.links.sign(address, now, works)
    }

    /// Whether a link was signed by us, and still works.
    pub fn opens(&self, link: &str, now: Timestamp) -> bool {
        let mut keys = [Some(&self.current), self.previous.as_ref()].into_iter().flatten();
        keys.any(|key| key.links.opens(link, now))
    }

    fn claims(&self, token: &str) -> Option<Claims> {
        let name = decode_header(token).ok()?.kid?;
        let keys = [Some(&self.current), self.previous.as_ref()];
        let key = keys.into_iter().flatten().find(|key| key.name == name)?;
        // One algorithm is taken, whatever a token asks for; the end is told by our own clock.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        decode(token, &key.decoding, &validation).ok().map(|token| token.claims)
    }
}

impl SigningKey {
    fn new(key: &Key) -> Self {
        let bytes = key.reveal();
        // A digest of the key names it, and does not tell it.
        let name = domain::Sha256::of(hex(bytes).as_bytes()).as_str()[..16].to_owned();
        let (encoding, decoding) = (EncodingKey::from_secret(bytes), DecodingKey::from_secret(bytes));
        Self { name, encoding, decoding, links: LinkKey::of(key) }
    }
}

fn seconds(time: Timestamp) -> i64 {
    time.get().unix_timestamp()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use uuid::Uuid;

    use super::*;

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn key(byte: u8) -> Key {
        Secret::new([byte; 32])
    }

    fn token(signer: &Signer) -> String {
        let until = now().plus(Duration::from_mins(1));
        let session = Id::try_new(Uuid::now_v7()).unwrap();
        signer.sign(session, Id::try_new(Uuid::now_v7()).unwrap(), (now(), until)).unwrap().reveal().clone()
    }

    #[test]
    fn a_token_holds_until_its_end() {
        let signer = Signer::new(&key(1), None);
        let token = token(&signer);
        assert!(signer.holds(&token, now()));
        assert!(signer.holds(&token, now().plus(Duration::from_secs(59))));
        assert!(!signer.holds(&token, now().plus(Duration::from_mins(1))));
    }

    #[test]
    fn a_token_of_the_key_before_holds_and_one_of_another_key_does_not() {
        let before = token(&Signer::new(&key(1), None));
        assert!(Signer::new(&key(2), Some(&key(1))).holds(&before, now()));
        assert!(!Signer::new(&key(2), None).holds(&before, now()));
        assert!(!Signer::new(&key(2), Some(&key(3))).holds(&before, now()));
    }

    #[test]
    fn a_link_of_the_key_before_opens_and_one_of_another_key_does_not() {
        let hour = LinkSeconds::try_new(3600).unwrap();
        let before = Signer::new(&key(1), None).link("files/asset_1", now(), hour).unwrap();
        assert!(Signer::new(&key(2), Some(&key(1))).opens(before.reveal(), now()));
        assert!(!Signer::new(&key(2), None).opens(before.reveal(), now()));
        assert!(!Signer::new(&key(1), None).holds(before.reveal(), now()), "no link is a token");
    }

    #[test]
    fn a_token_without_a_signature_or_with_another_algorithm_does_not_hold() {
        let signer = Signer::new(&key(1), None);
        let token = token(&signer);
        let parts: Vec<&str> = token.split('.').collect();
        let header: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[0]).unwrap()).unwrap();
        for (algorithm, signature) in [("none", ""), ("none", parts[2]), ("HS512", parts[2]), ("RS256", parts[2])] {
            let mut header = header.clone();
            header["alg"] = algorithm.into();
            let header = URL_SAFE_NO_PAD.encode(header.to_string());
            assert!(!signer.holds(&format!("{header}.{}.{signature}", parts[1]), now()), "{algorithm}");
        }
        assert!(!signer.holds(&format!("{}.{}.", parts[0], parts[1]), now()));
        assert!(!signer.holds("", now()));
    }
}
