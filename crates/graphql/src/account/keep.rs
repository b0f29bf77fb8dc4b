//! Keeping users: what they change themselves, and what administrators do.

use std::sync::Arc;

use async_graphql::SimpleObject;
use domain::access::Demand;
use domain::account::{Password, Registration, Role, TokenPurpose, User as Entity};
use domain::project::{MemberRole, Project as ProjectEntity};
use domain::text::{Email, Name};
use domain::{Id, Revision};
use storage::account::join::{Part, change_email as give_email, invite};
use storage::account::keep::disable;
use storage::account::ticket::issue;
use storage::write::update;
use storage::{Error, Work, viewers};

use super::User;
use super::door::{Letter, door};
use super::sign_in::show_password;
use super::user::UpdateUserInput;
use crate::mutate::Target;
use crate::prelude::*;

input! {
    /// Another e-mail address.
    ChangeEmailInput {
        /// Whose it is; by default the viewer's. Administrators change everybody's.
        user_id: Given<GlobalId<Entity>>,
        /// The address.
        email: Parsed<Email>,
        /// The viewer's password; administrators need not show it.
        current_password: Given<Parsed<Password>>,
    }
}

input! {
    /// Who is invited.
    InviteUserInput {
        /// The e-mail address.
        email: Parsed<Email>,
        /// What they may do beyond their projects; USER by default.
        role: Given<Chosen<Role>>,
        /// The name, which they may change when they accept.
        name: Given<Parsed<Name>>,
        /// A project of which they become a member.
        project_id: Given<GlobalId<ProjectEntity>>,
        /// What they may do in the project; VIEWER by default.
        project_role: Given<Chosen<MemberRole>>,
    }
}

input! {
    /// A link for a user.
    CreateUserLinkInput {
        /// For whom.
        user_id: GlobalId<Entity>,
        /// What it is for.
        purpose: Chosen<TokenPurpose>,
    }
}

targets! { Entity:
    /// Another role of a user.
    SetUserRoleInput {
        /// The role.
        role: Chosen<Role>,
    }
    /// Whether a user must choose a new password.
    RequirePasswordResetInput {
        /// Whether they must; by default they must.
        required: Given<bool>,
    }
    /// A user who may not sign in any more.
    DisableUserInput {
        /// Who owns their projects from now on.
        new_owner_id: Given<GlobalId<Entity>>,
    }
}
targets!(Entity: EnableUserInput);

/// The answer of a mutation.
#[derive(SimpleObject)]
pub struct InviteUserPayload {
    /// Who was invited.
    user: User,
    /// The link that accepts the invitation. It is shown this once; null where it was sent by mail.
    link: Option<String>,
}

/// The answer of a mutation.
#[derive(SimpleObject)]
pub struct CreateUserLinkPayload {
    /// The link. It is shown this once, and works once.
    link: String,
    /// Until when it works.
    expires_at: DateTime,
}

mutations! {
    /// What can be done to users.
    KeepMutations {
        /// Changes a user: oneself, or as an administrator anybody.
        update_user(UpdateUserInput) -> UpdateUserPayload { user: User, "The user as they are now." } = mutate::update;
        /// Changes an e-mail address, which nobody has shown to be theirs from then on. Where not everybody may register,
        /// administrators alone do so.
        change_email(ChangeEmailInput) -> ChangeEmailPayload { user: User, "The user as they are now." } = change_email;
        /// Invites somebody: makes an account, for which they choose a password when they accept.
        invite_user(InviteUserInput) -> InviteUserPayload = invite_user;
        /// Makes a link by which a user does what a mail would let them do. One that was made for the same before does not
        /// work any more.
        create_user_link(CreateUserLinkInput) -> CreateUserLinkPayload = create_user_link;
        /// Gives a user another role. The last administrator stays one.
        set_user_role(SetUserRoleInput) -> SetUserRolePayload { user: User, "The user as they are now." } = set_user_role;
        /// Lets a user do nothing more before they have chosen a new password.
        require_password_reset(RequirePasswordResetInput) -> RequirePasswordResetPayload {
            user: User, "The user as they are now."
        } = require_password_reset;
        /// Disables a user: their sign-ins and keys end at once, and their projects are handed over. The last administrator
        /// stays enabled.
        disable_user(DisableUserInput) -> DisableUserPayload { user: User, "The user as they are now." } = disable_user;
        /// Lets a disabled user sign in again. Their keys stay revoked.
        enable_user(EnableUserInput) -> EnableUserPayload { user: User, "The user as they are now." } = enable_user;
    }
}

async fn change_email(ctx: &Context<'_>, input: ChangeEmailInput) -> Result<User> {
    let viewer = loader(ctx)?.reader().viewer();
    let own = viewer.account().ok_or(Error::Unauthenticated)?;
    let id = input.user_id.0.map_or(own, |id| id.0);
    if viewer.meets(Demand::Administrator).is_err() {
        let open = door(ctx)?.rules().registration == Registration::Open;
        let user: User = by_id(ctx, Some(id)).await?.ok_or(Error::Missing { what: "user" })?;
        // An address that is taken could be told by trying to have it; and another address is no way out of PENDING.
        if id != own || !open || user.0.role == Role::Pending {
            return Err(Error::Forbidden("ask an administrator to change the e-mail address").into());
        }
        let missing = || Error::refused(&["input", "currentPassword"], "required", "must be given");
        show_password(ctx, &user.0, input.current_password.0.ok_or_else(missing)?.0).await?;
    }
    let email = input.email.0;
    let user = mutate::unit(ctx, |work| {
        let email = email.clone();
        Box::pin(async move { give_email(work, id, &email).await })
    });
    user.await.map(|user| User::new(Arc::new(user)))
}

async fn invite_user(ctx: &Context<'_>, input: InviteUserInput) -> Result<InviteUserPayload> {
    let (reader, door) = (loader(ctx)?.reader(), door(ctx)?);
    let role = input.role.0.map_or(Role::User, |role| role.0);
    let mut user = viewers::new_user(reader, input.email.0, role)?;
    user.name = input.name.0.map(|name| name.0);
    let project_role = input.project_role.0.map_or(MemberRole::Viewer, |role| role.0);
    let part = input.project_id.0.map(|project| Part { project: project.0, role: project_role });
    let (ticket, link) = door.ticket(TokenPurpose::Invitation, reader.now())?;
    mutate::unit(ctx, |work| {
        let (user, ticket) = (user.clone(), ticket.clone());
        Box::pin(async move { invite(work, &user, &ticket, part).await })
    })
    .await?;
    let mailed = door.sends_mail();
    let shown = (!mailed).then(|| link.reveal().clone());
    if mailed {
        door.send(&user.email, Letter::Link(ticket.purpose, link));
    }
    Ok(InviteUserPayload { user: User::new(Arc::new(user)), link: shown })
}

async fn create_user_link(ctx: &Context<'_>, input: CreateUserLinkInput) -> Result<CreateUserLinkPayload> {
    let (reader, door) = (loader(ctx)?.reader(), door(ctx)?);
    let (ticket, link) = door.ticket(input.purpose.0, reader.now())?;
    mutate::unit(ctx, |work| {
        let ticket = ticket.clone();
        Box::pin(async move {
            let user = work.own(input.user_id.0).await?;
            if user.disabled_at.is_some() {
                return Err(Error::Precondition("the user is disabled: enable them first".into()));
            }
            issue(work, user.id, &ticket).await
        })
    })
    .await?;
    Ok(CreateUserLinkPayload { link: link.reveal().clone(), expires_at: DateTime(ticket.until) })
}

async fn set_user_role(ctx: &Context<'_>, input: SetUserRoleInput) -> Result<User> {
    changed(ctx, input.target(), move |user| user.role = input.role.0).await
}

async fn require_password_reset(ctx: &Context<'_>, input: RequirePasswordResetInput) -> Result<User> {
    let required = input.required.0.unwrap_or(true);
    changed(ctx, input.target(), move |user| user.must_reset_password = required).await
}

async fn enable_user(ctx: &Context<'_>, input: EnableUserInput) -> Result<User> {
    changed(ctx, input.target(), |user| user.disabled_at = None).await
}

async fn disable_user(ctx: &Context<'_>, input: DisableUserInput) -> Result<User> {
    let ((id, expected), new_owner) = (input.target(), input.new_owner_id.0.map(|id| id.0));
    let user = mutate::unit(ctx, |work| Box::pin(async move { disable(work, id, new_owner, expected).await }));
    user.await.map(|user| User::new(Arc::new(user)))
}

/// Changes a user, and lets the rest of the request see what the viewer sees then.
async fn changed(
    ctx: &Context<'_>,
    (id, expected): (Id<Entity>, Option<Revision>),
    change: impl Fn(&mut Entity) + Copy + Send + Sync + 'static,
) -> Result<User> {
    let user = mutate::unit(ctx, |work: &mut Work| {
        Box::pin(async move {
            update(work, id, expected, |user| {
                change(user);
                Ok(())
            })
            .await
        })
    })
    .await?;
    viewers::refresh(loader(ctx)?.reader()).await?;
    Ok(User::new(user))
}
