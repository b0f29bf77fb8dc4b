//! Passwords: a rule of length, and no rule of composition.

use crate::{Invalid, Leaf, Secret};

/// A password as somebody types it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Password(Secret<String>);

/// A password that somebody chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPassword(Password);

impl Password {
    /// The longest that may be typed, in bytes: hashing takes no longer for it.
    pub const MAX: usize = 1000;

    /// The password itself, for whoever hashes it.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

impl NewPassword {
    /// The shortest that may be chosen, in characters.
    pub const MIN: usize = 10;

    /// The password.
    pub fn into_password(self) -> Password {
        self.0
    }
}

impl Leaf for Password {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, Invalid> {
        if raw.is_empty() || raw.len() > Self::MAX {
            return Err(Invalid::new("length", format!("must have 1 to {} bytes", Self::MAX)));
        }
        Ok(Self(Secret::new(raw)))
    }

    fn raw(&self) -> String {
        self.0.reveal().clone()
    }
}

impl Leaf for NewPassword {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, Invalid> {
        if raw.chars().count() < Self::MIN {
            return Err(Invalid::new("length", format!("a password must have at least {} characters", Self::MIN)));
        }
        Password::parse(raw).map(Self)
    }

    fn raw(&self) -> String {
        self.0.raw()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_alone_makes_a_password() {
        assert!(NewPassword::parse("a".repeat(10)).is_ok());
        assert!(NewPassword::parse("é".repeat(10)).is_ok());
        assert!(NewPassword::parse("a".repeat(9)).is_err());
        assert!(NewPassword::parse("a".repeat(1001)).is_err());
        assert!(Password::parse("a".into()).is_ok());
    }

    #[test]
    fn a_password_is_not_printed() {
        let password = NewPassword::parse("correct horse".into()).unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }
}
