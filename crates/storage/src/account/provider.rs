//! The table `user_providers`.

use domain::Id;
use domain::account::{User, UserProvider};
use domain::text::{Email, Issuer, Name, Subject, WebUrl};

use crate::prelude::*;

row! {
    "user_providers" UserProvider, edited {
        user_id: Id<User>,
        provider: Issuer,
        provider_id: Subject,
    }
    optional {
        email: Email,
        name: Name,
        avatar_url: WebUrl,
    }
}

edge! {
    /// Where else a user signs in.
    ProvidersOfUser: User => UserProvider, UserId, "user_id";
}

sorts! { UserProvider {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was added";
} }

edited! {
    UserProvider, of user_id;
    unique provider: Provider, ProviderId;
}
