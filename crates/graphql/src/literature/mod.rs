//! Papers, what they claim, and what hangs on them.

mod asset;
mod claim;
mod paper;
mod storyboard;

pub use asset::{Asset, AssetFilter, AssetMutations, AssetQueries};
pub use claim::{Claim, ClaimFilter, ClaimMutations, ClaimQueries};
pub use paper::{Paper, PaperFilter, PaperMutations, PaperQueries};
pub use storyboard::{Storyboard, StoryboardFilter, StoryboardMutations, StoryboardQueries};
