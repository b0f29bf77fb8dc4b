//! `reprograph reader`: which login roles of PostgreSQL read the database beside the server, and for whom.

use domain::text::Email;
use storage::readers;

use super::database::{open_directly, words};
use super::exit::Trouble;
use super::migrate::{close, must_exist};
use super::say::say;
use crate::settings::DatabaseSettings;

pub(super) async fn add(settings: &DatabaseSettings, role: &str, user: &str) -> Result<(), Trouble> {
    let email = Email::try_new(user).map_err(|why| Trouble::setting(format!("--user: {why}")))?;
    must_exist(settings)?;
    let pools = open_directly(settings).await?;
    let added = readers::add(&pools, role, &email).await;
    added.map_err(|why| told(&why))?;
    say(format_args!("{role} reads what {email} sees"))?;
    close(&pools).await
}

pub(super) async fn remove(settings: &DatabaseSettings, role: &str) -> Result<(), Trouble> {
    must_exist(settings)?;
    let pools = open_directly(settings).await?;
    readers::remove(&pools, role).await.map_err(|why| told(&why))?;
    say(format_args!("{role} reads nothing any more; the role itself is still there"))?;
    close(&pools).await
}

pub(super) async fn list(settings: &DatabaseSettings) -> Result<(), Trouble> {
    must_exist(settings)?;
    let pools = open_directly(settings).await?;
    for reader in readers::list(&pools).await.map_err(|why| told(&why))? {
        let sees = reader.blind.map_or_else(String::new, |why| format!(", but sees nothing: {why}"));
        say(format_args!("{}: {}{sees}", reader.role, reader.email.as_deref().unwrap_or("nobody")))?;
    }
    close(&pools).await
}

fn told(why: &storage::Error) -> Trouble {
    match why {
        storage::Error::Missing { what } => Trouble::refused(format!(
            "there is no such {what}: `reprograph reader list` names all readers, `reprograph \
                                      user create` makes a user"
        )),
        storage::Error::Precondition(why) => Trouble::refused(why.clone()),
        other => words(other).into(),
    }
}
