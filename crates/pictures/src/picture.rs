//! Which picture: its address says all that it is drawn of, and is read back from there.

use domain::execution::Run;
use domain::literature::Paper;
use domain::text::Label;
use domain::{Id, Invalid};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use storage::Reader;

use crate::kit::theme::Theme;
use crate::{curves, gaps};

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// What it shows.
    pub of: Subject,
    /// For which surroundings it is drawn.
    pub theme: Theme,
}

/// What a picture shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// The claims of a paper, each beside what was observed of it.
    Gaps(Id<Paper>),
    /// The curves of these runs, the first of which it is a picture of.
    Curves {
        /// The runs.
        runs: Vec<Id<Run>>,
        /// What is measured; all of it where none is named.
        metrics: Vec<Label>,
    },
}

/// What stands in a query as it is not written there (RFC 3986).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl Subject {
    /// The curves of a run and of others beside it; what there are too many of is named.
    pub fn curves(run: Id<Run>, others: &[Id<Run>], metrics: Vec<Label>) -> Result<Self, (&'static str, Invalid)> {
        let mut runs = vec![run];
        for other in others {
            if !runs.contains(other) {
                runs.push(*other);
            }
        }
        for (what, found, most) in
            [("runs", runs.len(), curves::MOST_RUNS), ("metrics", metrics.len(), curves::MOST_METRICS)]
        {
            if found > most {
                let why = format!("at most {most} {what} are drawn together, not {found}");
                return Err((what, Invalid::new("length", why)));
            }
        }
        Ok(Self::Curves { runs, metrics })
    }
}

impl Picture {
    /// Its address below that of the server, without a slash at its beginning.
    pub fn address(&self) -> String {
        let (path, mut named) = match &self.of {
            Subject::Gaps(paper) => (format!("papers/{paper}/gaps.svg"), Vec::new()),
            Subject::Curves { runs, metrics } => {
                let metrics = metrics.iter().map(|metric| ("metric", metric.as_str().to_owned()));
                let others = runs.iter().skip(1).map(|run| ("run", run.to_string()));
                let run = runs.first().map(Id::to_string).unwrap_or_default();
                (format!("runs/{run}/curves.svg"), metrics.chain(others).collect())
            }
        };
        named.extend(self.theme.name().map(|theme| ("theme", theme.to_owned())));
        let named = named.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ENCODED)));
        let named: Vec<String> = named.collect();
        if named.is_empty() { path } else { format!("{path}?{}", named.join("&")) }
    }

    /// The picture as SVG, the same for the same rows; none where the viewer does not see what it is of.
    pub async fn draw(&self, reader: &Reader) -> storage::Result<Option<String>> {
        match &self.of {
            Subject::Gaps(paper) => Ok(gaps::read(*paper, reader).await?.map(|gaps| gaps::draw(&gaps, self.theme))),
            Subject::Curves { runs, metrics } => {
                Ok(curves::read(runs, metrics, reader).await?.map(|curves| curves::draw(&curves, self.theme)))
            }
        }
    }
}
