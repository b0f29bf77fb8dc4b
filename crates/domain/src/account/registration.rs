//! Who may come in by themself.

use crate::account::Role;
use crate::text::Email;

/// Who may make an account for themself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Nobody: administrators make accounts.
    Closed,
    /// Whoever was invited.
    Invite,
    /// Whoever reads mail at one of these domains, or was invited.
    Domain(Vec<String>),
    /// Everybody.
    Open,
}

impl Registration {
    /// Whether an address may register without an invitation.
    pub fn admits(&self, email: &Email) -> bool {
        match self {
            Self::Closed | Self::Invite => false,
            Self::Domain(domains) => {
                let folded = email.folded();
                let domain = folded.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
                domains.iter().any(|admitted| admitted.to_lowercase() == domain)
            }
            Self::Open => true,
        }
    }

    /// The role of somebody who registered by themself once they have shown that the address is theirs. Before that they
    /// are PENDING; and whoever has another role, or had shown it before, keeps theirs.
    pub fn role_of_verified(&self, email: &Email, role: Role) -> Role {
        if role == Role::Pending && self.admits(email) { Role::User } else { role }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_compared_whole_and_without_case() {
        let registration = Registration::Domain(vec!["Example.org".into()]);
        let admits = |email: &str| registration.admits(&Email::try_new(email).unwrap());
        assert!(admits("a@example.org"));
        assert!(admits("a@EXAMPLE.ORG"));
        assert!(!admits("a@sub.example.org"));
        assert!(!admits("a@notexample.org"));
        assert!(!Registration::Invite.admits(&Email::try_new("a@example.org").unwrap()));
    }
}
