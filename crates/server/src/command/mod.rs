//! The command line: what `reprograph` can be told to do. Whatever it does, a wrong setting stops it first.

mod audit;
mod beside;
mod database;
mod demo;
mod doctor;
mod migrate;
mod plot;
mod reader;
mod serve;
mod user;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use self::serve::World;
use crate::settings::{DatabaseSettings, Layers, LogSettings, Problem, Secrets, Settings, table, with_variables};
use crate::{install_cryptography, logging};

/// Keeps papers, their claims and what became of reproducing them: a GraphQL server over SQLite or PostgreSQL.
#[derive(Parser, Debug)]
#[command(name = "reprograph", version, max_term_width = 120)]
struct CommandLine {
    /// A file with settings; ./reprograph.toml where there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Starts the server.
    Serve {
        /// Makes the demo first, where the database is empty: real papers and what they claim, and runs that are made up.
        #[arg(long)]
        demo: bool,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Fills an empty database with the demo: real papers and what they claim, and runs that are made up.
    Demo(Box<Settings>),
    /// Brings the database to the shape that this program needs, or back.
    #[command(subcommand)]
    Migrate(Migrate),
    /// Keeps accounts.
    #[command(subcommand)]
    User(User),
    /// Lets login roles of PostgreSQL read the database beside the server, each what one user sees.
    #[command(subcommand)]
    Reader(Reader),
    /// Verifies and exports the audit log, and erases personal data from it. A server may run meanwhile.
    #[command(subcommand)]
    Audit(Audit),
    /// Draws a paper or runs as SVG, as the server does. A server may run meanwhile.
    #[command(subcommand)]
    Plot(plot::Plot),
    /// Prints the GraphQL schema in its own language.
    Schema,
    /// Says what it finds, and what is wrong and how to mend it.
    Doctor(Box<Settings>),
    /// Prints all settings as a table.
    Settings,
}

#[derive(Subcommand, Debug)]
enum Migrate {
    /// Takes all pending steps. A SQLite database is copied aside before.
    Up(Box<MigrateSettings>),
    /// Takes the last steps back; what only they can hold is lost.
    Down {
        /// How many steps.
        #[arg(default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,
        #[command(flatten)]
        settings: Box<MigrateSettings>,
    },
    /// Prints which steps were taken and which are pending.
    Status(Box<MigrateSettings>),
}

#[derive(Subcommand, Debug)]
enum User {
    /// Makes an account: the first administrator of a server that others can reach is made so. Without a password it
    /// prints a link by which they choose one.
    Create {
        #[command(flatten)]
        user: Box<user::NewUser>,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Prints a link for somebody who has an account: it works once.
    Link {
        #[command(flatten)]
        link: Box<user::NewLink>,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

#[derive(Subcommand, Debug)]
enum Audit {
    /// Says whether all chains are whole, and else which entry of each was changed or is missing first.
    Verify {
        #[command(flatten)]
        known: audit::Known,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Prints the audit log as lines of JSON.
    Export {
        #[command(flatten)]
        part: audit::Part,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Erases the personal data of a user from the audit log; the chains stay whole.
    Erase {
        #[command(flatten)]
        whose: audit::Whose,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

#[derive(Subcommand, Debug)]
enum Reader {
    /// Lets a role read what a user sees; the role is made where it is not there.
    Add {
        /// The login role.
        role: String,
        /// The e-mail address of the user.
        #[arg(long, value_name = "EMAIL")]
        user: String,
        #[command(flatten)]
        settings: Box<MigrateSettings>,
    },
    /// Lets a role read no more; the role itself stays.
    Remove {
        /// The login role.
        role: String,
        #[command(flatten)]
        settings: Box<MigrateSettings>,
    },
    /// Prints which roles read, and for whom.
    List(Box<MigrateSettings>),
}

#[derive(Args, Clone, Debug)]
struct MigrateSettings {
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    log: LogSettings,
}

impl Secrets for MigrateSettings {
    fn secrets(&mut self) -> Vec<crate::settings::SecretSetting<'_>> {
        self.database.secrets()
    }
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    install_cryptography();
    match read_and_run() {
        Ok(code) => code,
        Err(Problem::Usage(why)) => {
            // Where it cannot be printed, nobody is there to read it.
            let _ = why.print();
            ExitCode::from(u8::try_from(why.exit_code()).unwrap_or(2))
        }
        Err(Problem::Wrong(why)) => {
            eprintln!("reprograph: {why}");
            ExitCode::FAILURE
        }
    }
}

fn read_and_run() -> Result<ExitCode, Problem> {
    let line: Vec<OsString> = std::env::args_os().collect();
    let (matches, layers) = Layers::read(&with_variables(CommandLine::command()), &line, &environment()?)?;
    let parsed = CommandLine::from_arg_matches(&matches)?;
    execute(parsed.command, &layers).map_err(Problem::Wrong)
}

fn environment() -> Result<BTreeMap<String, String>, Problem> {
    let ours = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("REPROGRAPH_"));
    ours.map(|(name, value)| {
        let name = name.to_string_lossy().into_owned();
        let value = value.into_string().map_err(|_| Problem::Wrong(format!("{name}: is not UTF-8")))?;
        Ok((name, value))
    })
    .collect()
}

fn execute(command: Command, layers: &Layers) -> Result<ExitCode, String> {
    match command {
        Command::Serve { demo, settings } => {
            let settings = prepare(*settings, layers, |settings| &settings.log)?;
            let world = if demo { World::Demo } else { World::Own };
            block_on(serve::serve(settings, world))?.map(|()| ExitCode::SUCCESS)
        }
        Command::Demo(settings) => {
            let settings = prepare(*settings, layers, |settings| &settings.log)?;
            block_on(demo::demo(&settings))?.map(|()| ExitCode::SUCCESS)
        }
        Command::Migrate(Migrate::Up(settings)) => {
            let settings = prepare(*settings, layers, |settings| &settings.log)?;
            block_on(migrate::up(&settings.database))?.map(|()| ExitCode::SUCCESS)
        }
        Command::Migrate(Migrate::Down { steps, settings }) => {
            let settings = prepare(*settings, layers, |settings| &settings.log)?;
            block_on(migrate::down(&settings.database, steps))?.map(|()| ExitCode::SUCCESS)
        }
        Command::Migrate(Migrate::Status(settings)) => {
            let settings = prepare(*settings, layers, |settings| &settings.log)?;
            block_on(migrate::status(&settings.database))?.map(|()| ExitCode::SUCCESS)
        }
        Command::User(command) => keep(command, layers),
        Command::Reader(command) => read(command, layers),
        Command::Audit(command) => audit(command, layers),
        Command::Doctor(settings) => {
            let settings = prepare(*settings, layers, |settings| &settings.log)?;
            block_on(doctor::doctor(&settings))?
        }
        Command::Plot(command) => {
            let settings = prepare(command.settings(), layers, |settings| &settings.log)?;
            block_on(plot::plot(command, &settings))?.map(|()| ExitCode::SUCCESS)
        }
        Command::Schema => {
            print!("{}", graphql::sdl());
            Ok(ExitCode::SUCCESS)
        }
        Command::Settings => {
            print!("{}", table());
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn keep(command: User, layers: &Layers) -> Result<ExitCode, String> {
    let ready = |settings: Box<Settings>| prepare(*settings, layers, |settings| &settings.log);
    match command {
        User::Create { user, settings } => block_on(user::create(*user, &ready(settings)?))?,
        User::Link { link, settings } => block_on(user::link(*link, &ready(settings)?))?,
    }
    .map(|()| ExitCode::SUCCESS)
}

fn read(command: Reader, layers: &Layers) -> Result<ExitCode, String> {
    let ready = |settings: Box<MigrateSettings>| prepare(*settings, layers, |settings| &settings.log);
    match command {
        Reader::Add { role, user, settings } => block_on(reader::add(&ready(settings)?.database, &role, &user))?,
        Reader::Remove { role, settings } => block_on(reader::remove(&ready(settings)?.database, &role))?,
        Reader::List(settings) => block_on(reader::list(&ready(settings)?.database))?,
    }
    .map(|()| ExitCode::SUCCESS)
}

fn audit(command: Audit, layers: &Layers) -> Result<ExitCode, String> {
    let ready = |settings: Box<Settings>| prepare(*settings, layers, |settings| &settings.log);
    match command {
        Audit::Verify { known, settings } => block_on(audit::verify(&ready(settings)?, known))?,
        Audit::Export { part, settings } => block_on(audit::export(&ready(settings)?, part))?,
        Audit::Erase { whose, settings } => block_on(audit::erase(&ready(settings)?, whose))?,
    }
}

/// Reads the secrets that stand in files, and starts the log.
fn prepare<S: Secrets>(mut settings: S, layers: &Layers, log: impl Fn(&S) -> &LogSettings) -> Result<S, String> {
    layers.read_secrets(&mut settings)?;
    logging::start(log(&settings));
    for variable in layers.unknown_variables() {
        tracing::warn!("{variable} is set, but there is no such setting");
    }
    Ok(settings)
}

fn block_on<T>(doing: impl Future<Output = T>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|why| format!("the runtime cannot start: {why}"))?;
    let done = runtime.block_on(doing);
    // What still runs was given its time, and may be waiting for something that never comes.
    runtime.shutdown_background();
    Ok(done)
}
