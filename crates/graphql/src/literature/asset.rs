//! Assets: the stored files of papers, plans and runs.

use domain::execution::{Plan as PlanEntity, Run as RunEntity};
use domain::files::Upload;
use domain::literature::{Asset as Entity, AssetKind, AssetParent, Paper as PaperEntity};
use domain::number::LinkSeconds;
use domain::project::Project as ProjectEntity;
use domain::text::{MediaType, RelativePath};
use domain::{Count, Entity as _, Id, Invalid, Revision};
use storage::Work;
use storage::files::{Placed, adopt};
use storage::literature::asset::{
    AssetsOfCreator, AssetsOfPaper, AssetsOfPlan, AssetsOfProject, AssetsOfRun, Column, file_folder, project_of,
    refuse_second, remove_file,
};
use storage::read::ById;

use super::Paper;
use crate::account::User;
use crate::execution::{Plan, Run};
use crate::files::{address, place};
use crate::input::Argument;
use crate::mutate::Made;
use crate::pictures;
use crate::prelude::*;
use crate::project::Project;

object! {
    /// A stored file.
    Asset: Entity, AssetFilter by Column {
        /// What it is to what it belongs to.
        kind: Chosen<AssetKind> = choice, filter Kind: Chosen<AssetKind>;
        /// Where it is stored.
        storage_path: String = text, filter StoragePath: Parsed<String>;
        /// The path under which its parent knows it: a FILE has one, nothing else has.
        path: Option<String> = maybe(text), filter Path: Parsed<String>;
        /// How large it is, once it is uploaded.
        size_bytes: Option<SafeInt> = maybe(whole), filter SizeBytes: Parsed<Count>;
        /// The SHA-256 of its bytes, once it is uploaded.
        checksum: Option<String> = maybe(text), filter Checksum: Parsed<String>;
        /// What kind of file it is.
        media_type: Option<String> = maybe(text), filter MediaType: Parsed<String>;
        /// What the file was called where it came from.
        file_name: Option<String> = maybe(text);
        hidden project_id, parent, created_by;
    }
    parents {
        /// The project of what it belongs to.
        project: Project, AssetsOfProject, |asset| Some(asset.project_id);
        /// The paper that it belongs to, where it is a paper's.
        paper: Paper, AssetsOfPaper, |asset| asset.parent.paper();
        /// The plan that it belongs to, where it is a plan's.
        plan: Plan, AssetsOfPlan, |asset| asset.parent.plan();
        /// The run that it belongs to, where it is a run's.
        run: Run, AssetsOfRun, |asset| asset.parent.run();
        /// Who added it.
        created_by: User, AssetsOfCreator, |asset| asset.created_by;
    }
    methods {
        /// Where it is downloaded, once it is uploaded, by whoever is signed in and sees it. With `expiresIn` a link by which
        /// whoever has it can download this file, and nothing else, until then.
        async fn url(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "For how many seconds from now the link works: 1 to 2592000, which are 30 days.")]
            expires_in: Argument<Option<Parsed<LinkSeconds>>>,
        ) -> Option<Result<String>> {
            self.0.checksum.as_ref().map(|_| pictures::url(ctx, &address(self.0.id), expires_in))
        }
    }
}

queries! {
    /// Assets.
    AssetQueries {
        one asset: Asset, "The asset with this id.";
        many assets: Asset, "The assets that the viewer sees.";
    }
}

input! {
    /// A new file of a paper, a plan or a run: exactly one of these is given.
    CreateAssetInput {
        /// An id of your own, which makes a retry harmless.
        id: Given<GlobalId<Entity>>,
        /// The paper that it belongs to.
        paper_id: Given<GlobalId<PaperEntity>>,
        /// The plan that it belongs to.
        plan_id: Given<GlobalId<PlanEntity>>,
        /// The run that it belongs to.
        run_id: Given<GlobalId<RunEntity>>,
        /// What it is: FILE by default; METRICS, LOGS or EVENTS of a run, which has one of each.
        kind: Given<Chosen<AssetKind>>,
        /// The path under which its parent knows it, unique there: `figures/one.png`. A FILE has one, nothing else has.
        path: Given<Parsed<RelativePath>>,
        /// The upload that becomes the file.
        upload_id: GlobalId<Upload>,
    }
}

impl CreateAssetInput {
    fn parent(&self) -> Result<AssetParent> {
        let (paper, plan) = (self.paper_id.0.map(|id| id.0), self.plan_id.0.map(|id| id.0));
        let run = self.run_id.0.map(|id| id.0);
        AssetParent::from_columns(paper, plan, run).map_err(|why| Failure::refused(&["input"], &why))
    }

    /// What it is, which its parent must take, and which says whether it has a path.
    fn kind(&self, parent: AssetParent) -> Result<AssetKind> {
        let kind = self.kind.0.map_or(AssetKind::File, |kind| kind.0);
        let refused = |path, why: String| Err(Failure::refused(&["input", path], &Invalid::new("kind", why)));
        if !kind.is_given() || !parent.takes(kind) {
            return refused("kind", format!("a {kind} cannot be given to it"));
        }
        match (kind, &self.path.0) {
            (AssetKind::File, None) => refused("path", "a FILE has a path".into()),
            (AssetKind::File, Some(_)) | (_, None) => Ok(kind),
            (_, Some(_)) => refused("path", "only a FILE has a path".into()),
        }
    }
}

/// A file whose bytes are placed.
#[derive(Clone, Debug)]
struct PlacedFile {
    parent: AssetParent,
    kind: AssetKind,
    path: Option<RelativePath>,
    placed: Placed,
}

impl PlacedFile {
    async fn build(self, work: &mut Work, made: Made<Entity>) -> storage::Result<Entity> {
        let project_id = project_of(work, self.parent).await?;
        refuse_second(work, self.parent, self.kind).await?;
        adopt(work, &self.placed).await?;
        let upload = self.placed.upload.as_ref();
        Ok(Entity {
            id: made.id,
            project_id,
            parent: self.parent,
            kind: self.kind,
            storage_path: self.placed.storage_path.clone(),
            path: self.path,
            size_bytes: Some(self.placed.size_bytes),
            checksum: Some(self.placed.sha256.clone()),
            media_type: upload.map(|upload| upload.media_type.clone()),
            file_name: upload.and_then(|upload| upload.file_name.clone()),
            created_by: made.by,
            revision: Revision::FIRST,
            created_at: made.at,
            updated_at: made.at,
        })
    }
}

/// The project of what a file is to belong to, as the viewer sees it.
async fn project_seen(ctx: &Context<'_>, parent: AssetParent) -> Result<Id<ProjectEntity>> {
    let loader = loader(ctx)?;
    let (project, what) = match parent {
        AssetParent::Paper(id) => {
            (loader.load(ById::<PaperEntity> { id }).await?.map(|paper| paper.project_id), PaperEntity::NAME)
        }
        AssetParent::Plan(id) => {
            (loader.load(ById::<PlanEntity> { id }).await?.map(|plan| plan.project_id), PlanEntity::NAME)
        }
        AssetParent::Run(id) => {
            (loader.load(ById::<RunEntity> { id }).await?.map(|run| run.project_id), RunEntity::NAME)
        }
    };
    project.ok_or(Failure::from(storage::Error::Missing { what }))
}

input! {
    /// Changes of a file: what is left out stays.
    UpdateAssetInput {
        /// Which file.
        id: GlobalId<Entity>,
        /// The revision that it is expected to have; with another nothing is done.
        expected_revision: Given<Parsed<Revision>>,
        /// The path under which its parent knows it; only a FILE has one.
        path: Given<Parsed<RelativePath>>,
        /// What kind of file it is; null clears it.
        media_type: Change<Parsed<MediaType>>,
    }
}

impl Update for UpdateAssetInput {
    type Entity = Entity;

    fn target(&self) -> (Id<Entity>, Option<Revision>) {
        (self.id.0, self.expected_revision.0.map(|revision| revision.0))
    }

    fn apply(self, asset: &mut Entity) -> storage::Result<()> {
        match &mut asset.path {
            Some(path) => Required::change(path, self.path)?,
            None if self.path.0.is_some() => {
                return Err(storage::Error::refused(&["input", "path"], "file", "only a FILE has a path"));
            }
            None => {}
        }
        Optional::change(&mut asset.media_type, self.media_type)
    }
}

targets!(Entity: DeleteAssetInput);

mutations! {
    /// What can be done to assets.
    AssetMutations {
        /// Makes an upload a file of a paper, a plan or a run.
        create_asset(CreateAssetInput) -> CreateAssetPayload { asset: Asset, "The file." } = create;
        /// Changes a file's path or media type.
        update_asset(UpdateAssetInput) -> UpdateAssetPayload {
            asset: Asset, "The file as it is now."
        } = mutate::update;
        /// Deletes a file, for good: a FILE, or the METRICS, LOGS or EVENTS of a run.
        delete_asset(DeleteAssetInput) -> DeleteAssetPayload { deleted_id: ID, "The id of the deleted file." } = delete;
    }
}

async fn create(ctx: &Context<'_>, input: CreateAssetInput) -> Result<Asset> {
    let chosen = input.id.0.as_ref().map(|id| id.0);
    let digest = mutate::digest_for(chosen, &input)?;
    if let Some(there) = mutate::created_before(ctx, chosen, digest.as_ref()).await? {
        return Ok(Asset::new(there));
    }
    let parent = input.parent()?;
    let kind = input.kind(parent)?;
    let project = project_seen(ctx, parent).await?;
    let id = mutate::id_or_new(ctx, chosen)?;
    let placed = place(ctx, input.upload_id.0, &file_folder(kind, project, id)).await?;
    let file = PlacedFile { parent, kind, path: input.path.0.map(|path| path.0), placed };
    let made = mutate::create_built(ctx, id, digest, move |work, made| {
        let file = file.clone();
        Box::pin(async move { file.build(work, made).await })
    });
    made.await.map(Asset::new)
}

async fn delete(ctx: &Context<'_>, input: DeleteAssetInput) -> Result<ID> {
    let (id, expected) = input.target();
    mutate::unit(ctx, |work| Box::pin(async move { remove_file(work, id, expected).await })).await?;
    Ok(id.to_string().into())
}
