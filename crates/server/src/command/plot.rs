//! `reprograph plot`: writes pictures as the server serves them, byte for byte. A server may run meanwhile.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use domain::execution::Run;
use domain::literature::Paper;
use domain::text::Label;
use domain::{Id, Viewer};
use pictures::{Picture, Subject};

use super::beside::open;
use super::database::words;
use super::exit::Trouble;
use super::migrate::close;
use super::say::print;
use crate::settings::Settings;

/// What is drawn.
#[derive(Subcommand, Clone, Debug)]
pub(super) enum Plot {
    /// Draws the claims of a paper, each beside the best that was observed of it.
    Paper {
        /// The id of the paper.
        id: Id<Paper>,
        #[command(flatten)]
        out: Out,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Draws the curves of a run.
    Run {
        /// The id of the run.
        id: Id<Run>,
        /// A metric that is drawn; may be given several times. Without any the first that there are.
        #[arg(long, value_name = "METRIC")]
        metric: Vec<Label>,
        /// Another run that is drawn beside it; may be given several times.
        #[arg(long, value_name = "ID")]
        run: Vec<Id<Run>>,
        #[command(flatten)]
        out: Out,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

/// Where a picture goes, and how it looks.
#[derive(Args, Clone, Debug)]
pub(super) struct Out {
    /// The file that it is written to; without one it is printed.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The surroundings that it is drawn for; without one it is for those that whoever looks at it prefers.
    #[arg(long, value_name = "THEME")]
    theme: Option<Theme>,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Theme {
    /// Light ones.
    Light,
    /// Dark ones.
    Dark,
}

impl Plot {
    /// The settings that it was called with.
    pub(super) fn settings(&self) -> Settings {
        match self {
            Self::Paper { settings, .. } | Self::Run { settings, .. } => Settings::clone(settings),
        }
    }

    /// What is drawn, and where it goes.
    fn split(self) -> Result<(Subject, Out), Trouble> {
        match self {
            Self::Paper { id, out, .. } => Ok((Subject::Gaps(id), out)),
            Self::Run { id, metric, run, out, .. } => {
                let of = Subject::curves(id, &run, metric)
                    .map_err(|(what, why)| Trouble::setting(format!("{what}: {}", why.message)))?;
                Ok((of, out))
            }
        }
    }
}

/// Draws a picture.
pub(super) async fn plot(plot: Plot, settings: &Settings) -> Result<(), Trouble> {
    let (of, out) = plot.split()?;
    let theme = out.theme.map_or(pictures::Theme::Preferred, |theme| match theme {
        Theme::Light => pictures::Theme::Light,
        Theme::Dark => pictures::Theme::Dark,
    });
    let (store, pools) = open(settings).await?;
    let reader = store.reader(Viewer::command_line(), None);
    let drawn = Picture { of, theme }.draw(&reader).await;
    close(&pools).await?;
    let svg = drawn.map_err(|why| words(&why))?;
    let missing = || Trouble::refused("what is to be drawn is not there, or was deleted: give the id of a live one");
    let svg = svg.ok_or_else(missing)?;
    write(out.output.as_deref(), &svg)
}

fn write(output: Option<&Path>, svg: &str) -> Result<(), Trouble> {
    match output {
        Some(file) => Ok(std::fs::write(file, svg).map_err(|why| format!("output: {}: {why}", file.display()))?),
        None => print(svg),
    }
}
