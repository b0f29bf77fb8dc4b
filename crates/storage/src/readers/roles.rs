//! Which login role reads for which user.

use domain::Entity;
use domain::account::User;
use domain::text::Email;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Statement, Value};

use super::{grants, schema};
use crate::connect::Pools;
use crate::dialect::Dialect;
use crate::error::{Error, Result};

/// A login role, with the user for whom it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The role.
    pub role: String,
    /// The e-mail address of the user; none for one who is gone.
    pub email: Option<String>,
    /// Why the role sees nothing, if it does not.
    pub blind: Option<&'static str>,
}

/// Lets a role read for a user, in place of another for whom it may have read. Where there is no such role it is made, if
/// that is allowed.
pub async fn add(pools: &Pools, role: &str, email: &Email) -> Result<()> {
    let work = begin(pools).await?;
    let user = one(&work, "SELECT id FROM users WHERE email_folded = $1", [email.folded().into()]).await?;
    let user: uuid::Uuid = user.ok_or(Error::Missing { what: User::NAME })?.try_get_by_index(0)?;
    make_role(&work, role).await?;
    refuse_mighty(&work, role).await?;
    let insert = "INSERT INTO readers (role, user_id) VALUES ($1, $2) ON CONFLICT (role) DO UPDATE SET user_id = excluded.user_id";
    run(&work, insert, [role.into(), user.into()]).await?;
    work.execute_unprepared(&grants(&schema(&work).await?)).await?;
    Ok(work.commit().await?)
}

/// Lets a role read no more. The role itself stays.
pub async fn remove(pools: &Pools, role: &str) -> Result<()> {
    let work = begin(pools).await?;
    if run(&work, "DELETE FROM readers WHERE role = $1", [role.into()]).await? == 0 {
        return Err(Error::Missing { what: "reader" });
    }
    if one(&work, ROLE, [role.into()]).await?.is_some() {
        let (schema, role) = (schema(&work).await?, quoted(role));
        let revoke = format!(
            "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}; REVOKE USAGE ON SCHEMA {schema} FROM {role};"
        );
        work.execute_unprepared(&revoke).await?;
    }
    Ok(work.commit().await?)
}

/// All readers, by the names of their roles.
pub async fn list(pools: &Pools) -> Result<Vec<Reader>> {
    let work = begin(pools).await?;
    let select = "SELECT r.role, u.email,
            CASE
                WHEN NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r.role) THEN 'role'
                WHEN u.id IS NULL THEN 'user'
                WHEN u.disabled_at IS NOT NULL THEN 'disabled'
                WHEN u.must_reset_password THEN 'password'
            END
        FROM readers r LEFT JOIN users u ON u.id = r.user_id ORDER BY r.role";
    let rows = work.query_all_raw(statement(select, [])).await?;
    work.rollback().await?;
    rows.iter()
        .map(|row| {
            let blind: Option<String> = row.try_get_by_index(2)?;
            let blind = blind.map(|blind| match blind.as_str() {
                "role" => "there is no such role any more",
                "user" => "there is no such user any more",
                "disabled" => "the user is disabled",
                _ => "the user has to choose a new password first",
            });
            Ok(Reader { role: row.try_get_by_index(0)?, email: row.try_get_by_index(1)?, blind })
        })
        .collect()
}

const ROLE: &str = "SELECT 1 FROM pg_roles WHERE rolname = $1";

/// A transaction on a database that has readers.
async fn begin(pools: &Pools) -> Result<DatabaseTransaction> {
    if pools.dialect() == Dialect::Sqlite {
        return Err(Error::Precondition(
            "a SQLite database has no readers: whoever can read its file reads all of it; only PostgreSQL has login roles"
                .into(),
        ));
    }
    let work = pools.begin().await?;
    let there = one(&work, "SELECT 1 WHERE to_regclass('readers') IS NOT NULL", []).await?;
    there.map(|_| work).ok_or_else(|| {
        Error::Precondition("the database knows no readers yet: run `reprograph migrate up` first".into())
    })
}

async fn make_role(work: &DatabaseTransaction, role: &str) -> Result<()> {
    if one(work, ROLE, [role.into()]).await?.is_some() {
        return Ok(());
    }
    let made = work.execute_unprepared(&format!("CREATE ROLE {} LOGIN", quoted(role))).await;
    made.map(drop).map_err(|why| {
        Error::Precondition(format!("there is no role {role}, and it cannot be made here: let an administrator of the database run CREATE ROLE {} LOGIN ({why})", quoted(role)))
    })
}

/// Refuses a role that row-level security would not bind, or that could get around it.
async fn refuse_mighty(work: &DatabaseTransaction, role: &str) -> Result<()> {
    let select = "SELECT CASE
            WHEN rolsuper THEN 'is a superuser'
            WHEN rolbypassrls THEN 'has BYPASSRLS'
            WHEN rolcreaterole THEN 'has CREATEROLE'
            WHEN pg_has_role(rolname, (SELECT relowner FROM pg_class WHERE oid = 'users'::regclass), 'MEMBER')
                THEN 'is the owner of the tables, or a member of the owner''s role'
            WHEN EXISTS (
                SELECT FROM pg_roles own WHERE starts_with(own.rolname, 'pg_') AND pg_has_role(r.rolname, own.oid, 'MEMBER')
            ) THEN 'is a member of one of PostgreSQL''s own roles, like pg_read_all_data'
            WHEN has_schema_privilege(rolname, current_schema(), 'CREATE') THEN 'may create things beside our tables'
        END
        FROM pg_roles r WHERE rolname = $1";
    let found = one(work, select, [role.into()]).await?;
    let why: Option<String> = found.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    match why {
        Some(why) => Err(Error::Precondition(format!("{role} cannot be a reader: it {why}, so nothing would bind it"))),
        None => Ok(()),
    }
}

fn statement(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}

async fn one(
    work: &DatabaseTransaction,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<QueryResult>> {
    Ok(work.query_one_raw(statement(sql, values)).await?)
}

async fn run(work: &DatabaseTransaction, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<u64> {
    Ok(work.execute_raw(statement(sql, values)).await?.rows_affected())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
