//! Files: what is uploaded before a row names it, and what is to be deleted after no row names it any more.

pub mod outbox;
mod upload;

pub use upload::{Upload, claim, expire, find_upload, keep_upload, upload_folder};
