//! The log: lines for people or objects for programs, on standard error, with the request's id on each.

use anstream::{AutoStream, ColorChoice};
use tracing_subscriber::EnvFilter;

use crate::progress::Beside;
use crate::settings::{LogFormat, LogSettings};

/// What others say of migrations in detail, we say in one line; whoever names them in the filter gets it all.
const QUIET: &str = "sea_orm_migration=warn,sqlx::postgres::notice=warn";

/// Starts the log. Only the first call of a process counts.
pub fn start(settings: &LogSettings) {
    let filter = EnvFilter::builder().parse_lossy(format!("{QUIET},{}", settings.log));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Beside);
    // Whoever comes second finds a log that works.
    let _ = match settings.log_format {
        LogFormat::Text => log.with_ansi(is_coloured()).try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).try_init(),
    };
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic: {}", panic.payload_as_str().unwrap_or("without a message"));
    }));
}

/// Whether standard error has colours, by the rule that the command's help follows as well: not with `NO_COLOR`, always
/// with `CLICOLOR_FORCE`, else on a terminal that has some.
pub fn is_coloured() -> bool {
    AutoStream::choice(&std::io::stderr()) != ColorChoice::Never
}
