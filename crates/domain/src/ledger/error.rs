//! The error log: what went wrong, kept even where what failed was undone.

use crate::execution::Run;
use crate::project::Project;
use crate::text::{LongText, Prose};
use crate::{Id, JsonObject, choice, entity};

choice! {
    /// What sort of thing went wrong.
    ErrorType {
        /// A simulation failed.
        Simulation = "SIMULATION_ERROR",
        /// A quantity that is conserved was not.
        Invariant = "INVARIANT_VIOLATION",
        /// Something could not be kept.
        Persistence = "PERSISTENCE_ERROR",
        /// Something that came in broke a rule.
        Validation = "VALIDATION_ERROR",
        /// The server itself failed.
        System = "SYSTEM_ERROR",
    }
}

entity! {
    /// Something that went wrong.
    ErrorLog "error log" as "errorlog" in "error_logs", logged {
        /// The project in which it went wrong; none for the instance as a whole.
        project_id: Option<Id<Project>>,
        /// The run in which it went wrong.
        run_id: Option<Id<Run>>,
        /// What sort of thing it was.
        error_type: ErrorType,
        /// What went wrong.
        message: Prose,
        /// Where in the program it went wrong.
        stack: Option<LongText>,
        /// What else there is to say.
        detail: JsonObject,
    }
}
