//! The table `sign_in_attempts`: tries are counted before anybody looks whether they are right, so that none slips
//! through beside another; and it takes the same statements whether or not there is such an account.

use domain::account::{Attempt, Tries, Whose};
use domain::{Leaf, Sha256, Viewer};
use sea_orm::QueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, InsertStatement, OnConflict, Order, Query};

use crate::column::Col;
use crate::error::{Error, Result};
use crate::reader::Reader;
use crate::store::Store;
use crate::write::{Work, write};

/// Counts a try, or refuses it when there has to be a pause first.
pub async fn count(reader: &Reader, attempt: &Attempt) -> Result<()> {
    write(reader, |work| {
        let attempt = attempt.clone();
        Box::pin(async move {
            let (mut known, now) = (lock(work, &attempt).await?, work.now());
            // Whoever knows nothing but an address cannot keep its owner from where they signed in before.
            let trusted = known.iter().any(|(whose, tries)| *whose == Whose::AccountAtClient && tries.trusted);
            known.retain(|(whose, _)| !(trusted && *whose == Whose::Account));
            if let Some(pause) = known.iter().filter_map(|(_, tries)| tries.pause(now)).max() {
                return Err(Error::TooOften(pause));
            }
            let again = known.iter().map(|(whose, tries)| (*whose, tries.again((attempt.tried, *whose), now)));
            let again: Vec<_> = again.collect();
            keep(work, &attempt, &again).await
        })
    })
    .await
}

/// Takes back the count of a try that succeeded.
pub async fn forgive(reader: &Reader, attempt: &Attempt) -> Result<()> {
    write(reader, |work| {
        let attempt = attempt.clone();
        Box::pin(async move {
            let (known, now) = (lock(work, &attempt).await?, work.now());
            let forgiven: Vec<_> = known.iter().map(|(whose, tries)| (*whose, tries.succeeded(*whose, now))).collect();
            keep(work, &attempt, &forgiven).await
        })
    })
    .await
}

/// Removes counts that are over, and answers whether there may be more.
pub async fn forget(store: &Store, most: u64) -> Result<bool> {
    let work = Work::begin(&store.reader(Viewer::system("sign in"), None)).await?;
    let over = Expr::col(Alias::new("expires_at")).lte(work.now().raw());
    let mut oldest = Query::select();
    oldest.column(Alias::new("id")).from(table()).and_where(over).order_by(Alias::new("expires_at"), Order::Asc);
    let oldest = oldest.limit(most).take();
    let mut delete = Query::delete();
    delete.from_table(table()).and_where(Expr::col(Alias::new("id")).in_subquery(oldest));
    let removed = work.execute(&delete).await?;
    work.commit().await?;
    Ok(removed == most)
}

/// The counts of an attempt as they are, each locked until the end.
async fn lock(work: &Work, attempt: &Attempt) -> Result<Vec<(Whose, Tries)>> {
    let none = Tries::none(work.now());
    let mut insert = insertion(work, attempt, &attempt.keys.each_ref().map(|(whose, _)| (*whose, none)));
    // Writing what is there already locks it, and answers it.
    let same = Expr::col((table(), Alias::new("attempts")));
    insert.on_conflict(OnConflict::column(Alias::new("key_sha256")).value(Alias::new("attempts"), same).to_owned());
    insert.returning(Query::returning().columns(COLUMNS.map(Alias::new)));
    let rows = work.query(&insert).await?;
    let known = rows.iter().map(tries).collect::<Result<Vec<_>>>()?;
    let of = |(whose, key): &(Whose, Sha256)| {
        known.iter().find(|(there, _)| there == key).map_or((*whose, none), |(_, tries)| (*whose, *tries))
    };
    Ok(attempt.keys.iter().map(of).collect())
}

/// Keeps these counts.
async fn keep(work: &Work, attempt: &Attempt, counts: &[(Whose, Tries)]) -> Result<()> {
    let mut insert = insertion(work, attempt, counts);
    let changed = ["attempts", "trusted", "free_at", "expires_at"].map(Alias::new);
    insert.on_conflict(OnConflict::column(Alias::new("key_sha256")).update_columns(changed).to_owned());
    work.execute(&insert).await.map(drop)
}

const COLUMNS: [&str; 5] = ["key_sha256", "attempts", "trusted", "free_at", "expires_at"];

/// A statement that inserts counts, in the order of their keys, so that nobody waits for each other.
fn insertion(work: &Work, attempt: &Attempt, counts: &[(Whose, Tries)]) -> InsertStatement {
    let key = |whose| attempt.keys.iter().find(|(other, _)| *other == whose).map(|(_, key)| key.as_str());
    let mut counts: Vec<_> =
        counts.iter().filter_map(|(whose, tries)| key(*whose).map(|key| (key.to_owned(), tries))).collect();
    counts.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut insert = Query::insert();
    let own = ["id", "created_at"].map(Alias::new);
    insert.into_table(table()).columns(own.into_iter().chain(COLUMNS.map(Alias::new)));
    for (key, tries) in counts {
        insert.values_panic([
            work.reader().ids().next().into(),
            work.now().raw().into(),
            key.into(),
            tries.count.into(),
            tries.trusted.into(),
            tries.free_at.raw().into(),
            tries.expires_at.raw().into(),
        ]);
    }
    insert
}

fn tries(row: &QueryResult) -> Result<(Sha256, Tries)> {
    let time = |name: &str| row.try_get::<Col<domain::Timestamp>>("", name).map(|time| time.0);
    let tries = Tries {
        count: row.try_get("", "attempts")?,
        trusted: row.try_get("", "trusted")?,
        free_at: time("free_at")?,
        expires_at: time("expires_at")?,
    };
    Ok((Sha256::parse(row.try_get("", "key_sha256")?)?, tries))
}

fn table() -> Alias {
    Alias::new("sign_in_attempts")
}
