//! Users: oneself, and whoever shares a project.

use domain::JsonObject;
use domain::account::{KeyScope, Role, User as Entity};
use domain::text::{Name, WebUrl};
use storage::account::api_key::{KeysOfCreator, KeysOfUser};
use storage::account::provider::ProvidersOfUser;
use storage::account::session::SessionsOfUser;
use storage::account::user::Column;
use storage::execution::note::NotesOfCreator;
use storage::execution::plan::PlansOfCreator;
use storage::execution::run::RunsOfCreator;
use storage::ledger::audit::AuditEntriesOfUser;
use storage::literature::asset::AssetsOfCreator;
use storage::literature::claim::ClaimsOfCreator;
use storage::literature::paper::PapersOfCreator;
use storage::literature::storyboard::StoryboardsOfCreator;
use storage::project::guideline::GuidelinesOfCreator;
use storage::project::member::MembershipsOfUser;
use storage::project::project::ProjectsOfOwner;

use super::{ApiKey, Session, UserProvider};
use crate::execution::{MetricOrder, Note, Plan, Run};
use crate::ledger::AuditEntry;
use crate::literature::{Asset, Claim, Paper, Storyboard};
use crate::prelude::*;
use crate::project::{Project, ProjectGuideline, ProjectMember};
use crate::server::Remaining;

object! {
    /// Somebody with an account.
    User: Entity, UserFilter by Column {
        /// The e-mail address.
        email: String = text, filter Email: Parsed<String>;
        /// The name, when they gave one.
        name: Option<String> = maybe(text), filter Name: Parsed<String>, input Optional<Parsed<Name>>;
        /// A picture of them.
        avatar_url: Option<String> = maybe(text), input Optional<Parsed<WebUrl>>;
        /// What they may do beyond their projects.
        role: Chosen<Role> = choice, filter Role: Chosen<Role>;
        /// Whether the next sign-in asks for a new password.
        must_reset_password: bool = flag;
        /// When they showed that the e-mail address is theirs.
        email_verified_at: Option<DateTime> = maybe(time);
        /// When they last signed in.
        last_login_at: Option<DateTime> = maybe(time);
        /// Since when they may not sign in any more.
        disabled_at: Option<DateTime> = maybe(time);
        /// Whatever else is known about them.
        metadata: Json = json, input Defaulted<Parsed<JsonObject>>;
        hidden password_hash;
    }
    many {
        /// The projects that they own.
        owned_projects: Project, ProjectsOfOwner;
        /// Their memberships of projects.
        memberships: ProjectMember, MembershipsOfUser;
        /// The guidelines that they uploaded.
        guidelines: ProjectGuideline, GuidelinesOfCreator;
        /// The papers that they added.
        papers: Paper, PapersOfCreator;
        /// The claims that they added.
        claims: Claim, ClaimsOfCreator;
        /// The runs that they made.
        runs: Run, RunsOfCreator, or order_by_metric: MetricOrder;
        /// The notes that they wrote on runs.
        notes: Note, NotesOfCreator;
        /// The storyboards that they made.
        storyboards: Storyboard, StoryboardsOfCreator;
        /// The assets that they added.
        assets: Asset, AssetsOfCreator;
        /// The plans that they made.
        plans: Plan, PlansOfCreator;
        /// Their sign-ins, which they alone see.
        sessions: Session, SessionsOfUser;
        /// Where else they sign in, which they alone see.
        providers: UserProvider, ProvidersOfUser;
        /// The keys that act for them.
        api_keys: ApiKey, KeysOfUser;
        /// The keys that they made.
        created_api_keys: ApiKey, KeysOfCreator;
        /// The audit entries of what they did, as far as the viewer sees them: in the projects that the viewer keeps.
        audit_entries: AuditEntry, AuditEntriesOfUser;
    }
    update UpdateUserInput;
    methods {
        /// The scopes of the key by which the viewer asks; null for a sign-in, and for all but the viewer.
        async fn scopes(&self, ctx: &Context<'_>) -> Result<Option<Vec<Chosen<KeyScope>>>> {
            let viewer = loader(ctx)?.reader().viewer();
            let scopes = viewer.scopes().filter(|_| viewer.user() == Some(self.0.id));
            Ok(scopes.map(|scopes| scopes.as_slice().iter().map(choice).collect()))
        }

        /// What is left of what the viewer may ask for and write over time; null for all but the viewer.
        async fn remaining(&self, ctx: &Context<'_>) -> Result<Option<Remaining>> {
            let is_viewer = loader(ctx)?.reader().viewer().user() == Some(self.0.id);
            if is_viewer { Remaining::of(ctx).map(Some) } else { Ok(None) }
        }
    }
}

queries! {
    /// Users.
    UserQueries {
        one user: User, "The user with this id.";
        many users: User, "The users that the viewer sees: themself, and whoever shares a project with them.";
    }
    methods {
        /// Who asks.
        async fn viewer(&self, ctx: &Context<'_>) -> Option<Result<User>> {
            match loader(ctx) {
                Ok(loader) => by_id(ctx, loader.reader().viewer().user()).await.transpose(),
                Err(failure) => Some(Err(failure)),
            }
        }
    }
}
