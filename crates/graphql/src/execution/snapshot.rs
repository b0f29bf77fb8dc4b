//! Snapshots: the states of runs, as executors save them.

use domain::execution::{LeaseToken, Run as RunEntity, Snapshot as Entity, SnapshotState};
use domain::{Count, Id, Json as AnyJson, JsonObject, OnConflict, Real, Revision, Sha256};
use storage::Work;
use storage::execution::snapshot::{Column, SnapshotsOfRun};
use storage::execution::transition;
use storage::write::{Creation, create_one, created_before};

use super::Run;
use crate::mutate::Made;
use crate::prelude::*;

object! {
    /// The state of a run at a moment.
    Snapshot: Entity, SnapshotFilter by Column, logged {
        /// The run's own time.
        t: f64 = real, filter T: Parsed<Real>;
        /// The run's step.
        step: SafeInt = whole, filter Step: Parsed<Count>;
        /// Whether the run can go on from it.
        is_checkpoint: bool = flag, filter IsCheckpoint: Parsed<bool>;
        /// What else there is to say.
        metadata: Json = json;
        hidden project_id, run_id, state;
    }
    parents {
        /// The run.
        run: Run, SnapshotsOfRun, |snapshot| Some(snapshot.run_id);
    }
    derived {
        /// The SHA-256 of the state's canonical form (RFC 8785).
        hash: String = |snapshot| text(snapshot.state.hash());
        /// Whether the hash was computed here, from the state; otherwise it is what the executor said.
        verified: bool = |snapshot| snapshot.state.state().is_some();
        /// The state; null where it was left out.
        state: Option<Json> = |snapshot| snapshot.state.state().map(json);
    }
    filter {
        /// The SHA-256 of the state's canonical form.
        hash: Parsed<Sha256>, Hash;
        /// Whether the hash was computed here, from the state.
        verified: Parsed<bool>, Verified;
    }
}

queries! {
    /// Snapshots.
    SnapshotQueries {
        one snapshot: Snapshot, "The snapshot with this id.";
    }
}

input! {
    /// The state of a run at a moment.
    SaveSnapshotInput {
        /// An id of your own, which makes a retry harmless, also with another token.
        id: Given<GlobalId<Entity>>,
        /// The run.
        run_id: GlobalId<RunEntity>,
        /// What proves the lease of the run. One that was imported is written without.
        token: Given<Parsed<LeaseToken>>,
        /// The run's own time.
        t: Parsed<Real>,
        /// The run's step.
        step: Parsed<Count>,
        /// The state, any JSON but null. Whole numbers beyond 2⁵³ have no canonical form: write them as text.
        state: Given<Parsed<AnyJson>>,
        /// The SHA-256 of the state's canonical form (RFC 8785), in lower-case hex. With a state it must agree; alone, of a
        /// state that is too large to send, it is kept unverified.
        hash: Given<Parsed<Sha256>>,
        /// Whether the run can go on from it; by default it cannot.
        is_checkpoint: Given<bool>,
        /// What else there is to say; `{}` by default.
        metadata: Given<Parsed<JsonObject>>,
    }
}

impl SaveSnapshotInput {
    fn state(&self) -> Result<SnapshotState> {
        let state = self.state.0.as_ref().map(|state| state.0.clone());
        let hash = self.hash.0.as_ref().map(|hash| hash.0.clone());
        SnapshotState::try_new(state, hash)
            .map_err(|why| Failure::refused(&["input", if why.rule == "hash" { "hash" } else { "state" }], &why))
    }

    async fn build(
        self,
        work: &mut Work,
        (token, state): (Option<LeaseToken>, SnapshotState),
        made: Made<Entity>,
    ) -> storage::Result<Entity> {
        let run = transition::executor(work, self.run_id.0, token.as_ref()).await?;
        Ok(Entity {
            id: made.id,
            project_id: run.project_id,
            run_id: run.id,
            t: self.t.0,
            step: self.step.0,
            state,
            is_checkpoint: self.is_checkpoint.0.unwrap_or_default(),
            metadata: self.metadata.0.map_or_else(JsonObject::empty, |metadata| metadata.0),
            created_at: made.at,
        })
    }
}

input! {
    /// Which snapshot.
    DeleteSnapshotInput {
        /// Which one.
        id: GlobalId<Entity>,
    }
}

impl Target for DeleteSnapshotInput {
    type Entity = Entity;

    fn target(&self) -> (Id<Entity>, Option<Revision>) {
        (self.id.0, None)
    }
}

mutations! {
    /// What can be done to snapshots.
    SnapshotMutations {
        /// Saves the state of a run, as its executor.
        save_snapshot(SaveSnapshotInput) -> SaveSnapshotPayload { snapshot: Snapshot, "The snapshot." } = save;
        /// Deletes a snapshot, for good.
        delete_snapshot(DeleteSnapshotInput) -> DeleteSnapshotPayload {
            deleted_id: ID, "The id of the deleted snapshot."
        } = mutate::remove;
    }
}

async fn save(ctx: &Context<'_>, mut input: SaveSnapshotInput) -> Result<Snapshot> {
    let token = input.token.0.take().map(|token| token.0);
    let state = input.state()?;
    let chosen = input.id.0.map(|id| id.0);
    let (id, digest) = (mutate::id_or_new(ctx, chosen)?, mutate::digest_for(chosen, &input)?);
    let saved = mutate::unit(ctx, |work| {
        let (input, proof, digest) = (input.clone(), (token.clone(), state.clone()), digest.clone());
        Box::pin(async move {
            if let Some(digest) = &digest
                && let Some(there) = created_before(work, id, digest).await?
            {
                return Ok(there);
            }
            let made = Made { id, by: work.viewer().user(), at: work.now() };
            let row = input.build(work, proof, made).await?;
            let creation = Creation { row, input: digest, on_conflict: OnConflict::Refuse };
            create_one(work, creation).await
        })
    });
    saved.await.map(Snapshot::new)
}
