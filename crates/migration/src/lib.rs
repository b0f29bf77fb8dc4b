//! The shape of the database, for SQLite and PostgreSQL, as steps; it stands alone and owns every rule that the
//! database itself keeps.
//!
//! A step is a folder of SQL scripts. What the two databases say differently stands in the same order and under the
//! same names, so that the scripts can be read side by side:
//!
//! | | PostgreSQL | SQLite |
//! | --- | --- | --- |
//! | id | `uuid` | `BLOB` of 16 bytes |
//! | time | `timestamptz(3)` | `TEXT`, `YYYY-MM-DDTHH:MM:SS.mmmZ` |
//! | text | `text COLLATE "C"` | `TEXT` without NUL |
//! | JSON | `jsonb` | `TEXT` that is JSON |
//! | whole number | `bigint` | `INTEGER` |
//! | real number | `double precision` | `REAL` |
//! | yes or no | `boolean` | `INTEGER`, 0 or 1 |
//!
//! Every constraint is named `<table>_<column or subject>_<rule>`, since the application maps these names to the rules
//! that it tells its clients. A trigger that refuses says such a name too: on PostgreSQL as the constraint of the error,
//! on SQLite as the whole message. What all tables of edited rows have alike is written once, as words: see
//! [`spelled_out`].

mod copy;
mod error;
mod rebuild;
mod run;
mod step;
mod words;

pub use copy::copy_aside;
pub use error::Error;
pub use rebuild::rebuild;
pub use run::{Around, Status, Told, down, down_around, pending, status, up, up_around, up_with};
pub use step::{Scripts, Step};
pub use words::spelled_out;

use sea_orm_migration::sea_orm::{DynIden, sea_query::IntoIden};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// All steps, oldest first. After the first release none is ever changed.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            step!("m0001_account"),
            step!("m0002_project"),
            step!("m0003_literature_and_execution"),
            step!("m0004_ledger"),
            step!("m0005_files_and_tasks"),
            step!("m0006_definitions"),
            step!("m0007_series"),
            step!("m0008_run_leases"),
            step!("m0009_evals"),
            step!("m0010_snapshots"),
            step!("m0011_fingerprints"),
        ]
    }

    fn migration_table_name() -> DynIden {
        "schema_migrations".into_iden()
    }
}
