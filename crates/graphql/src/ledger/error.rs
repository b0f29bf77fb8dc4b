//! The error log.

use domain::ledger::{ErrorLog as Entity, ErrorType};
use storage::ledger::error::{Column, ErrorLogsOfProject, ErrorLogsOfRun};

use crate::execution::Run;
use crate::prelude::*;
use crate::project::Project;

object! {
    /// Something that went wrong, kept even where what failed was undone. The project's members see it; what belongs to no
    /// project, administrators alone.
    ErrorLog: Entity, ErrorLogFilter by Column, logged {
        /// What sort of thing it was.
        error_type: Chosen<ErrorType> = choice, filter ErrorType: Chosen<ErrorType>;
        /// What went wrong.
        message: String = text, filter Message: Parsed<String>;
        /// Where in the program it went wrong.
        stack: Option<String> = maybe(text);
        /// What else there is to say.
        detail: Json = json;
        hidden project_id, run_id;
    }
    parents {
        /// The project, where it is still there.
        project: Project, ErrorLogsOfProject, |error| error.project_id;
        /// The run in which it went wrong, where it is still there.
        run: Run, ErrorLogsOfRun, |error| error.run_id;
    }
}

queries! {
    /// The error log.
    ErrorQueries {
        one error_log: ErrorLog, "The error with this id.";
        many error_logs: ErrorLog, "The errors that the viewer sees: those of their projects.";
    }
}
