//! The table `assets`.

use domain::account::User;
use domain::execution::{Plan, Run};
use domain::literature::{Asset, AssetKind, AssetParent, Paper};
use domain::project::Project;
use domain::text::{FileName, MediaType, RelativePath, StoragePath, with_article};
use domain::{AnyId, Count, Id, Revision, Sha256};

use sea_orm::sea_query::{Condition, ExprTrait};

use crate::error::Conflict;
use crate::files::{Placed, abandon, adopt};
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
    under Plan, by PlanId;
    under Run, by RunId;
}

edge! {
    /// The assets of a paper.
    AssetsOfPaper: Paper => Asset, PaperId, "paper_id";
    /// The assets of a plan.
    AssetsOfPlan: Plan => Asset, PlanId, "plan_id";
    /// The assets of a run.
    AssetsOfRun: Run => Asset, RunId, "run_id";
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
    unique path: PlanId, Path;
    unique path: RunId, Path;
}

/// The folder in which a file of this kind is stored.
pub fn file_folder(kind: AssetKind, project: Id<Project>, id: Id<Asset>) -> String {
    format!("{}/{project}/{id}", kind.folder())
}

/// Refuses a second file of a kind of which its parent has one.
pub async fn refuse_second(work: &Work, parent: AssetParent, kind: AssetKind) -> Result<()> {
    let AssetParent::Run(run) = parent else { return Ok(()) };
    if kind == AssetKind::File {
        return Ok(());
    }
    let column = |column| Depth::OUTER.column(column);
    let same = Condition::all().add(column(Column::RunId).eq(run.uuid())).add(column(Column::Kind).eq(kind.as_str()));
    match work.find::<Asset>(same).await?.pop() {
        None => Ok(()),
        Some(there) => Err(Error::Conflict(Conflict {
            message: format!("the run has its {kind} already"),
            rule: "unique_kind".into(),
            current_revision: None,
            existing: Some(AnyId::of::<Asset>(there.id)),
        })),
    }
}

/// The project of what a file is to belong to, which is locked so that it stays there.
pub async fn project_of(work: &mut Work, parent: AssetParent) -> Result<Id<Project>> {
    match parent {
        AssetParent::Paper(paper) => Ok(work.parent(paper).await?.project_id),
        AssetParent::Plan(plan) => Ok(work.parent(plan).await?.project_id),
        AssetParent::Run(run) => Ok(work.parent(run).await?.project_id),
    }
}

/// Lists an object of a paper or of its storyboard among the paper's assets, in place of the one at the old path.
pub(super) async fn keep_copy(
    work: &mut Work,
    old: Option<&StoragePath>,
    paper: &Paper,
    kind: AssetKind,
    placed: &Placed,
) -> Result<()> {
    let there = match old {
        Some(old) => at_path(work, old).await?,
        None => None,
    };
    let copy = listed(work, (paper.project_id, AssetParent::Paper(paper.id)), kind, placed)?;
    list(work, there, copy).await
}

/// Lists the materials of a plan, which is locked, among its assets, in place of those that it had.
pub(crate) async fn keep_materials(work: &mut Work, plan: &Plan, materials: &[(AssetKind, &Placed)]) -> Result<()> {
    let kinds = materials.iter().map(|(kind, _)| kind.as_str());
    let of_plan = Condition::all()
        .add(Depth::OUTER.column(Column::PlanId).eq(plan.id.uuid()))
        .add(Depth::OUTER.column(Column::Kind).is_in(kinds));
    let had = work.find::<Asset>(of_plan).await?;
    for (kind, placed) in materials {
        let there = had.iter().find(|asset| asset.kind == *kind);
        if let Some(old) = there {
            abandon(work, &old.storage_path).await?;
        }
        adopt(work, placed).await?;
        let asset = listed(work, (plan.project_id, AssetParent::Plan(plan.id)), *kind, placed)?;
        list(work, there.cloned(), asset).await?;
    }
    Ok(())
}

/// A new asset of a parent, whose bytes are placed.
fn listed(work: &Work, parent: (Id<Project>, AssetParent), kind: AssetKind, placed: &Placed) -> Result<Asset> {
    let upload = placed.upload.as_ref();
    let (project_id, parent) = parent;
    Ok(Asset {
        id: work.reader().ids().next_for()?,
        project_id,
        parent,
        kind,
        storage_path: placed.storage_path.clone(),
        path: None,
        size_bytes: Some(placed.size_bytes),
        checksum: Some(placed.sha256.clone()),
        media_type: upload.map(|upload| upload.media_type.clone()).or_else(|| kind.media_type()),
        file_name: upload.and_then(|upload| upload.file_name.clone()),
        created_by: work.viewer().user(),
        revision: Revision::FIRST,
        created_at: work.now(),
        updated_at: work.now(),
    })
}

/// Lists an asset, in place of one that is there.
async fn list(work: &mut Work, there: Option<Asset>, asset: Asset) -> Result<()> {
    let Some(there) = there else { return work.insert(&asset).await };
    update(work, there.id, None, |kept| {
        let Asset { id, created_by, revision, created_at, updated_at, .. } = there;
        *kept = Asset { id, created_by, revision, created_at, updated_at, ..asset };
        Ok(())
    })
    .await
    .map(drop)
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

/// Removes a file from what it belongs to, and its bytes with it.
pub async fn remove_file(work: &mut Work, id: Id<Asset>, expected: Expected) -> Result<Asset> {
    let asset = remove(work, id, expected).await?;
    if !asset.kind.is_given() {
        let why = format!("{} goes with what it belongs to, not by itself", with_article(asset.kind.as_str()));
        return Err(Error::Precondition(why));
    }
    abandon(work, &asset.storage_path).await?;
    Ok(asset)
}
