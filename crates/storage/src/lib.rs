//! Rows, batched reads and units of work: the only crate that speaks SQL.

pub mod about;
pub mod account;
mod bulk;
pub mod column;
pub mod connect;
pub mod dialect;
pub mod doctor;
pub mod edge;
pub mod entities;
pub mod error;
pub mod execution;
pub mod files;
mod lanes;
pub mod ledger;
pub mod literature;
pub mod live;
pub mod meter;
pub mod objects;
pub mod order;
pub mod predicate;
pub mod project;
pub mod read;
pub mod reader;
pub mod readers;
pub mod row;
pub mod scope;
mod settle;
pub mod store;
pub mod tasks;
pub mod viewers;
pub mod window;
pub mod write;

pub use connect::{ConnectSettings, Pools};
pub use dialect::Dialect;
pub use edge::Edge;
pub use error::{Conflict, Error, Result, Violation};
pub use meter::Meter;
pub use order::{Cursor, Direction, Order, Sorted};
pub use predicate::{Predicate, Quantifier, Test, Weight};
pub use read::{Level, Load, Loader};
pub use reader::Reader;
pub use row::Row;
pub use sea_orm::Value;
pub use store::Store;
pub use window::{End, Page, Placed, Slice, Window};
pub use write::Work;

/// What every entity's file needs.
pub mod prelude {
    pub use sea_orm::{DerivePrimaryKey, EntityTrait, EnumIter, PrimaryKeyTrait};

    pub use crate::column::Col;
    pub use crate::error::{Error, Result};
    pub use crate::write::Work;
    pub use crate::{edge, edited, row, sorts};
}
