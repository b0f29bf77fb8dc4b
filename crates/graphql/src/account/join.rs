//! Coming in: registering, accepting an invitation, showing that an address is one's own, and choosing a new password
//! when the old one is forgotten. Nothing here tells whether an address has an account, unless everybody may register.

use std::sync::Arc;

use domain::account::{Attempt, NewPassword, Registration, Role, TokenPurpose, Tried, User as UserEntity};
use domain::text::{Email, Name};
use domain::{Leaf, Secret, Sha256};
use storage::account::attempt;
use storage::account::join::{self, Joined, accept, add_user, afterwards, issue_by_email, reset, verify};
use storage::account::ticket::{Held, Ticket, holder, issue};
use storage::{Error, viewers};

use super::User;
use super::door::{Door, Letter, client, door, mailing_door, password_door};
use crate::prelude::*;

input! {
    /// Who registers.
    RegisterInput {
        /// The e-mail address.
        email: Parsed<Email>,
        /// The password: at least 10 characters.
        password: Parsed<NewPassword>,
        /// The name.
        name: Given<Parsed<Name>>,
        /// The token of an invitation to this address, where one is needed.
        invitation: Given<Parsed<Token>>,
    }
}

input! {
    /// An invitation that is accepted.
    AcceptInvitationInput {
        /// The token of the invitation.
        token: Parsed<Token>,
        /// The password to sign in with: at least 10 characters.
        password: Parsed<NewPassword>,
        /// The name.
        name: Given<Parsed<Name>>,
    }
}

input! {
    /// An address to which a mail is asked that shows whose it is.
    RequestEmailVerificationInput {
        /// The e-mail address, as the viewer's account has it.
        email: Parsed<Email>,
    }
}

input! {
    /// What a mail brought.
    VerifyEmailInput {
        /// The token in the mail.
        token: Parsed<Token>,
    }
}

input! {
    /// Who forgot a password.
    RequestPasswordResetInput {
        /// The e-mail address of the account.
        email: Parsed<Email>,
    }
}

input! {
    /// A new password in place of one that was forgotten.
    ResetPasswordInput {
        /// The token in the mail, or of the link.
        token: Parsed<Token>,
        /// The new password: at least 10 characters.
        new_password: Parsed<NewPassword>,
    }
}

mutations! {
    /// What can be done to come in.
    JoinMutations {
        /// Makes an account for oneself, as far as this server lets people: for everybody who was invited to the address,
        /// for readers of mail at certain domains, or for everybody. Where mail shows whose an address is, the account is
        /// PENDING until verifyEmail; without mail, until an administrator gives it a role.
        register(RegisterInput) -> RegisterPayload {
            mailed: bool, "Whether a mail was sent that says how to go on; if not, the account can be signed in to."
        } = register;
        /// Accepts an invitation: gives the account that it is for a password.
        accept_invitation(AcceptInvitationInput) -> AcceptInvitationPayload {
            email: String, "The e-mail address to sign in with."
        } = accept_invitation;
        /// Asks for a mail that shows that the viewer's e-mail address is theirs.
        request_email_verification(RequestEmailVerificationInput) -> RequestEmailVerificationPayload {
            mailed: bool, "That a mail is sent."
        } = request_email_verification;
        /// Shows that an e-mail address is one's own. Who registered by themself becomes a USER by it.
        verify_email(VerifyEmailInput) -> VerifyEmailPayload {
            email: String, "The e-mail address."
        } = verify_email;
        /// Asks for a mail by which a new password can be chosen. The answer is the same whether or not there is such an
        /// account.
        request_password_reset(RequestPasswordResetInput) -> RequestPasswordResetPayload {
            mailed: bool, "That a mail is sent if there is such an account."
        } = request_password_reset;
        /// Chooses a new password. All sign-ins of the account end.
        reset_password(ResetPasswordInput) -> ResetPasswordPayload {
            email: String, "The e-mail address to sign in with."
        } = reset_password;
    }
}

/// A token as somebody brings it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token(Secret<String>);

impl Leaf for Token {
    type Raw = String;

    fn parse(raw: String) -> std::result::Result<Self, domain::Invalid> {
        domain::text::Name::try_new(&*raw).map(|_| Self(Secret::new(raw)))
    }

    fn raw(&self) -> String {
        self.0.reveal().clone()
    }
}

impl Token {
    fn held(&self, purpose: TokenPurpose) -> Held {
        Held { purpose, token_sha256: Sha256::of(self.0.reveal().as_bytes()) }
    }
}

async fn register(ctx: &Context<'_>, input: RegisterInput) -> Result<bool> {
    let (reader, door) = (loader(ctx)?.reader().clone(), password_door(ctx)?);
    let email = input.email.0;
    let name = input.name.0.map(|name| name.0);
    let attempt = Attempt::new(Tried::Registration, &email.folded(), client(ctx).address);
    attempt::count(&reader, &attempt).await?;
    let registration = &door.rules().registration;
    if let Some(Parsed(token)) = input.invitation.0.filter(|_| *registration != Registration::Closed) {
        let held = token.held(TokenPurpose::Invitation);
        if holder(&reader, &held).await.map_err(of_invitation)?.email.folded() != email.folded() {
            return Err(Error::refused(&["input", "email"], "invitation", "is not the address that was invited").into());
        }
        let password = door.hash(input.password.0.into_password()).await?;
        accept(&reader, &held, &Joined { password, name }).await.map_err(of_invitation)?;
        return Ok(false);
    }
    if !registration.admits(&email) {
        return Err(Error::Forbidden(not_admitted(registration)).into());
    }
    let mut user = viewers::new_user(&reader, email, Role::Pending)?;
    user.name = name;
    user.password_hash = Some(door.hash(input.password.0.into_password()).await?);
    let ticket = door.ticket(TokenPurpose::EmailVerification, reader.now())?;
    if *registration == Registration::Open {
        return register_openly(&door, &reader, user, ticket).await;
    }
    let reader = afterwards(reader.store(), reader.request());
    let doing = register_quietly(mailing_door(ctx)?, reader, user, ticket);
    door.afterwards(Box::pin(doing));
    Ok(true)
}

async fn register_openly(
    door: &Arc<dyn Door>,
    reader: &storage::Reader,
    user: UserEntity,
    (ticket, link): (Ticket, Secret<String>),
) -> Result<bool> {
    let mailed = door.sends_mail();
    add_user(reader, &user, mailed.then_some(&ticket)).await?;
    if mailed {
        door.send(&user.email, Letter::Link(ticket.purpose, link));
    }
    Ok(mailed)
}

/// Whoever registers is told the same whether or not the address has an account; its owner is told by mail.
async fn register_quietly(
    door: Arc<dyn Door>,
    reader: storage::Reader,
    user: UserEntity,
    (ticket, link): (Ticket, Secret<String>),
) -> storage::Result<()> {
    let letter = match add_user(&reader, &user, Some(&ticket)).await {
        Ok(()) => Letter::Link(ticket.purpose, link),
        Err(Error::Conflict(_)) => Letter::Registered,
        Err(why) => return Err(why),
    };
    door.send(&user.email, letter);
    Ok(())
}

fn not_admitted(registration: &Registration) -> &'static str {
    match registration {
        Registration::Closed => "nobody registers here: ask an administrator for an account",
        Registration::Invite => "an invitation is needed to register here: ask an administrator for one",
        Registration::Domain(_) | Registration::Open => {
            "an e-mail address of this domain is not admitted here: ask an administrator for an invitation"
        }
    }
}

/// What is wrong with a token, where it stands in the field of the invitation.
fn of_invitation(error: Error) -> Error {
    match error {
        Error::Refused(mut violations) => {
            for violation in &mut violations {
                violation.path = vec!["input".into(), "invitation".into()];
            }
            Error::Refused(violations)
        }
        other => other,
    }
}

async fn accept_invitation(ctx: &Context<'_>, input: AcceptInvitationInput) -> Result<String> {
    let (loader, door) = (loader(ctx)?, password_door(ctx)?);
    let held = input.token.0.held(TokenPurpose::Invitation);
    // Whoever brings no token that works is not worth the hashing.
    holder(loader.reader(), &held).await?;
    let password = door.hash(input.password.0.into_password()).await?;
    let joined = Joined { password, name: input.name.0.map(|name| name.0) };
    let user = accept(loader.reader(), &held, &joined).await?;
    loader.clear();
    Ok(user.email.to_string())
}

async fn request_email_verification(ctx: &Context<'_>, input: RequestEmailVerificationInput) -> Result<bool> {
    let (reader, door) = (loader(ctx)?.reader(), mailing_door(ctx)?);
    let user: User = by_id(ctx, reader.viewer().account()).await?.ok_or(Error::Unauthenticated)?;
    if user.0.email.folded() != input.email.0.folded() {
        return Err(Error::refused(&["input", "email"], "own", "is not the address of your account").into());
    }
    if user.0.email_verified_at.is_some() {
        return Err(Error::Precondition("the e-mail address was shown to be yours already".into()).into());
    }
    let attempt = Attempt::new(Tried::Mail, &user.0.email.folded(), client(ctx).address);
    attempt::count(reader, &attempt).await?;
    let (ticket, link) = door.ticket(TokenPurpose::EmailVerification, reader.now())?;
    let id = user.0.id;
    mutate::unit(ctx, |work| {
        let ticket = ticket.clone();
        Box::pin(async move { issue(work, id, &ticket).await })
    })
    .await?;
    door.send(&user.0.email, Letter::Link(ticket.purpose, link));
    Ok(true)
}

async fn verify_email(ctx: &Context<'_>, input: VerifyEmailInput) -> Result<String> {
    let (loader, door) = (loader(ctx)?, door(ctx)?);
    let held = input.token.0.held(TokenPurpose::EmailVerification);
    let user = verify(loader.reader(), &held, &door.rules().registration).await?;
    loader.clear();
    Ok(user.email.to_string())
}

async fn request_password_reset(ctx: &Context<'_>, input: RequestPasswordResetInput) -> Result<bool> {
    let reader = loader(ctx)?.reader();
    password_door(ctx)?;
    let (door, email) = (mailing_door(ctx)?, input.email.0);
    let attempt = Attempt::new(Tried::Mail, &email.folded(), client(ctx).address);
    attempt::count(reader, &attempt).await?;
    let (ticket, link) = door.ticket(TokenPurpose::PasswordReset, reader.now())?;
    let (reader, sender) = (join::afterwards(reader.store(), reader.request()), Arc::clone(&door));
    door.afterwards(Box::pin(async move {
        if let Some(user) = issue_by_email(&reader, &email, &ticket).await? {
            sender.send(&user.email, Letter::Link(ticket.purpose, link));
        }
        Ok(())
    }));
    Ok(true)
}

async fn reset_password(ctx: &Context<'_>, input: ResetPasswordInput) -> Result<String> {
    let (loader, door) = (loader(ctx)?, password_door(ctx)?);
    let held = input.token.0.held(TokenPurpose::PasswordReset);
    holder(loader.reader(), &held).await?;
    let password = door.hash(input.new_password.0.into_password()).await?;
    let user = reset(loader.reader(), &held, &password).await?;
    loader.clear();
    Ok(user.email.to_string())
}
