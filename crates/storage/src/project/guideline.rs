//! The table `project_guidelines`: one a project.

use std::sync::Arc;

use domain::account::User;
use domain::ledger::EventType;
use domain::project::{Project, ProjectGuideline};
use domain::text::{FileName, LongText, MediaType, StoragePath};
use domain::{Count, Id, Revision, Sha256, Timestamp};

use sea_orm::sea_query::{Condition, ExprTrait};

use crate::files::{Placed, abandon, adopt};
use crate::prelude::*;
use crate::scope::Depth;
use crate::write::{Expected, remove, update};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "project_guidelines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Col<Id<ProjectGuideline>>,
    pub project_id: Col<Id<Project>>,
    pub file_name: Col<FileName>,
    pub media_type: Col<MediaType>,
    pub storage_path: Col<StoragePath>,
    pub size_bytes: Col<Count>,
    pub sha256: Col<Sha256>,
    pub text: Option<Col<LongText>>,
    pub created_by: Option<Col<Id<User>>>,
    pub revision: Col<Revision>,
    pub created_at: Col<Timestamp>,
    pub updated_at: Col<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

row! {
    ProjectGuideline {
        id, project_id, file_name, media_type, storage_path, size_bytes, sha256, text, created_by, revision, created_at,
        updated_at,
    }
    seen Scope::InProject(Column::ProjectId);
}

edge! {
    /// The guideline of a project.
    GuidelineOfProject: Project => ProjectGuideline, ProjectId, "project_id";
    /// The guidelines that a user uploaded.
    GuidelinesOfCreator: User => ProjectGuideline, CreatedBy, "created_by";
}

sorts! { ProjectGuideline {
    CreatedAt: "CREATED_AT_ASC" Ascending, "CREATED_AT_DESC" Descending, "when it was uploaded";
} }

impl Edited for ProjectGuideline {
    const EVENTS: Option<Events> = Some(Events {
        created: EventType::GuidelineAdded,
        updated: EventType::GuidelineChanged,
        deleted: EventType::GuidelineRemoved,
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
        vec![NaturalKey { field: "project", columns: vec![(Column::ProjectId, Col(self.project_id).into())] }]
    }
}

/// The folder in which a project's guideline is stored.
pub fn folder(project: Id<Project>) -> String {
    format!("guidelines/{project}")
}

/// Makes placed bytes the guideline of a project, in place of one that it may have had.
pub async fn set(
    work: &mut Work,
    id: Id<Project>,
    expected: Expected,
    placed: &Placed,
    text: Option<LongText>,
) -> Result<Arc<ProjectGuideline>> {
    work.project(id, ProjectGuideline::ACTION).await?;
    let upload = placed.upload.as_ref().ok_or_else(|| Error::internal("a guideline comes from an upload"))?;
    let new = ProjectGuideline {
        id: work.reader().ids().next_for()?,
        project_id: id,
        file_name: upload.file_name.clone().map_or_else(|| FileName::try_new("guideline"), Ok)?,
        media_type: upload.media_type.clone(),
        storage_path: placed.storage_path.clone(),
        size_bytes: placed.size_bytes,
        sha256: placed.sha256.clone(),
        text,
        created_by: work.viewer().user(),
        revision: Revision::FIRST,
        created_at: work.now(),
        updated_at: work.now(),
    };
    adopt(work, placed).await?;
    match of_project(work, id).await? {
        None => {
            work.insert(&new).await?;
            Ok(Arc::new(new))
        }
        Some(old) => {
            abandon(work, &old.storage_path).await?;
            update(work, old.id, expected, |guideline| {
                let ProjectGuideline { id, created_by, revision, created_at, updated_at, .. } = old;
                *guideline = ProjectGuideline { id, created_by, revision, created_at, updated_at, ..new };
                Ok(())
            })
            .await
        }
    }
}

/// Removes the guideline of a project, and its file with it.
pub async fn remove_guideline(
    work: &mut Work,
    id: Id<ProjectGuideline>,
    expected: Expected,
) -> Result<ProjectGuideline> {
    let guideline = remove(work, id, expected).await?;
    abandon(work, &guideline.storage_path).await?;
    Ok(guideline)
}

async fn of_project(work: &Work, id: Id<Project>) -> Result<Option<ProjectGuideline>> {
    let same = Depth::OUTER.column(Column::ProjectId).eq(id.uuid());
    Ok(work.find::<ProjectGuideline>(Condition::all().add(same)).await?.pop())
}
