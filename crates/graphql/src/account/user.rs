//! Users: oneself, and whoever shares a project.

use async_graphql::Context;
use domain::account::{Role, User as Entity};
use storage::account::user::Column;
use storage::literature::asset::AssetsOfCreator;
use storage::literature::claim::ClaimsOfCreator;
use storage::literature::paper::PapersOfCreator;
use storage::literature::storyboard::StoryboardsOfCreator;
use storage::project::guideline::GuidelinesOfCreator;
use storage::project::member::MembershipsOfUser;
use storage::project::project::ProjectsOfOwner;

use crate::choice::Chosen;
use crate::error::Result;
use crate::input::{GlobalId, Parsed};
use crate::literature::{Asset, AssetFilter, Claim, ClaimFilter, Paper, PaperFilter, Storyboard, StoryboardFilter};
use crate::object::{by_id, loader};
use crate::project::{GuidelineFilter, MemberFilter, Project, ProjectFilter, ProjectGuideline, ProjectMember};
use crate::scalar::{DateTime, Json, SafeInt};
use crate::shown::{choice, flag, json, maybe, text, time, whole};
use crate::{filter, object, queries};

object! {
    /// Somebody with an account.
    User: Entity {
        /// The e-mail address.
        email: String = text;
        /// The name, when they gave one.
        name: Option<String> = maybe(text);
        /// A picture of them.
        avatar_url: Option<String> = maybe(text);
        /// What they may do beyond their projects.
        role: Chosen<Role> = choice;
        /// Whether the next sign-in asks for a new password.
        must_reset_password: bool = flag;
        /// When they showed that the e-mail address is theirs.
        email_verified_at: Option<DateTime> = maybe(time);
        /// When they last signed in.
        last_login_at: Option<DateTime> = maybe(time);
        /// Since when they may not sign in any more.
        disabled_at: Option<DateTime> = maybe(time);
        /// Whatever else is known about them.
        metadata: Json = json;
        /// How often the account was written.
        revision: SafeInt = whole;
        /// When the account was made.
        created_at: DateTime = time;
        /// When the account was last written.
        updated_at: DateTime = time;
        hidden password_hash;
    }
    many {
        /// The projects that they own.
        owned_projects: Project, ProjectFilter, ProjectsOfOwner;
        /// Their memberships of projects.
        memberships: ProjectMember, MemberFilter, MembershipsOfUser;
        /// The guidelines that they uploaded.
        guidelines: ProjectGuideline, GuidelineFilter, GuidelinesOfCreator;
        /// The papers that they added.
        papers: Paper, PaperFilter, PapersOfCreator;
        /// The claims that they added.
        claims: Claim, ClaimFilter, ClaimsOfCreator;
        /// The storyboards that they made.
        storyboards: Storyboard, StoryboardFilter, StoryboardsOfCreator;
        /// The assets that they added.
        assets: Asset, AssetFilter, AssetsOfCreator;
    }
}

filter! {
    /// Which users.
    UserFilter for Entity, Column {
        /// The id.
        id: GlobalId<Entity>, Id;
        /// The e-mail address.
        email: Parsed<String>, Email;
        /// The name.
        name: Parsed<String>, Name;
        /// What they may do beyond their projects.
        role: Chosen<Role>, Role;
        /// When the account was made.
        created_at: Parsed<domain::Timestamp>, CreatedAt;
    }
    many {
        /// Their memberships of projects.
        memberships: MemberFilter, MembershipsOfUser;
    }
}

queries! {
    /// Users.
    UserQueries {
        one {
            /// The user with this id.
            user: User;
        }
        many {
            /// The users that the viewer sees: themself, and whoever shares a project with them.
            users: User, UserFilter;
        }
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
