//! The leases of runs.

use domain::Timestamp;
use domain::execution::RunLease as Entity;
use storage::execution::run_lease::{Column, LeasesOfRun};

use super::Run;
use crate::prelude::*;

object! {
    /// An executor's hold on a run, from its start or its resumption to the end of that stretch.
    RunLease: Entity, RunLeaseFilter by Column, logged {
        /// The attempt of the run to which it belongs: 1, or 2 after an executor was lost.
        attempt: SafeInt = whole;
        /// What the executor calls itself.
        holder: String = text, filter Holder: Parsed<String>;
        /// Until when it holds, unless it is renewed.
        expires_at: DateTime = time, filter ExpiresAt: Parsed<Timestamp>;
        /// When it ended.
        released_at: Option<DateTime> = maybe(time), filter ReleasedAt: Parsed<Timestamp>;
        hidden project_id, run_id, token_sha256;
    }
    parents {
        /// The run.
        run: Run, LeasesOfRun, |lease| Some(lease.run_id);
    }
}
