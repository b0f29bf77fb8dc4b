//! The table `run_leases`.

use domain::execution::{Attempt, Run, RunLease};
use domain::project::Project;
use domain::text::Name;
use domain::{Id, Sha256, Timestamp};

use crate::prelude::*;

row! {
    "run_leases" RunLease, logged {
        project_id: Id<Project>,
        run_id: Id<Run>,
        attempt: Attempt,
        holder: Name,
        token_sha256: Sha256,
        expires_at: Timestamp,
    }
    optional {
        released_at: Timestamp,
    }
    under Run, by RunId;
    secret "token_sha256";
}

edge! {
    /// The leases of a run.
    LeasesOfRun: Run => RunLease, RunId, "run_id";
}

sorts! { RunLease {
    CreatedAt: "CREATED_AT_DESC" Descending, "CREATED_AT_ASC" Ascending, "when it began";
} }
