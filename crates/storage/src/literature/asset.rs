//! The table `assets`.

use domain::account::User;
use domain::execution::{Plan, Run};
use domain::ledger::EventType;
use domain::literature::{Asset, AssetKind, AssetParent, Paper};
use domain::project::Project;
use domain::text::{FileName, MediaType, RelativePath, StoragePath};
use domain::{Count, Id, Revision, Sha256, Timestamp};

use crate::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "assets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<Id<Asset>>,
    pub project_id: Col<Id<Project>>,
    pub paper_id: Option<Col<Id<Paper>>>,
    pub plan_id: Option<Col<Id<Plan>>>,
    pub run_id: Option<Col<Id<Run>>>,
    pub kind: Col<AssetKind>,
    pub storage_path: Col<StoragePath>,
    pub path: Option<Col<RelativePath>>,
    pub size_bytes: Option<Col<Count>>,
    pub checksum: Option<Col<Sha256>>,
    pub media_type: Option<Col<MediaType>>,
    pub file_name: Option<Col<FileName>>,
    pub created_by: Option<Col<Id<User>>>,
    pub revision: Col<Revision>,
    pub created_at: Col<Timestamp>,
    pub updated_at: Col<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

row! {
    Asset {
        id, project_id, kind, storage_path, path, size_bytes, checksum, media_type, file_name, created_by, revision,
        created_at, updated_at,
    }
    spread parent over { paper_id, plan_id, run_id } from AssetParent::from_columns, into AssetParent::columns;
    seen Scope::InProject(Column::ProjectId);
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

impl Edited for Asset {
    const EVENTS: Option<Events> = Some(Events {
        created: EventType::AssetAdded,
        updated: EventType::AssetChanged,
        deleted: EventType::AssetRemoved,
        restored: None,
        purged: None,
    });

    fn project_id(&self) -> Id<Project> {
        self.project_id
    }

    fn revision(&self) -> Revision {
        self.revision
    }

    fn touched(self, now: Timestamp) -> Self {
        Self { revision: self.revision.next(), updated_at: self.updated_at.next(now), ..self }
    }

    fn natural_keys(&self) -> Vec<NaturalKey<Self>> {
        let Some(paper) = self.parent.paper() else { return Vec::new() };
        let parent = (Column::PaperId, Col(paper).into());
        match (&self.path, self.kind) {
            (Some(path), _) => {
                vec![NaturalKey { field: "path", columns: vec![parent, (Column::Path, Col(path.clone()).into())] }]
            }
            (None, AssetKind::Pdf) => {
                vec![NaturalKey { field: "kind", columns: vec![parent, (Column::Kind, Col(self.kind).into())] }]
            }
            (None, _) => Vec::new(),
        }
    }
}
