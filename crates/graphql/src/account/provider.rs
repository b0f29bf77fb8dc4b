//! Where else users sign in.

use domain::account::UserProvider as Entity;
use storage::account::provider::{Column, ProvidersOfUser};

use super::User;
use crate::prelude::*;

object! {
    /// An identity that a user has with a provider of sign-ins. They alone see it.
    UserProvider: Entity, UserProviderFilter by Column {
        /// The provider, by the address that it issues tokens under.
        provider: String = text, filter Provider: Parsed<String>;
        /// Who they are there.
        provider_id: String = text;
        /// The e-mail address that they have there.
        email: Option<String> = maybe(text);
        /// The name that they have there.
        name: Option<String> = maybe(text);
        /// The picture that they have there.
        avatar_url: Option<String> = maybe(text);
        hidden user_id;
    }
    parents {
        /// Whose it is.
        user: User, ProvidersOfUser, |provider| Some(provider.user_id);
    }
}
