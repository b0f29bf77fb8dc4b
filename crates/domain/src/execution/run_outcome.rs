//! How a run ended, when, and what went wrong.

use super::{ErrorCode, RunKind, RunStatus};
use crate::text::Prose;
use crate::{Count, Invalid, Timestamp};

/// The times of a run that is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    /// When it was started; a run that was cancelled in the queue never was.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How long it ran, pauses excluded, in milliseconds; unknown for some that were imported.
    pub ran: Option<Count>,
}

impl Times {
    /// Checks the times of a run of the past; answers the field that is wrong, and why.
    pub fn check(&self, queued_at: Timestamp, outcome: &Outcome) -> Result<(), (&'static str, Invalid)> {
        let order = |message: &str| Invalid::new("order", message);
        let Some(started_at) = self.started_at else {
            if outcome.status() != RunStatus::Cancelled {
                return Err(("startedAt", Invalid::new("required", "only a run that was cancelled was never started")));
            }
            if self.ran.is_some() {
                return Err(("runningMs", Invalid::new("started", "a run that was never started did not run")));
            }
            return if queued_at <= self.ended_at {
                Ok(())
            } else {
                Err(("endedAt", order("it ended before it was queued")))
            };
        };
        if started_at < queued_at {
            return Err(("startedAt", order("it was started before it was queued")));
        }
        if self.ended_at < started_at {
            return Err(("endedAt", order("it ended before it was started")));
        }
        if self.ran.is_some_and(|ran| ran > self.ended_at.since(started_at)) {
            return Err(("runningMs", order("it ran longer than from its start to its end")));
        }
        Ok(())
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It did what it was to do.
    Succeeded,
    /// It did not.
    Failed(RunError),
    /// It took longer than it was given.
    Timeout(RunError),
    /// Somebody ended it.
    Cancelled(RunError),
}

/// What went wrong. A reproduction that failed or timed out says both; others say what they know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunError {
    /// For programs.
    pub code: Option<ErrorCode>,
    /// For people.
    pub message: Option<Prose>,
}

impl RunError {
    /// An error that says both.
    pub fn new(code: ErrorCode, message: Prose) -> Self {
        Self { code: Some(code), message: Some(message) }
    }

    fn is_empty(&self) -> bool {
        self.code.is_none() && self.message.is_none()
    }
}

impl Outcome {
    /// The outcome of this status, if it is one.
    pub fn try_new(status: RunStatus, error: RunError) -> Result<Self, Invalid> {
        match status {
            RunStatus::Succeeded if error.is_empty() => Ok(Self::Succeeded),
            RunStatus::Succeeded => Err(Invalid::new("error", "a run that succeeded has no error")),
            RunStatus::Failed => Ok(Self::Failed(error)),
            RunStatus::Timeout => Ok(Self::Timeout(error)),
            RunStatus::Cancelled => Ok(Self::Cancelled(error)),
            RunStatus::Queued | RunStatus::Running | RunStatus::Paused => {
                Err(Invalid::new("status", format!("{status} is no end of a run")))
            }
        }
    }

    /// The status of a run that ended so.
    pub fn status(&self) -> RunStatus {
        match self {
            Self::Succeeded => RunStatus::Succeeded,
            Self::Failed(_) => RunStatus::Failed,
            Self::Timeout(_) => RunStatus::Timeout,
            Self::Cancelled(_) => RunStatus::Cancelled,
        }
    }

    /// What went wrong.
    pub fn error(&self) -> Option<&RunError> {
        match self {
            Self::Succeeded => None,
            Self::Failed(error) | Self::Timeout(error) | Self::Cancelled(error) => Some(error),
        }
    }

    /// Checks that a run of this kind can end so.
    pub fn check(&self, kind: RunKind) -> Result<(), Invalid> {
        if kind != RunKind::Reproduction {
            return Ok(());
        }
        match self {
            Self::Succeeded => Ok(()),
            Self::Cancelled(error) if error.is_empty() => Ok(()),
            Self::Cancelled(_) => Err(Invalid::new("error", "a reproduction that was cancelled has no error")),
            Self::Failed(error) | Self::Timeout(error) if error.code.is_some() && error.message.is_some() => Ok(()),
            Self::Failed(_) | Self::Timeout(_) => {
                Err(Invalid::new("error", "a reproduction that failed or timed out has an error's code and message"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reproduction_that_fails_says_why_and_one_that_is_cancelled_does_not() {
        let why = RunError::new(ErrorCode::try_new("E_X").unwrap(), Prose::try_new("No.").unwrap());
        for (kind, outcome, fine) in [
            (RunKind::Reproduction, Outcome::Failed(why.clone()), true),
            (RunKind::Reproduction, Outcome::Failed(RunError::default()), false),
            (RunKind::Reproduction, Outcome::Cancelled(why.clone()), false),
            (RunKind::Simulation, Outcome::Cancelled(why), true),
            (RunKind::Experiment, Outcome::Failed(RunError::default()), true),
        ] {
            assert_eq!(outcome.check(kind).is_ok(), fine, "{kind} {outcome:?}");
        }
    }
}
