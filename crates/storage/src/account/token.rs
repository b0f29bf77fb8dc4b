//! The table `user_tokens`.

use domain::account::{TokenPurpose, User, UserToken};
use domain::{Id, Sha256, Timestamp};

use crate::prelude::*;

row! {
    "user_tokens" UserToken, edited {
        user_id: Id<User>,
        purpose: TokenPurpose,
        token_sha256: Sha256,
        expires_at: Timestamp,
    }
    optional {
        used_at: Timestamp,
    }
    secret "token_sha256";
}

edited! {
    UserToken, of user_id;
}
