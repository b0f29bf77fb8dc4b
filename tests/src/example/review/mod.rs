//! A review in its layers; each file here is one of its layer's crate elsewhere.

pub mod domain;
pub mod graphql;
pub mod storage;
