//! The tables of a run's states, as blocks of a script: what each state has, how a run may begin, which states follow
//! each other, and which errors go with them.

const QUEUED: &str = "'2026-01-01T00:00:01.000Z'";
const STARTED: &str = "'2026-01-01T00:00:02.000Z'";
const ENDED: &str = "'2026-01-01T00:00:03.000Z'";
const NULL: &str = "NULL";

/// Each state with the start and the end that it has.
const STATES: [(&str, &str, &str); 7] = [
    ("QUEUED", NULL, NULL),
    ("RUNNING", STARTED, NULL),
    ("PAUSED", STARTED, NULL),
    ("SUCCEEDED", STARTED, ENDED),
    ("FAILED", STARTED, ENDED),
    ("TIMEOUT", STARTED, ENDED),
    ("CANCELLED", STARTED, ENDED),
];

/// All that may follow.
const MOVES: [(&str, &str); 9] = [
    ("QUEUED", "RUNNING"),
    ("QUEUED", "CANCELLED"),
    ("RUNNING", "PAUSED"),
    ("RUNNING", "SUCCEEDED"),
    ("RUNNING", "FAILED"),
    ("RUNNING", "TIMEOUT"),
    ("RUNNING", "CANCELLED"),
    ("PAUSED", "RUNNING"),
    ("PAUSED", "CANCELLED"),
];

/// All blocks.
pub(crate) fn states() -> String {
    times() + &beginnings() + &transitions() + &errors()
}

fn times() -> String {
    let mut script = String::new();
    for (status, start, end) in STATES {
        for (started, ended) in [(NULL, NULL), (STARTED, NULL), (NULL, ENDED), (STARTED, ENDED)] {
            let queued_only = status == "CANCELLED" && started == NULL && ended == ENDED;
            let expected = if (started, ended) == (start, end) || queued_only { None } else { Some("status_times") };
            let run = Run { status, started, ended, ..Run::IMPORTED };
            script += &block(expected, &format!("{status}, started {started}, ended {ended}"), &run.insert());
        }
    }
    script
}

fn beginnings() -> String {
    let mut script = String::new();
    for (status, started, ended) in STATES {
        let expected = if status == "QUEUED" { None } else { Some("begin") };
        let run = Run { status, started, ended, origin: "QUEUED", ..Run::IMPORTED };
        script += &block(expected, &format!("a new run that is {status}"), &run.insert());
    }
    script
}

fn transitions() -> String {
    let mut script = String::new();
    for (from, started, ended) in STATES {
        for (to, start, end) in STATES.into_iter().filter(|(to, ..)| *to != from) {
            let expected = if MOVES.contains(&(from, to)) { None } else { Some("transition") };
            let run = Run { status: from, started, ended, ..Run::IMPORTED };
            let change = format!(
                "{}\nUPDATE runs SET status = '{to}', started_at = {start}, ended_at = {end} WHERE id = @new;",
                run.insert()
            );
            script += &block(expected, &format!("from {from} to {to}"), &change);
        }
    }
    script
}

fn errors() -> String {
    let mut script = String::new();
    for kind in ["REPRODUCTION", "SIMULATION", "EXPERIMENT"] {
        for (status, started, ended) in STATES {
            for (code, message) in [(NULL, NULL), ("'E_RUN'", NULL), (NULL, "'Why.'"), ("'E_RUN'", "'Why.'")] {
                let fine = match (kind, status) {
                    ("REPRODUCTION", "FAILED" | "TIMEOUT") => code != NULL && message != NULL,
                    ("SIMULATION" | "EXPERIMENT", "FAILED" | "TIMEOUT" | "CANCELLED") => true,
                    _ => code == NULL && message == NULL,
                };
                let run = Run { kind, status, started, ended, code, message, ..Run::IMPORTED };
                let title = format!("a {kind} that is {status} with {code} and {message}");
                script += &block(if fine { None } else { Some("status_error") }, &title, &run.insert());
            }
        }
    }
    script
}

fn block(refused_by: Option<&str>, title: &str, sql: &str) -> String {
    match refused_by {
        None => format!("-- accepted: {title}\n{sql}\n\n"),
        Some(rule) => format!("-- refused runs_{rule}: {title}\n{sql}\n\n"),
    }
}

/// What differs between the runs that are tried.
struct Run {
    kind: &'static str,
    origin: &'static str,
    status: &'static str,
    started: &'static str,
    ended: &'static str,
    code: &'static str,
    message: &'static str,
}

impl Run {
    const IMPORTED: Self = Self {
        kind: "EXPERIMENT",
        origin: "IMPORTED",
        status: "QUEUED",
        started: NULL,
        ended: NULL,
        code: NULL,
        message: NULL,
    };

    fn insert(&self) -> String {
        let Self { kind, origin, status, started, ended, code, message } = self;
        let plan = if *kind == "REPRODUCTION" { "@paper, @plan, $sha, 42" } else { "NULL, NULL, NULL, NULL" };
        format!(
            "INSERT INTO runs
                (id, project_id, kind, name, paper_id, plan_id, env_hash, seed, origin, status, queued_at, started_at,
                ended_at, error_code, error_message)
            VALUES
                (@new, @project, '{kind}', 'R', {plan}, '{origin}', '{status}', {QUEUED}, {started},
                {ended}, {code}, {message});"
        )
    }
}
