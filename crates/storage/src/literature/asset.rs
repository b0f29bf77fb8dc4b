//! The table `assets`.

use domain::account::User;
use domain::execution::{Plan, Run};
use domain::literature::{Asset, AssetKind, AssetParent, Paper};
use domain::project::Project;
use domain::text::{FileName, MediaType, RelativePath, StoragePath};
use domain::{Count, Id, Revision, Sha256};

use sea_orm::sea_query::{Condition, ExprTrait};

use crate::files::{Placed, abandon};
use crate::prelude::*;
use crate::scope::Depth;
use crate::write::{Expected, remove, update};

row! {
    "assets" Asset, edited {
        project_id: Id<Project>,
        kind: AssetKind,
        storage_path: StoragePath,
    }
    optional {
        path: RelativePath,
        size_bytes: Count,
        checksum: Sha256,
        media_type: MediaType,
        file_name: FileName,
        created_by: Id<User>,
    }
    spread parent over {
        paper_id: Id<Paper>,
        plan_id: Id<Plan>,
        run_id: Id<Run>,
    } from AssetParent::from_columns, into AssetParent::columns;
    under Paper, by PaperId;
}

edge! {
    /// The assets of a paper.
    AssetsOfPaper: Paper => Asset, PaperId, "paper_id";
    /// The assets of a project.
    AssetsOfProject: Project => Asset, ProjectId, "project_id";
    /// The assets that a user added.
    AssetsOfCreator: User => Asset, CreatedBy, "created_by";
}

sorts! { Asset {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was added";
    Path: "PATH_ASC" Ascending, "PATH_DESC" Descending, "path";
    SizeBytes: "SIZE_BYTES_DESC" Descending, "SIZE_BYTES_ASC" Ascending, "size";
} }

edited! {
    Asset, in project_id;
    events created AssetAdded, updated AssetChanged, deleted AssetRemoved;
    unique path: PaperId, Path;
}

/// The folder in which a paper's file is stored.
pub fn file_folder(paper: &Paper, id: Id<Asset>) -> String {
    format!("{}/{}/{id}", AssetKind::File.folder(), paper.project_id)
}

/// Lists an object of a paper or of its storyboard among the paper's assets, in place of the one at the old path.
pub(super) async fn keep_copy(
    work: &mut Work,
    old: Option<&StoragePath>,
    paper: &Paper,
    kind: AssetKind,
    placed: &Placed,
) -> Result<()> {
    let upload = placed.upload.as_ref();
    let copy = Asset {
        id: work.reader().ids().next_for()?,
        project_id: paper.project_id,
        parent: AssetParent::Paper(paper.id),
        kind,
        storage_path: placed.storage_path.clone(),
        path: None,
        size_bytes: Some(placed.size_bytes),
        checksum: Some(placed.sha256.clone()),
        media_type: upload
            .map(|upload| upload.media_type.clone())
            .or_else(|| MediaType::try_new("application/json").ok()),
        file_name: upload.and_then(|upload| upload.file_name.clone()),
        created_by: work.viewer().user(),
        revision: Revision::FIRST,
        created_at: work.now(),
        updated_at: work.now(),
    };
    match old {
        Some(old) => match at_path(work, old).await? {
            Some(there) => {
                let same = (there.id, there.created_by, there.revision, there.created_at, there.updated_at);
                update(work, there.id, None, |asset| {
                    let (id, created_by, revision, created_at, updated_at) = same;
                    *asset = Asset { id, created_by, revision, created_at, updated_at, ..copy };
                    Ok(())
                })
                .await
                .map(drop)
            }
            None => work.insert(&copy).await,
        },
        None => work.insert(&copy).await,
    }
}

/// Takes the object at this path from the assets of its paper.
pub(super) async fn drop_copy(work: &mut Work, path: &StoragePath) -> Result<()> {
    match at_path(work, path).await? {
        Some(asset) => work.erase(&asset).await,
        None => Ok(()),
    }
}

async fn at_path(work: &Work, path: &StoragePath) -> Result<Option<Asset>> {
    let same = Depth::OUTER.column(Column::StoragePath).eq(path.as_str());
    Ok(work.find::<Asset>(Condition::all().add(same)).await?.pop())
}

/// Removes a file from its paper, and its bytes with it.
pub async fn remove_file(work: &mut Work, id: Id<Asset>, expected: Expected) -> Result<Asset> {
    let asset = remove(work, id, expected).await?;
    if asset.kind != AssetKind::File {
        let why = format!("a {} goes with what it belongs to, not by itself", asset.kind);
        return Err(Error::Precondition(why));
    }
    abandon(work, &asset.storage_path).await?;
    Ok(asset)
}
