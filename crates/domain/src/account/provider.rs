//! Where else a user signs in.

use crate::account::User;
use crate::text::{Email, Issuer, Name, Subject, WebUrl};
use crate::{Id, entity};

entity! {
    /// An identity that a user has with a provider of sign-ins.
    UserProvider "user provider" as "userprovider" in "user_providers", edited {
        /// Whose it is.
        user_id: Id<User>,
        /// The provider, by the address that it issues tokens under.
        provider: Issuer,
        /// Who they are there.
        provider_id: Subject,
        /// The e-mail address that they have there.
        email: Option<Email>,
        /// The name that they have there.
        name: Option<Name>,
        /// The picture that they have there.
        avatar_url: Option<WebUrl>,
    }
}
