//! Accounts.

mod api_key;
pub mod door;
mod join;
mod keep;
mod provider;
mod session;
mod sign_in;
mod user;

pub use api_key::{ApiKey, ApiKeyFilter, ApiKeyMutations};
pub use join::JoinMutations;
pub use keep::KeepMutations;
pub use provider::{UserProvider, UserProviderFilter};
pub use session::{Session, SessionFilter};
pub use sign_in::SignInMutations;
pub use user::{UpdateUserInput, User, UserFilter, UserQueries};
