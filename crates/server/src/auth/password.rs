//! Hashing passwords with argon2id: slow on purpose, off the threads that answer, and only so many at once.

use std::sync::{Arc, LazyLock};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::account::{Password, PasswordHash};
use domain::{Leaf, Randomness, Secret};
use storage::{Error, Result};
use tokio::sync::Semaphore;

use crate::seams::SystemRandomness;

/// How many passwords are hashed at once: each takes its memory and a core.
const AT_ONCE: usize = 4;

/// Hashes and compares passwords.
#[derive(Clone, Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// The hash of a password.
    pub async fn hash(self, password: Password) -> Result<PasswordHash> {
        self.aside(move || hash(&password)).await?
    }

    /// Whether this is the password with that hash; where there is none, it is another, which takes as long to find out.
    pub async fn matches(self, password: Password, hash: Option<PasswordHash>) -> Result<bool> {
        self.aside(move || matches(&password, hash.as_ref())).await?
    }

    async fn aside<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let turn = self.turns.acquire_owned().await.map_err(Error::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.map_err(Error::internal)
    }
}

fn hash(password: &Password) -> Result<PasswordHash> {
    let hashed = Argon2::default().hash_password(password.reveal().as_bytes()).map_err(Error::internal)?;
    Ok(PasswordHash::parse(hashed.to_string())?)
}

fn matches(password: &Password, hash: Option<&PasswordHash>) -> Result<bool> {
    /// The hash of a password that nobody knows.
    static NOBODYS: LazyLock<Secret<String>> = LazyLock::new(|| {
        let random = SystemRandomness.secret();
        let hashed = random.and_then(|random| Argon2::default().hash_password(random.reveal()).ok());
        Secret::new(hashed.map(|hashed| hashed.to_string()).unwrap_or_default())
    });
    // Made by whoever is first, so that this takes no longer for those who have none.
    let nobodys = LazyLock::force(&NOBODYS);
    let known = hash.is_some();
    let text = hash.map_or_else(|| nobodys.reveal().clone(), Leaf::raw);
    let parsed = Phc::new(&text).map_err(Error::internal)?;
    let same = Argon2::default().verify_password(password.reveal().as_bytes(), &parsed).is_ok();
    Ok(known && same)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(text.into()).unwrap()
    }

    #[tokio::test]
    async fn a_password_matches_its_own_hash_alone() {
        let passwords = Passwords::default();
        let hash = passwords.clone().hash(password("correct horse")).await.unwrap();
        assert!(passwords.clone().matches(password("correct horse"), Some(hash.clone())).await.unwrap());
        assert!(!passwords.clone().matches(password("correct house"), Some(hash)).await.unwrap());
        assert!(!passwords.matches(password("correct horse"), None).await.unwrap());
    }

    #[tokio::test]
    async fn the_same_password_has_another_hash_each_time() {
        let hash = || Passwords::default().hash(password("correct horse"));
        assert_ne!(hash().await.unwrap().raw(), hash().await.unwrap().raw());
    }
}
