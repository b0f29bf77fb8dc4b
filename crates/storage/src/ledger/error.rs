//! The table `error_logs`.

use domain::execution::Run;
use domain::ledger::{ErrorLog, ErrorType};
use domain::project::Project;
use domain::text::{LongText, Prose};
use domain::{Id, Invalid, JsonObject, Leaf, Viewer};

use crate::prelude::*;
use crate::store::Store;

row! {
    "error_logs" ErrorLog, logged {
        error_type: ErrorType,
        message: Prose,
        detail: JsonObject,
    }
    optional {
        project_id: Id<Project>,
        run_id: Id<Run>,
        stack: LongText,
    }
}

edge! {
    /// What went wrong in a project.
    ErrorLogsOfProject: Project => ErrorLog, ProjectId, "project_id";
    /// What went wrong in a run.
    ErrorLogsOfRun: Run => ErrorLog, RunId, "run_id";
}

sorts! { ErrorLog {
    CreatedAt: "CREATED_AT_DESC" Descending, "CREATED_AT_ASC" Ascending, "when it was written";
} }

/// Notes something that went wrong, in a transaction of its own, so that it stays whatever becomes of what failed.
pub async fn log_error(store: &Store, error: &ErrorLog) -> Result<()> {
    let reader = store.reader(Viewer::system("error log"), None);
    let work = Work::begin(&reader).await?;
    work.insert_untraced(std::slice::from_ref(error)).await?;
    work.commit().await
}

/// Notes a failure of the server itself, beside the request that it failed: nothing waits for that, and nothing fails
/// because of it.
pub fn report(store: &Store, failure: &Error, detail: serde_json::Value) {
    let (store, cause) = (store.clone(), cause(failure));
    tokio::spawn(async move {
        let noted = match system_error(&store, &cause, detail) {
            Ok(error) => log_error(&store, &error).await,
            Err(why) => Err(why.into()),
        };
        if let Err(why) = noted {
            tracing::warn!(?why, "a failure could not be noted in the error log");
        }
    });
}

fn system_error(store: &Store, cause: &str, detail: serde_json::Value) -> Result<ErrorLog, Invalid> {
    let reader = store.reader(Viewer::system("error log"), None);
    let message: String = cause.replace('\0', " ").chars().take(Prose::MAX).collect();
    Ok(ErrorLog {
        id: reader.ids().next_for()?,
        project_id: None,
        run_id: None,
        error_type: ErrorType::System,
        message: Prose::try_new(message)?,
        stack: None,
        detail: JsonObject::parse(detail)?,
        created_at: reader.now(),
    })
}

fn cause(failure: &Error) -> String {
    match failure {
        Error::Internal(cause) => cause.clone(),
        Error::Corrupt { table, id, why } => {
            let id = id.map(|id| id.to_string()).unwrap_or_default();
            format!("the row {id} in {table} breaks a rule: {why}")
        }
        other => format!("{other:?}"),
    }
}
