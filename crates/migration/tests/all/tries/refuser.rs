//! Who refused: each database says it in its own words.

use sea_orm_migration::sea_orm::sqlx::error::DatabaseError;
use sea_orm_migration::sea_orm::sqlx::postgres::PgDatabaseError;
use sea_orm_migration::sea_orm::{DbErr, RuntimeErr};

/// The name of the constraint that refused, or what comes nearest to one.
pub(crate) fn refuser(why: &DbErr) -> String {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = why else {
        return why.to_string();
    };
    let error = error.as_database_error().unwrap();
    match error.try_downcast_ref::<PgDatabaseError>() {
        Some(error) => refuser_on_postgres(error),
        None => refuser_on_sqlite(error),
    }
}

fn refuser_on_postgres(error: &PgDatabaseError) -> String {
    match (error.constraint(), error.table(), error.column()) {
        (Some(constraint), ..) if constraint.ends_with("_pkey") => constraint.replace("_pkey", "_pk"),
        (Some(constraint), ..) => constraint.to_owned(),
        (None, Some(table), Some(column)) => format!("{table}_{column}_not_null"),
        _ => error.code().to_owned(),
    }
}

fn refuser_on_sqlite(error: &dyn DatabaseError) -> String {
    let message = error.message();
    if let Some((_, constraint)) = message.split_once("CHECK constraint failed: ") {
        return constraint.to_owned();
    }
    if let Some((_, column)) = message.split_once("NOT NULL constraint failed: ") {
        return format!("{}_not_null", column.replace('.', "_"));
    }
    if let Some((_, columns)) = message.split_once("UNIQUE constraint failed: ") {
        return crate::same::unique(columns);
    }
    if let Some((_, column)) = message.split_once("column ").filter(|_| message.contains("cannot store")) {
        return format!("{}_type", column.replace('.', "_"));
    }
    if message.contains("generated column") {
        return message.split('"').nth(1).map_or_else(String::new, |column| format!("runs_{column}_generated"));
    }
    if message.contains("FOREIGN KEY") { "FOREIGN KEY".to_owned() } else { message.to_owned() }
}
