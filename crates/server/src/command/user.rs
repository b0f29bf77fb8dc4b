//! `reprograph user`: accounts made by whoever runs the server, above all the first administrator.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use domain::Leaf;
use domain::account::{NewPassword, Role};
use domain::text::{Email, Name};
use storage::{Error, viewers};

use super::database::words;
use super::serve::{open_migrated, open_store};
use crate::auth::Passwords;
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
    /// A file that holds their password, of at least 10 characters; `-` reads it from standard input.
    #[arg(long, value_name = "FILE")]
    password_file: PathBuf,
}

/// Makes an account.
pub(super) async fn create(new: NewUser, settings: &Settings) -> Result<(), String> {
    let password = NewPassword::parse(read(&new.password_file)?).map_err(|why| format!("password_file: {why}"))?;
    let _lock = settings.database.lock()?;
    let pools = open_migrated(settings).await?;
    let store = open_store(settings, pools.clone()).await?;
    let hash = Passwords::default().hash(password.into_password()).await.map_err(|why| words(&why))?;
    let reader = store.reader(domain::Viewer::command_line(), None);
    let role = if new.admin { Role::Admin } else { Role::User };
    let mut user = viewers::new_user(&reader, new.email, role).map_err(|why| words(&why))?;
    user.name = new.name;
    user.password_hash = Some(hash);
    // Whoever runs the server vouches for the address.
    user.email_verified_at = Some(user.created_at);
    let added = viewers::add(&reader, &user).await;
    added.map_err(|why| match why {
        Error::Conflict(_) => format!("{} has an account already", user.email),
        why => words(&why),
    })?;
    println!("{}: {} ({role})", user.id, user.email);
    pools.close().await.map_err(|why| words(&why))
}

fn read(file: &Path) -> Result<String, String> {
    let read = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    let text = read.map_err(|why| format!("password_file: {}: {why}", file.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
