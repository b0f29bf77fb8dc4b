//! An upload: a file that was sent and that no row names yet; unclaimed it expires.

use crate::prelude::*;
use domain::account::{ApiKey, User};
use domain::files::{Sender, Upload};
use domain::text::{FileName, MediaType, StoragePath};
use domain::{Count, Entity as _, Id, Invalid, Sha256, Timestamp, Viewer};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Query};

use crate::files::outbox;
use crate::reader::Reader;
use crate::row::id_column;
use crate::scope::Depth;
use crate::store::Store;

row! {
    "uploads" Upload {
        media_type: MediaType,
        storage_path: StoragePath,
        size_bytes: Count,
        sha256: Sha256,
        created_at: Timestamp,
        expires_at: Timestamp,
    }
    optional {
        file_name: FileName,
    }
    spread sender over {
        created_by: Id<User>,
        api_key_id: Id<ApiKey>,
    } from gather, into scatter;
}

fn gather(user: Option<Id<User>>, key: Option<Id<ApiKey>>) -> Result<Sender, Invalid> {
    match (user, key) {
        (Some(user), None) => Ok(Sender::User(user)),
        (None, Some(key)) => Ok(Sender::Key(key)),
        _ => Err(Invalid::new("sent", "an upload has one sender: a user or a key")),
    }
}

fn scatter(sender: Sender) -> (Option<Id<User>>, Option<Id<ApiKey>>) {
    match sender {
        Sender::User(user) => (Some(user), None),
        Sender::Key(key) => (None, Some(key)),
    }
}

/// Where the bytes of an upload are stored until a row names them.
pub fn upload_folder(id: Id<Upload>) -> String {
    format!("uploads/{id}")
}

/// Keeps an upload whose bytes are stored.
pub async fn keep_upload(reader: &Reader, upload: &Upload) -> Result<()> {
    let work = Work::begin(reader).await?;
    outbox::keep(&work, &[upload.storage_path.as_str()]).await?;
    work.insert_untraced(std::slice::from_ref(upload)).await?;
    work.commit().await
}

/// An upload that the viewer sent and that has not expired.
pub async fn find_upload(reader: &Reader, id: Id<Upload>) -> Result<Upload> {
    let same = Condition::all()
        .add(Depth::OUTER.column(id_column::<Upload>()).eq(id.uuid()))
        .add(Depth::OUTER.column(Column::ExpiresAt).gt(domain::Leaf::raw(&reader.now())));
    reader.find(same).await?.pop().ok_or(Error::Missing { what: Upload::NAME })
}

/// Uses an upload up: its row goes, and its bytes as soon as the work is committed.
pub async fn claim(work: &Work, upload: &Upload) -> Result<()> {
    let mut delete = Query::delete();
    delete.from_table(Alias::new(Upload::TABLE)).and_where(Expr::col(Column::Id).eq(upload.id.uuid()));
    if work.execute(&delete).await? != 1 {
        return Err(Error::Missing { what: Upload::NAME });
    }
    outbox::discard(work, &[upload.storage_path.as_str().to_owned()], work.now()).await
}

/// Lets uploads go that nobody used in time.
pub async fn expire(store: &Store, limit: u64) -> Result<u64> {
    let reader = store.reader(Viewer::system("uploads"), None);
    let work = Work::begin(&reader).await?;
    let mut select = Query::select();
    select
        .columns([Column::Id, Column::StoragePath])
        .from(Alias::new(Upload::TABLE))
        .and_where(Expr::col(Column::ExpiresAt).lte(domain::Leaf::raw(&work.now())))
        .limit(limit);
    let rows = work.query(&select).await?;
    let ids = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<Vec<uuid::Uuid>, _>>()?;
    let paths = rows.iter().map(|row| row.try_get("", "storage_path")).collect::<Result<Vec<String>, _>>()?;
    outbox::discard(&work, &paths, work.now()).await?;
    let mut delete = Query::delete();
    delete.from_table(Alias::new(Upload::TABLE)).and_where(work.dialect().among(Expr::col(Column::Id), &ids));
    let expired = if ids.is_empty() { 0 } else { work.execute(&delete).await? };
    work.commit().await?;
    Ok(expired)
}
