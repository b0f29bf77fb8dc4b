//! Whose budget it is: that of a person, of a key, or of wherever somebody asks from who is not signed in.

use std::net::IpAddr;

use domain::account::{ApiKey, User};
use domain::{Actor, Id, Network};

/// Whose budget it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    /// A person's, whatever they sign in with.
    User(Id<User>),
    /// A key's, beside that of its owner.
    Key(Id<ApiKey>),
    /// That of all who ask from there without being signed in.
    Client(Network),
    /// That of all who are not signed in and of whom it is not known, or not kept, where they are.
    Crowd,
}

impl Holder {
    /// Whose budget an actor uses; none for whoever has no limit, on the machine itself.
    pub(crate) fn of(actor: &Actor, address: Option<IpAddr>) -> Option<Self> {
        match actor {
            Actor::User(user) => Some(Self::User(*user)),
            Actor::ApiKey { key, .. } => Some(Self::Key(*key)),
            Actor::Nobody => Some(address.map_or(Self::Crowd, |address| Self::Client(address.into()))),
            Actor::CommandLine | Actor::System(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_of_one_network_share_and_the_machine_itself_has_no_limit() {
        let of = |address: &str| Holder::of(&Actor::Nobody, address.parse().ok());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
        assert_eq!(of("nowhere"), Some(Holder::Crowd));
        assert_eq!(Holder::of(&Actor::CommandLine, None), None);
    }
}
