//! A training of the demo as the table has it: how far it came, how it ended, and how near to what was claimed.

use std::time::Duration;

use domain::Timestamp;
use serde_json::{Value, json};
use time::Time;

use super::curve::{Course, POINTS, place, rounded};
use super::dice::Dice;
use super::papers::Claim;

/// A training that tried what a paper claims of a dataset.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial {
    /// The paper.
    pub(super) arxiv: &'static str,
    /// The dataset of its claims.
    pub(super) dataset: &'static str,
    /// What sets this run apart from others.
    pub(super) remark: &'static str,
    /// What became of it.
    pub(super) end: End,
    /// The peak of its learning rate.
    pub(super) rate: f64,
    /// How many days ago it was.
    pub(super) days: u32,
    /// How long it runs as a whole, in minutes.
    pub(super) minutes: u32,
}

/// What became of a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It came out better than was claimed.
    Exceeded,
    /// It came out as was claimed.
    Reproduced,
    /// A little worse.
    Within,
    /// Much worse.
    Missed,
    /// Much worse, since it learnt its training data by heart.
    Overfitted,
    /// Its loss became no number.
    Diverged,
    /// It took too long.
    TimedOut,
    /// Somebody ended it.
    Cancelled,
    /// It waits in the queue.
    Queued,
    /// It is running.
    Running,
    /// It rests.
    Paused,
}

impl Trial {
    /// Whether it does what its plan says, and nothing of its own beside.
    pub(super) fn is_reproduction(&self) -> bool {
        self.remark == "as planned"
    }

    /// Its dice for one thing: the same whenever they are asked for.
    pub(super) fn dice(&self, of_what: &str) -> Dice {
        Dice::of(&format!("{} {} {} {of_what}", self.arxiv, self.dataset, self.remark))
    }

    /// When it was started: on its day, at an hour at which people work.
    pub(super) fn started(&self, now: Timestamp) -> Timestamp {
        let midnight = Timestamp::clamped(earlier(now, self.days * 24 * 60).get().replace_time(Time::MIDNIGHT));
        midnight.plus(Duration::from_hours(8) + Duration::from_hours(9).mul_f64(self.dice("hour").roll()))
    }

    /// When it came to a point, having started then.
    pub(super) fn moment(&self, started: Timestamp, point: u32) -> Timestamp {
        started.plus(self.whole().mul_f64(place(point)))
    }

    /// How long it ran.
    pub(super) fn ran(&self) -> Duration {
        self.whole().mul_f64(self.share())
    }

    /// How many points there are of its curves.
    pub(super) fn points(&self) -> u32 {
        (1..=POINTS).filter(|point| place(*point) <= self.share()).max().unwrap_or_default()
    }

    /// What its curves look like.
    pub(super) fn course(&self) -> Course {
        match self.end {
            End::Overfitted => Course::Overfits,
            End::Diverged => Course::Diverges,
            _ => Course::Learns,
        }
    }

    /// How it ended, as the API has it, and what went wrong.
    pub(super) fn outcome(&self) -> (&'static str, Option<Value>) {
        let error = |code: &str, message: &str| Some(json!({ "code": code, "message": message }));
        match self.end {
            End::Diverged => ("FAILED", error("E_DIVERGED", "The loss is not a number.")),
            End::TimedOut => ("TIMEOUT", error("E_RUN_TIMEOUT", "It took longer than its plan allows.")),
            End::Cancelled => ("CANCELLED", None),
            _ => ("SUCCEEDED", None),
        }
    }

    /// What somebody remarks on it: a title, and what there is to say.
    pub(super) fn note(&self) -> Option<(&'static str, &'static str)> {
        match self.end {
            End::Diverged => Some(("The rate is too high", "The loss grows after a third of the way, and breaks.")),
            End::Overfitted => Some(("Learnt by heart", "The validation loss turns while the training loss falls on.")),
            End::TimedOut => Some(("Too slow", "It needs a smaller batch, or a plan with a larger budget.")),
            _ => None,
        }
    }

    /// What it comes to in the end, so far from what was claimed.
    pub(super) fn observed(&self, claim: &Claim, dice: &mut Dice) -> f64 {
        let tolerances = match self.end {
            End::Exceeded => 1.3 + 0.5 * dice.roll(),
            End::Reproduced => 0.2 + 0.6 * dice.roll(),
            End::Within | End::Running => -0.3 - 0.5 * dice.roll(),
            End::Overfitted => -9.0 - 4.0 * dice.roll(),
            _ => -3.0 - 4.0 * dice.roll(),
        };
        let gap = tolerances * claim.tolerance();
        rounded(if claim.is_minimized() { claim.value - gap } else { claim.value + gap }, 4)
    }

    fn whole(&self) -> Duration {
        Duration::from_secs(u64::from(self.minutes) * 60)
    }

    /// How much of its curves there is.
    fn share(&self) -> f64 {
        match self.end {
            End::Diverged => 0.45,
            End::TimedOut => 0.8,
            End::Cancelled => 0.35,
            End::Running => 0.3,
            End::Paused => 0.4,
            _ => 1.0,
        }
    }
}

/// So many minutes before.
pub(super) fn earlier(time: Timestamp, minutes: u32) -> Timestamp {
    Timestamp::clamped(time.get() - Duration::from_secs(u64::from(minutes) * 60))
}
