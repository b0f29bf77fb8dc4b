//! `reprograph user`: accounts made by whoever runs the server, above all the first administrator.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use domain::account::{NewPassword, Role, TokenPurpose};
use domain::text::{Email, Name};
use domain::{Leaf, Secret};
use storage::account::join;
use storage::account::ticket::Ticket;
use storage::{Error, Pools, Reader, viewers};

use super::database::words;
use super::exit::Trouble;
use super::say::say;
use super::serve::{open_migrated, open_store, public_url};
use crate::auth::{House, Passwords};
use crate::database_lock::DatabaseLock;
use crate::settings::Settings;

/// Who is to have an account.
#[derive(Args, Clone, Debug)]
pub(super) struct NewUser {
    /// The e-mail address.
    email: Email,
    /// Makes them an administrator.
    #[arg(long)]
    admin: bool,
    /// Their name.
    #[arg(long, value_name = "NAME")]
    name: Option<Name>,
    /// A file that holds their password, of at least 10 characters; `-` reads it from standard input. Without it a link is
    /// printed by which they choose one.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// For whom a link is made.
#[derive(Args, Clone, Debug)]
pub(super) struct NewLink {
    /// The e-mail address of the account.
    email: Email,
    /// What the link is for.
    #[arg(long, value_name = "PURPOSE")]
    purpose: Purpose,
}

/// What a link is for.
#[derive(ValueEnum, Clone, Copy, Debug)]
enum Purpose {
    /// To join, and choose a password.
    Invitation,
    /// To choose a new password.
    PasswordReset,
    /// To show that the address is theirs.
    EmailVerification,
}

/// Makes an account.
pub(super) async fn create(new: NewUser, settings: &Settings) -> Result<(), Trouble> {
    let password = match new.password_file.clone() {
        // Somebody may type it, or think better of it.
        Some(file) => Some(tokio::task::spawn_blocking(move || read(&file)).await.map_err(|why| why.to_string())??),
        None => None,
    };
    let password = password.map(NewPassword::parse).transpose();
    let password = password.map_err(|why| Trouble::setting(format!("password_file: {why}")))?;
    let here = Here::open(settings).await?;
    let role = if new.admin { Role::Admin } else { Role::User };
    let mut user = viewers::new_user(&here.reader, new.email, role).map_err(|why| words(&why))?;
    user.name = new.name;
    let mut link = None;
    match password {
        Some(password) => {
            let hashed = Passwords::default().hash(password.into_password()).await;
            user.password_hash = Some(hashed.map_err(|why| words(&why))?);
            // Whoever runs the server vouches for the address.
            user.email_verified_at = Some(user.created_at);
        }
        None => link = Some(here.ticket(TokenPurpose::Invitation)?),
    }
    let added = join::add_user(&here.reader, &user, link.as_ref().map(|(ticket, _)| ticket)).await;
    added.map_err(|why| match why {
        Error::Conflict(_) => Trouble::refused(format!(
            "{0} has an account already: `reprograph user link {0} --purpose password-reset` lets them in",
            user.email
        )),
        why => words(&why).into(),
    })?;
    say(format_args!("{}: {} ({role})", user.id, user.email))?;
    if let Some((_, link)) = link {
        say(format_args!("choose a password at {}", link.reveal()))?;
    }
    here.close().await
}

/// Makes a link for somebody who has an account.
pub(super) async fn link(new: NewLink, settings: &Settings) -> Result<(), Trouble> {
    let here = Here::open(settings).await?;
    let purpose = match new.purpose {
        Purpose::Invitation => TokenPurpose::Invitation,
        Purpose::PasswordReset => TokenPurpose::PasswordReset,
        Purpose::EmailVerification => TokenPurpose::EmailVerification,
    };
    let (ticket, link) = here.ticket(purpose)?;
    let found = join::issue_by_email(&here.reader, &new.email, &ticket).await.map_err(|why| words(&why))?;
    found.ok_or_else(|| {
        let email = &new.email;
        Trouble::refused(format!(
            "{email} has no account, or a disabled one: `reprograph user create {email}` makes one"
        ))
    })?;
    say(format_args!("{}", link.reveal()))?;
    here.close().await
}

/// The database and the house of the server on this machine.
struct Here {
    reader: Reader,
    pools: Pools,
    house: House,
    _lock: Option<DatabaseLock>,
}

impl Here {
    async fn open(settings: &Settings) -> Result<Self, Trouble> {
        let house = settings.house(public_url(&settings.server, settings.server.listen)?).map_err(Trouble::setting)?;
        let lock = settings.database.lock()?;
        let pools = open_migrated(settings).await?;
        let store = open_store(settings, pools.clone()).await?;
        Ok(Self { reader: store.reader(domain::Viewer::command_line(), None), pools, house, _lock: lock })
    }

    fn ticket(&self, purpose: TokenPurpose) -> Result<(Ticket, Secret<String>), String> {
        let secret = self.reader.store().secret().map_err(|why| words(&why))?;
        Ok(self.house.ticket(purpose, &secret, self.reader.now()))
    }

    async fn close(self) -> Result<(), Trouble> {
        self.pools.close().await.map_err(|why| words(&why).into())
    }
}

fn read(file: &Path) -> Result<String, Trouble> {
    let read = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    let text = read.map_err(|why| Trouble::setting(format!("password_file: {}: {why}", file.display())))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
