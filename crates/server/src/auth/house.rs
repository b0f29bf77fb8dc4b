//! The house: its address, its rules, its mail, and the links that lead into it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::TokenPurpose;
use domain::{Secret, Sha256, Timestamp};
use graphql::account::door::Rules;
use storage::account::ticket::Ticket;

use super::oidc::Provider;
use crate::mail::Post;
use crate::public_url::PublicUrl;

/// What people come into.
#[derive(Clone, Debug)]
pub struct House {
    /// The address under which clients reach it.
    pub public_url: PublicUrl,
    /// Who comes in, and how.
    pub rules: Rules,
    /// How mail is sent, where it is.
    pub post: Option<Post>,
    /// Where else people sign in, where they do.
    pub provider: Option<Provider>,
}

impl House {
    /// A house with the rules that are the default, which sends no mail.
    pub fn new(public_url: PublicUrl) -> Self {
        Self { public_url, rules: Rules::default(), post: None, provider: None }
    }

    /// A token made of a secret, and the link that leads to where it is used. The token stands behind the `#`, which
    /// browsers send to no server, so it gets into no log on the way.
    pub fn ticket(&self, purpose: TokenPurpose, secret: &Secret<[u8; 32]>, now: Timestamp) -> (Ticket, Secret<String>) {
        let text = URL_SAFE_NO_PAD.encode(secret.reveal());
        let token_sha256 = Sha256::of(text.as_bytes());
        let part = match purpose {
            TokenPurpose::EmailVerification => "verify",
            TokenPurpose::PasswordReset => "reset",
            TokenPurpose::Invitation => "invitation",
        };
        let link = self.public_url.join(&format!("sign-in#{part}={text}"));
        (Ticket { purpose, token_sha256, until: now.plus(self.rules.works(purpose)) }, Secret::new(link))
    }
}
