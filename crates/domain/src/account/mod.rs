//! Accounts: who there is, how they sign in, and the keys that act for them.

mod api_key;
mod attempt;
mod identity;
mod key_text;
mod password;
mod provider;
mod registration;
mod session;
mod token;
mod user;

pub use api_key::{ApiKey, KeyScope, KeyScopes};
pub use attempt::{Attempt, Tried, Tries, Whose};
pub use identity::{Given, Gives, GroupRule, Identity};
pub use key_text::KeyText;
pub use password::{NewPassword, Password};
pub use provider::UserProvider;
pub use registration::Registration;
pub use session::Session;
pub use token::{TokenPurpose, UserToken};
pub use user::{PasswordHash, Role, User};
