//! A token that shows once that somebody reads the mail of an address.

use crate::account::User;
use crate::{Id, Sha256, Timestamp, choice, entity};

choice! {
    /// What a token is for.
    TokenPurpose {
        /// To show that an e-mail address is one's own.
        EmailVerification = "EMAIL_VERIFICATION",
        /// To choose a new password.
        PasswordReset = "PASSWORD_RESET",
        /// To join, and choose a password.
        Invitation = "INVITATION",
    }
}

entity! {
    /// A token: it works once, and not for long.
    UserToken "user token" as "usertoken" in "user_tokens", edited {
        /// Whom it is for.
        user_id: Id<User>,
        /// What it is for.
        purpose: TokenPurpose,
        /// The digest of the token.
        token_sha256: Sha256,
        /// Until when it works.
        expires_at: Timestamp,
        /// When it was used, or withdrawn.
        used_at: Option<Timestamp>,
    }
}
