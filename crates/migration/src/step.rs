//! A step that is nothing but SQL: a script for each database and direction, run whole or not at all.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

/// The scripts of a step.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) postgres: Scripts,
    pub(crate) sqlite: Scripts,
}

/// One database's scripts: how the step is taken, and how it is taken back.
pub(crate) struct Scripts {
    pub(crate) up: &'static str,
    pub(crate) down: &'static str,
}

/// The step whose scripts stand in the folder of this name.
macro_rules! step {
    ($name:literal) => {
        Box::new($crate::step::Step {
            name: $name,
            postgres: $crate::step::Scripts {
                up: include_str!(concat!($name, "/postgres.up.sql")),
                down: include_str!(concat!($name, "/postgres.down.sql")),
            },
            sqlite: $crate::step::Scripts {
                up: include_str!(concat!($name, "/sqlite.up.sql")),
                down: include_str!(concat!($name, "/sqlite.down.sql")),
            },
        })
    };
}
pub(crate) use step;

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
        manager.get_connection().execute_unprepared(self.scripts(manager)?.up).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.scripts(manager)?.down).await.map(drop)
    }

    /// SQLite would run outside of a transaction otherwise.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
