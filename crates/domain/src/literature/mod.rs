//! Literature: papers, what they claim, and what hangs on them.

mod asset;
mod claim;
mod paper;
mod storyboard;

pub use asset::{Asset, AssetKind, AssetParent, ParentColumns};
pub use claim::Claim;
pub use paper::{ArxivId, Authors, Doi, Paper, PaperStatus, Pdf, VectorStoreId};
pub use storyboard::{GlossaryEntry, Page, Picture, Storyboard, StoryboardDocument};
