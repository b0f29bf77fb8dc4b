//! Cases: `.graphql` files with a header that says where they start, who asks and what it may cost, each with its
//! expected answer in a `.json` file beside it. Several requests in one file, divided by `# ----`, are a transcript.

mod difference;
mod file;
mod run;
mod suite;

pub use file::{Case, Step};
pub use suite::{find, run_all};
