//! Accounts.

mod api_key;
mod provider;
mod session;
mod user;

pub use api_key::{ApiKey, ApiKeyFilter, ApiKeyMutations};
pub use provider::{UserProvider, UserProviderFilter};
pub use session::{Session, SessionFilter};
pub use user::{User, UserFilter, UserQueries};
