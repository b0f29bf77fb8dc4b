//! `reprograph audit`: verifies the chains of the audit log, exports it, and erases personal data from it. A server may
//! run meanwhile.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::str::FromStr;

use clap::Args;
use domain::{Leaf, Sha256, Viewer};
use storage::ledger::{self, Checked, Fault, Finding, Mark, Wrong};
use storage::write::write;

use super::beside::open;
use super::database::words;
use super::exit::{Exit, Trouble};
use super::migrate::close;
use super::say::{heard, say, say_beside};
use crate::progress::Progress;
use crate::settings::Settings;

/// What is known from elsewhere.
#[derive(Args, Clone, Debug)]
pub(super) struct Known {
    /// How far the chain of the instance had come when it was last verified, as that printed it. So it is found when
    /// the whole database was taken back to an older state.
    #[arg(long, value_name = "COUNT:HASH", value_parser = mark)]
    known: Option<Mark>,
}

/// Which part of the audit log.
#[derive(Args, Clone, Debug)]
pub(super) struct Part {
    /// Only the project with this slug or id.
    #[arg(long, value_name = "SLUG|ID")]
    project: Option<String>,
}

/// Whose personal data.
#[derive(Args, Clone, Debug)]
pub(super) struct Whose {
    /// The e-mail address or the id of the user.
    #[arg(long, value_name = "EMAIL|ID")]
    user: String,
}

fn mark(text: &str) -> Result<Mark, String> {
    let (count, hash) = text.split_once(':').ok_or("must be a number, a colon and a hash")?;
    let count = i64::from_str(count).map_err(|why| why.to_string())?;
    Ok(Mark { count, hash: Sha256::parse(hash.to_owned()).map_err(|why| why.message)? })
}

/// Verifies all chains, and says what does not fit.
pub(super) async fn verify(settings: &Settings, known: Known) -> Result<Exit, Trouble> {
    let (store, pools) = open(settings).await?;
    let progress = Progress::unmeasured("verifying entries");
    let checked = ledger::verify(&store, known.known, &|entries| progress.at(entries)).await;
    drop(progress);
    let checked = checked.map_err(|why| words(&why))?;
    close(&pools).await?;
    for finding in &checked.findings {
        say(format_args!("WRONG  {}", in_words(finding)))?;
    }
    say(format_args!("{}", summary(&checked)))?;
    Ok(if checked.findings.is_empty() { Exit::Fine } else { Exit::Failed })
}

fn summary(checked: &Checked) -> String {
    let Checked { chains, entries, findings, .. } = checked;
    if !findings.is_empty() {
        return format!("{} of {chains} chains do not fit; {entries} entries were verified", findings.len());
    }
    let known = checked.instance.as_ref().map(|mark| {
        format!(
            "; to find later that all was taken back, keep elsewhere: --known {}:{}",
            mark.count,
            mark.hash.as_str()
        )
    });
    format!("ok     {chains} chains with {entries} entries are whole{}", known.unwrap_or_default())
}

fn in_words(finding: &Finding) -> String {
    let chain = match (&finding.project, finding.head) {
        (Some(project), _) => format!("the audit of {project}"),
        (None, None) => "the audit of the instance".to_owned(),
        (None, Some(head)) => format!("the audit under the head {head}"),
    };
    let wrong = match &finding.wrong {
        Wrong::Changed { position, table, row, fault } => {
            let row = row.map(|row| format!(" about the row {row} in {table}")).unwrap_or_default();
            format!("entry {position}{row} was changed: {}", fault_in_words(fault))
        }
        Wrong::Removed(position) => format!("entry {position} is missing: it was removed"),
        Wrong::Cut { found, said } => {
            format!("the newest entries were cut off: {found} are there of the {said} that its head counts")
        }
        Wrong::Longer { said } => format!("there are more entries than the {said} that its head counts"),
        Wrong::OtherEnd => "the last hash of its head is not that of its last entry".to_owned(),
        Wrong::Seal => {
            "its head was changed: the seal does not fit the count and the last hash, so the newest entries \
                        may have been cut off"
                .to_owned()
        }
        Wrong::CorruptHead(why) => format!("its head was changed: {why}"),
        Wrong::RolledBack(noted) => {
            format!("the newest entries were cut off and its head taken back: a checkpoint counted {noted} entries")
        }
        Wrong::Rewritten(position) => {
            format!("entry {position} was written anew: a checkpoint noted another hash there")
        }
        Wrong::BegunAnew => "its beginning is missing: it does not begin with the making of the project".to_owned(),
        Wrong::HeadGone(entries) => format!("its head was removed, while {entries} entries still name it"),
        Wrong::NoHead => "its head was removed, with all entries".to_owned(),
    };
    format!("{chain}: {wrong}")
}

fn fault_in_words(fault: &Fault) -> String {
    match fault {
        Fault::Hash => "its hash does not fit what it says".to_owned(),
        Fault::Before => "what it has in `before` is not what was written, and no erasure says why".to_owned(),
        Fault::After => "what it has in `after` is not what was written, and no erasure says why".to_owned(),
        Fault::Form(why) => format!("it cannot be read ({why})"),
    }
}

/// Prints the audit log as lines of JSON.
pub(super) async fn export(settings: &Settings, part: Part) -> Result<Exit, Trouble> {
    let (store, pools) = open(settings).await?;
    let project = match part.project {
        None => None,
        Some(named) => {
            let found = ledger::project_named(&store, &named).await.map_err(|why| words(&why))?;
            Some(found.ok_or_else(|| {
                Trouble::refused(format!("project: there is no project {named}: give its slug or its id"))
            })?)
        }
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut had_enough = false;
    let exported = ledger::export(&store, project, |line| {
        let written = writeln!(out, "{line}");
        had_enough |= written.as_ref().is_err_and(|why| why.kind() == ErrorKind::BrokenPipe);
        written
    });
    let exported = exported.await;
    heard(out.flush())?;
    if !had_enough {
        let exported = exported.map_err(|why| words(&why))?;
        say_beside(format_args!("{} chains with {} entries", exported.heads, exported.entries));
    }
    close(&pools).await.map(|()| Exit::Fine)
}

/// Erases the personal data of a user from the audit log.
pub(super) async fn erase(settings: &Settings, whose: Whose) -> Result<Exit, Trouble> {
    let (store, pools) = open(settings).await?;
    let user = ledger::user_named(&store, &whose.user).await.map_err(|why| words(&why))?;
    let user = user.ok_or_else(|| {
        Trouble::refused(format!("user: there is no user {}: give an e-mail address or an id", whose.user))
    })?;
    let reader = store.reader(Viewer::command_line(), None);
    let erased = write(&reader, |work| Box::pin(ledger::erase(work, user))).await.map_err(|why| words(&why))?;
    say(format_args!("erased the personal data of {user} from {erased} audit entries; their account is as it was"))?;
    close(&pools).await.map(|()| Exit::Fine)
}
