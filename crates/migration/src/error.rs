//! Why migrating fails.

use sea_orm_migration::sea_orm::sqlx::error::DatabaseError;
use sea_orm_migration::sea_orm::{DbErr, RuntimeErr};

/// What keeps the database from being migrated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database knows steps that this program does not: a newer one has migrated it.
    #[error("the database is newer than this program, which does not know: {}", names.join(", "))]
    Newer {
        /// The unknown steps.
        names: Vec<String>,
    },
    /// Somebody else held a lock through all tries.
    #[error("the database is locked by somebody else; tried {tries} times")]
    Locked {
        /// How often it was tried.
        tries: u32,
    },
    /// Rows were left that name what is not there. Nothing of the migration was kept.
    #[error("the migration would leave rows of these tables pointing at nothing: {}", tables.join(", "))]
    Dangling {
        /// The tables of those rows.
        tables: Vec<String>,
    },
    /// The database lives in the memory of one connection, where another one does not reach it.
    #[error("the database lives in one connection's memory: open it with a shared cache")]
    Private,
    /// The copy that is made before a migration could not be kept safe.
    #[error("the copy of the database could not be finished: {0}")]
    Copy(#[from] std::io::Error),
    /// The database refused something.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Error {
    /// Whether somebody else held a lock: PostgreSQL's `lock_timeout` or deadlock, SQLite's busy database.
    pub(crate) fn is_locked(&self) -> bool {
        let Self::Database(DbErr::Conn(why) | DbErr::Exec(why) | DbErr::Query(why)) = self else { return false };
        let RuntimeErr::SqlxError(why) = why else { return false };
        let Some(code) = why.as_database_error().and_then(DatabaseError::code) else { return false };
        ["55P03", "40P01", "5", "6", "261", "262", "517", "773"].contains(&code.as_ref())
    }
}
