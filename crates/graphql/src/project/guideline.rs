//! The guideline of a project.

use domain::Revision;
use domain::files::Upload;
use domain::project::{Project as ProjectEntity, ProjectGuideline as Entity};
use domain::text::LongText;
use futures_util::TryStreamExt;
use storage::files::Placed;
use storage::project::guideline::{Column, GuidelineOfProject, GuidelinesOfCreator, folder, remove_guideline, set};
use storage::read::ById;

use super::Project;
use crate::account::User;
use crate::files::{files, place};
use crate::prelude::*;

object! {
    /// The document that says how a project's records are judged.
    ProjectGuideline: Entity, GuidelineFilter by Column {
        /// The name of the uploaded file.
        file_name: String = text, filter FileName: Parsed<String>;
        /// What kind of file it is.
        media_type: String = text, filter MediaType: Parsed<String>;
        /// Where the file is stored.
        storage_path: String = text;
        /// How large it is.
        size_bytes: SafeInt = whole;
        /// The SHA-256 of its bytes.
        sha256: String = text, filter Sha256: Parsed<String>;
        /// What it says.
        text: Option<String> = maybe(text), filter Text: Parsed<String>, input Optional<Parsed<LongText>>;
        hidden project_id, created_by;
    }
    parents {
        /// The project.
        project: Project, GuidelineOfProject, |guideline| Some(guideline.project_id);
        /// Who uploaded it.
        created_by: User, GuidelinesOfCreator, |guideline| guideline.created_by;
    }
    update UpdateProjectGuidelineInput;
    methods {
        /// Where the file is downloaded.
        async fn url(&self, ctx: &Context<'_>) -> Result<String> {
            files(ctx).map(|files| files.url(self.0.id))
        }
    }
}

input! {
    /// A file that becomes the guideline of a project, in place of one that it may have.
    SetProjectGuidelineInput {
        /// The project.
        project_id: GlobalId<ProjectEntity>,
        /// The revision that the guideline in its place is expected to have; with another nothing is done.
        expected_revision: Given<Parsed<Revision>>,
        /// The upload that becomes the guideline.
        upload_id: GlobalId<Upload>,
        /// What it says; a text file's own text by default.
        text: Option<Parsed<LongText>>,
    }
}

targets!(Entity: RemoveProjectGuidelineInput);

mutations! {
    /// What can be done to guidelines.
    GuidelineMutations {
        /// Makes an upload the guideline of a project.
        set_project_guideline(SetProjectGuidelineInput) -> SetProjectGuidelinePayload {
            guideline: ProjectGuideline, "The guideline."
        } = put;
        /// Changes what a guideline is known to say.
        update_project_guideline(UpdateProjectGuidelineInput) -> UpdateProjectGuidelinePayload {
            guideline: ProjectGuideline, "The guideline as it is now."
        } = mutate::update;
        /// Removes the guideline of a project, for good.
        remove_project_guideline(RemoveProjectGuidelineInput) -> RemoveProjectGuidelinePayload {
            deleted_id: ID, "The id of the removed guideline."
        } = remove;
    }
}

async fn put(ctx: &Context<'_>, input: SetProjectGuidelineInput) -> Result<ProjectGuideline> {
    let (project, expected) = (input.project_id.0, input.expected_revision.0.map(|revision| revision.0));
    let seen = loader(ctx)?.load(ById::<ProjectEntity> { id: project }).await?;
    seen.ok_or(Failure::from(storage::Error::Missing { what: "project" }))?;
    let placed = place(ctx, input.upload_id.0, &folder(project)).await?;
    let text = match input.text {
        Some(text) => Some(text.0),
        None => own_text(ctx, &placed).await?,
    };
    let guideline = mutate::unit(ctx, |work| {
        let (placed, text) = (placed.clone(), text.clone());
        Box::pin(async move { set(work, project, expected, &placed, text).await })
    });
    guideline.await.map(ProjectGuideline::new)
}

/// The text of a text file that is not too long to be kept.
async fn own_text(ctx: &Context<'_>, placed: &Placed) -> Result<Option<LongText>> {
    let is_text = placed.upload.as_ref().is_some_and(|upload| upload.media_type.as_str().starts_with("text/"));
    // A character takes at most four bytes.
    let short = usize::try_from(placed.size_bytes.get()).is_ok_and(|size| size <= LongText::MAX * 4);
    if !is_text || !short {
        return Ok(None);
    }
    let read = async {
        let object = files(ctx)?.objects().get(&placed.storage_path, None).await.map_err(storage::Error::from)?;
        let parts: Vec<_> = object.bytes.try_collect().await.map_err(storage::Error::from)?;
        Ok::<_, Failure>(parts.concat())
    };
    Ok(String::from_utf8(read.await?).ok().and_then(|text| LongText::try_new(text).ok()))
}

async fn remove(ctx: &Context<'_>, input: RemoveProjectGuidelineInput) -> Result<ID> {
    let (id, expected) = input.target();
    mutate::unit(ctx, |work| Box::pin(async move { remove_guideline(work, id, expected).await })).await?;
    Ok(id.to_string().into())
}
