//! Accounts.

mod api_key;
pub mod door;
mod provider;
mod session;
mod sign_in;
mod user;

pub use api_key::{ApiKey, ApiKeyFilter, ApiKeyMutations};
pub use provider::{UserProvider, UserProviderFilter};
pub use session::{Session, SessionFilter};
pub use sign_in::SignInMutations;
pub use user::{User, UserFilter, UserQueries};
