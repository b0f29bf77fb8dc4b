//! The states of a run, and the ways from one to the next: these and no others.

use super::{ErrorCode, Outcome, RunError, Times};
use crate::text::Prose;
use crate::{Count, Invalid, Leaf, Timestamp, choice};

choice! {
    /// How far a run has come.
    RunStatus {
        /// It waits for somebody to claim it.
        Queued = "QUEUED",
        /// Somebody executes it.
        Running = "RUNNING",
        /// It rests, until it is resumed.
        Paused = "PAUSED",
        /// It did what it was to do.
        Succeeded = "SUCCEEDED",
        /// It did not.
        Failed = "FAILED",
        /// It took longer than it was given.
        Timeout = "TIMEOUT",
        /// Somebody ended it.
        Cancelled = "CANCELLED",
    }
}

/// From what status a run can go to which. From `RUNNING` to `QUEUED` it goes once, when its executor is lost.
pub const TRANSITIONS: &[(RunStatus, &[RunStatus])] = &[
    (RunStatus::Queued, &[RunStatus::Running, RunStatus::Cancelled]),
    (
        RunStatus::Running,
        &[
            RunStatus::Paused,
            RunStatus::Queued,
            RunStatus::Succeeded,
            RunStatus::Failed,
            RunStatus::Timeout,
            RunStatus::Cancelled,
        ],
    ),
    (RunStatus::Paused, &[RunStatus::Running, RunStatus::Cancelled]),
];

impl RunStatus {
    /// Whether a run can go from here to there.
    pub fn leads_to(self, next: Self) -> bool {
        TRANSITIONS.iter().any(|(from, to)| *from == self && to.contains(&next))
    }

    /// Whether it is over.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Timeout | Self::Cancelled)
    }
}

/// Which time it is that a run is tried: the first, or the second after its executor was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The first.
    First,
    /// The second, which is the last.
    Second,
}

impl Leaf for Attempt {
    type Raw = i64;

    fn parse(raw: i64) -> Result<Self, Invalid> {
        match raw {
            1 => Ok(Self::First),
            2 => Ok(Self::Second),
            _ => Err(Invalid::new("range", "must be 1 or 2")),
        }
    }

    fn raw(&self) -> i64 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }
}

/// How far a run has come, with the times of its way.
#[derive(Clone, Debug, PartialEq)]
pub struct RunState {
    /// Which attempt this is.
    pub attempt: Attempt,
    /// When it was queued, or made.
    pub queued_at: Timestamp,
    /// Where it stands.
    pub stage: Stage,
}

/// Where a run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// It waits.
    Queued,
    /// Somebody executes it.
    Running {
        /// Since when, pauses included.
        started_at: Timestamp,
        /// How long it ran before its last pause, in milliseconds.
        ran: Count,
    },
    /// It rests.
    Paused {
        /// When it was started.
        started_at: Timestamp,
        /// How long it ran so far, in milliseconds.
        ran: Count,
    },
    /// It is over.
    Ended {
        /// How.
        outcome: Outcome,
        /// When it was started, unless it never was, and how long it ran, where that is known.
        times: Times,
    },
}

/// The columns of a state: those that every run has, and those that some have.
pub type StateColumns = (
    (RunStatus, Attempt, Timestamp),
    (Option<Timestamp>, Option<Timestamp>, Option<Count>, Option<Count>),
    (Option<ErrorCode>, Option<Prose>),
);

impl RunState {
    /// A run that waits since then.
    pub fn queued(queued_at: Timestamp) -> Self {
        Self { attempt: Attempt::First, queued_at, stage: Stage::Queued }
    }

    /// The status.
    pub fn status(&self) -> RunStatus {
        match &self.stage {
            Stage::Queued => RunStatus::Queued,
            Stage::Running { .. } => RunStatus::Running,
            Stage::Paused { .. } => RunStatus::Paused,
            Stage::Ended { outcome, .. } => outcome.status(),
        }
    }

    /// When it was started, in this attempt.
    pub fn started_at(&self) -> Option<Timestamp> {
        match &self.stage {
            Stage::Queued => None,
            Stage::Running { started_at, .. } | Stage::Paused { started_at, .. } => Some(*started_at),
            Stage::Ended { times, .. } => times.started_at,
        }
    }

    /// When it ended.
    pub fn ended_at(&self) -> Option<Timestamp> {
        match &self.stage {
            Stage::Ended { times, .. } => Some(times.ended_at),
            Stage::Queued | Stage::Running { .. } | Stage::Paused { .. } => None,
        }
    }

    /// How long it took from its start to its end, pauses included, in milliseconds.
    pub fn duration(&self) -> Option<Count> {
        self.started_at().zip(self.ended_at()).map(|(started, ended)| ended.since(started))
    }

    /// How long it ran before its last pause, or as a whole, pauses excluded, in milliseconds.
    pub fn ran(&self) -> Option<Count> {
        match &self.stage {
            Stage::Queued => None,
            Stage::Running { ran, .. } | Stage::Paused { ran, .. } => Some(*ran),
            Stage::Ended { times, .. } => times.ran,
        }
    }

    /// How it ended.
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.stage {
            Stage::Ended { outcome, .. } => Some(outcome),
            Stage::Queued | Stage::Running { .. } | Stage::Paused { .. } => None,
        }
    }

    /// What went wrong, where something did.
    pub fn error(&self) -> Option<&RunError> {
        self.outcome().and_then(Outcome::error)
    }

    /// Started: from the queue, or again from a pause.
    pub fn start(self, now: Timestamp) -> Result<Self, Invalid> {
        let stage = match self.stage {
            Stage::Queued => Stage::Running { started_at: now.max(self.queued_at), ran: Count::ZERO },
            Stage::Paused { started_at, ran } => Stage::Running { started_at, ran },
            Stage::Running { .. } | Stage::Ended { .. } => return Err(self.cannot(RunStatus::Running)),
        };
        Ok(Self { stage, ..self })
    }

    /// Paused, after it ran since then.
    pub fn pause(self, since: Timestamp, now: Timestamp) -> Result<Self, Invalid> {
        match self.stage {
            Stage::Running { started_at, ran } => {
                Ok(Self { stage: Stage::Paused { started_at, ran: ran_until(ran, since, now) }, ..self })
            }
            _ => Err(self.cannot(RunStatus::Paused)),
        }
    }

    /// Back in the queue, for its second attempt.
    pub fn requeue(self) -> Result<Self, Invalid> {
        match (&self.stage, self.attempt) {
            (Stage::Running { .. }, Attempt::First) => {
                Ok(Self { attempt: Attempt::Second, stage: Stage::Queued, ..self })
            }
            _ => Err(self.cannot(RunStatus::Queued)),
        }
    }

    /// Over. Where it is running it ran since then.
    pub fn end(self, outcome: Outcome, since: Option<Timestamp>, now: Timestamp) -> Result<Self, Invalid> {
        if !self.status().leads_to(outcome.status()) {
            return Err(self.cannot(outcome.status()));
        }
        let started_at = self.started_at();
        let ended_at = now.max(started_at.unwrap_or(self.queued_at));
        let ran = match &self.stage {
            Stage::Running { ran, .. } => since.map(|since| ran_until(*ran, since, ended_at)),
            _ => self.ran(),
        };
        let duration = started_at.map(|started_at| ended_at.since(started_at));
        let ran = ran.zip(duration).map(|(ran, duration)| ran.min(duration));
        Ok(Self { stage: Stage::Ended { outcome, times: Times { started_at, ended_at, ran } }, ..self })
    }

    fn cannot(&self, next: RunStatus) -> Invalid {
        Invalid::new("transition", format!("a run that is {} cannot become {next}", self.status()))
    }

    /// Reads the columns of a row.
    pub fn from_columns(columns: StateColumns) -> Result<Self, Invalid> {
        let ((status, attempt, queued_at), (started_at, ended_at, _, ran), (code, message)) = columns;
        let wrong = || Invalid::new("state", format!("these are not the times of a run that is {status}"));
        let stage = match (status, started_at, ended_at) {
            (RunStatus::Queued, None, None) => Stage::Queued,
            (RunStatus::Running, Some(started_at), None) => Stage::Running { started_at, ran: ran.ok_or_else(wrong)? },
            (RunStatus::Paused, Some(started_at), None) => Stage::Paused { started_at, ran: ran.ok_or_else(wrong)? },
            (status, started_at, Some(ended_at)) if started_at.is_some() || status == RunStatus::Cancelled => {
                let outcome = Outcome::try_new(status, RunError { code, message })?;
                Stage::Ended { outcome, times: Times { started_at, ended_at, ran } }
            }
            _ => return Err(wrong()),
        };
        Ok(Self { attempt, queued_at, stage })
    }

    /// The columns of a row.
    pub fn columns(self) -> StateColumns {
        let error = self.error().cloned().unwrap_or_default();
        (
            (self.status(), self.attempt, self.queued_at),
            (self.started_at(), self.ended_at(), self.duration(), self.ran()),
            (error.code, error.message),
        )
    }
}

fn ran_until(before: Count, since: Timestamp, now: Timestamp) -> Count {
    before.plus(now.since(since))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::Choice;

    fn at(second: i64) -> Timestamp {
        format!("2026-01-01T00:00:{second:02}Z").parse().unwrap()
    }

    /// A run in each state, on its first attempt.
    fn in_each_state() -> Vec<RunState> {
        let queued = RunState::queued(at(0));
        let running = queued.clone().start(at(1)).unwrap();
        let paused = running.clone().pause(at(1), at(2)).unwrap();
        let ended = |outcome| running.clone().end(outcome, Some(at(1)), at(3)).unwrap();
        let over = [
            Outcome::Succeeded,
            Outcome::Failed(RunError::default()),
            Outcome::Timeout(RunError::default()),
            Outcome::Cancelled(RunError::default()),
        ];
        [queued, running.clone(), paused].into_iter().chain(over.map(ended)).collect()
    }

    #[test]
    fn a_run_takes_the_steps_of_the_table_and_no_others() {
        let states = in_each_state();
        assert_eq!(states.iter().map(RunState::status).collect::<Vec<_>>(), RunStatus::ALL);
        for state in &states {
            let from = state.status();
            let mut reached = HashSet::new();
            let steps = [
                state.clone().start(at(4)),
                state.clone().pause(at(3), at(4)),
                state.clone().requeue(),
                state.clone().end(Outcome::Succeeded, None, at(4)),
                state.clone().end(Outcome::Failed(RunError::default()), None, at(4)),
                state.clone().end(Outcome::Timeout(RunError::default()), None, at(4)),
                state.clone().end(Outcome::Cancelled(RunError::default()), None, at(4)),
            ];
            for next in steps.into_iter().flatten() {
                reached.insert(next.status());
            }
            let allowed: HashSet<_> = RunStatus::ALL.iter().copied().filter(|to| from.leads_to(*to)).collect();
            assert_eq!(reached, allowed, "from {from}");
            assert_eq!(from.is_over(), allowed.is_empty());
        }
    }

    #[test]
    fn a_run_goes_back_to_the_queue_once() {
        let running = RunState::queued(at(0)).start(at(1)).unwrap();
        let again = running.requeue().unwrap();
        assert_eq!((again.attempt, again.started_at(), again.ran()), (Attempt::Second, None, None));
        assert!(again.start(at(2)).unwrap().requeue().is_err());
    }

    #[test]
    fn a_state_is_what_its_columns_say() {
        for state in in_each_state() {
            assert_eq!(RunState::from_columns(state.clone().columns()).unwrap(), state);
        }
    }

    #[test]
    fn the_time_of_pauses_is_not_counted_as_running() {
        let run = RunState::queued(at(0)).start(at(1)).unwrap().pause(at(1), at(3)).unwrap();
        let run = run.start(at(10)).unwrap().end(Outcome::Succeeded, Some(at(10)), at(14)).unwrap();
        assert_eq!(run.duration().unwrap().get(), 13_000);
        assert_eq!(run.ran().unwrap().get(), 6_000);
    }

    #[test]
    fn no_time_comes_before_the_one_before_it() {
        let run = RunState::queued(at(9)).start(at(1)).unwrap();
        assert_eq!(run.started_at(), Some(at(9)));
        let run = run.end(Outcome::Succeeded, Some(at(9)), at(2)).unwrap();
        assert_eq!((run.ended_at(), run.duration()), (Some(at(9)), Some(Count::ZERO)));
    }
}
