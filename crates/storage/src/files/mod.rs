//! Files: what is uploaded before a row names it, and what is to be deleted after no row names it any more.

pub mod outbox;
mod place;
mod sweep;
mod upload;

pub use place::{Placed, abandon, adopt, place_bytes, place_upload, reserve, upload_path};
pub use sweep::sweep;
pub use upload::{claim, expire, find_upload, keep_upload, upload_folder};
