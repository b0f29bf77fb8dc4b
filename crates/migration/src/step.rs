//! A step that is nothing but SQL: a script for each database and direction, run whole or not at all.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::words::spelled_out;

/// The scripts of a step.
pub struct Step {
    /// The step's name, which is its folder's.
    pub name: &'static str,
    /// What PostgreSQL runs.
    pub postgres: Scripts,
    /// What SQLite runs.
    pub sqlite: Scripts,
}

/// One database's scripts.
pub struct Scripts {
    /// How the step is taken.
    pub up: &'static str,
    /// How it is taken back.
    pub down: &'static str,
}

/// The step whose scripts stand in the folder of this name, beside the file that says so.
#[macro_export]
macro_rules! step {
    ($name:literal) => {
        Box::new($crate::Step {
            name: $name,
            postgres: $crate::Scripts {
                up: include_str!(concat!($name, "/postgres.up.sql")),
                down: include_str!(concat!($name, "/postgres.down.sql")),
            },
            sqlite: $crate::Scripts {
                up: include_str!(concat!($name, "/sqlite.up.sql")),
                down: include_str!(concat!($name, "/sqlite.down.sql")),
            },
        })
    };
}
impl Step {
    fn scripts(&self, manager: &SchemaManager<'_>) -> Result<&Scripts, DbErr> {
        match manager.get_database_backend() {
            DbBackend::Postgres => Ok(&self.postgres),
            DbBackend::Sqlite => Ok(&self.sqlite),
            other => Err(DbErr::Custom(format!("there are no migrations for {other:?}"))),
        }
    }
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let script = spelled_out(self.scripts(manager)?.up, manager.get_database_backend())?;
        manager.get_connection().execute_unprepared(&script).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.scripts(manager)?.down).await.map(drop)
    }

    /// SQLite would run outside of a transaction otherwise.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
