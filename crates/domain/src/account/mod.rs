//! Accounts: who there is, how they sign in, and the keys that act for them.

mod api_key;
mod key_text;
mod password;
mod provider;
mod session;
mod token;
mod user;

pub use api_key::{ApiKey, KeyScope, KeyScopes};
pub use key_text::KeyText;
pub use password::{NewPassword, Password};
pub use provider::UserProvider;
pub use session::Session;
pub use token::{TokenPurpose, UserToken};
pub use user::{PasswordHash, Role, User};
