//! What the runs of projects measure and what their settings are called, with how many runs each: found in the database, in
//! one statement for any number of projects, without a run being read.

use std::collections::HashMap;
use std::sync::Arc;

use domain::project::Project;
use domain::{Count, Id, JsonPath};

use crate::bulk::{Bulk, Cells};
use crate::dialect::Dialect;
use crate::error::Result;
use crate::read::{Load, shared};
use crate::reader::Reader;

/// What has names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Named {
    /// The metrics of series.
    Metrics,
    /// The values in settings that are not made of others, by their paths.
    Config,
}

/// The names in the runs of a project that was read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NamesOf {
    /// The project.
    pub project: Id<Project>,
    /// Of what.
    pub named: Named,
    /// How they begin.
    pub prefix: String,
    /// How many at most.
    pub size: u64,
}

/// Names, by their bytes.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Each with how many runs have it.
    pub names: Vec<(String, Count)>,
    /// Whether there are more after these.
    pub more: bool,
}

impl Load for NamesOf {
    type Value = Arc<Names>;

    async fn load(keys: Vec<Self>, reader: &Reader) -> Result<Vec<Option<Self::Value>>> {
        let mut asked: HashMap<(Named, String, u64), Vec<Id<Project>>> = HashMap::new();
        for key in &keys {
            asked.entry((key.named, key.prefix.clone(), key.size)).or_default().push(key.project);
        }
        let mut found: HashMap<Self, Names> = keys.iter().map(|key| (key.clone(), Names::default())).collect();
        for ((named, prefix, size), projects) in asked {
            let rows = vec![("project_id", Cells::Uuid(projects.iter().map(|project| project.uuid()).collect()))];
            let wanted = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
            let mut values = vec![prefix.as_str().into(), wanted.into()];
            if named == Named::Config {
                values.push(quoted_if(reader.dialect()).into());
            }
            for row in reader.query(&Bulk::new(statement(named, reader.dialect()), values, rows)).await? {
                let project = Id::try_new(row.try_get("", "project_id")?)?;
                let key = Self { project, named, prefix: prefix.clone(), size };
                let runs = Count::try_new(row.try_get("", "runs")?)?;
                found.entry(key).or_default().names.push((row.try_get("", "name")?, runs));
            }
        }
        for (key, found) in &mut found {
            let size = usize::try_from(key.size).unwrap_or(usize::MAX);
            found.more = found.names.len() > size;
            found.names.truncate(size);
        }
        Ok(shared(&keys, found))
    }
}

/// The pattern of names that stand in quotes within a path.
fn quoted_if(dialect: Dialect) -> String {
    let characters: String = JsonPath::characters_in_quotes().filter(|c| *c != ']').collect();
    match dialect {
        Dialect::Postgres => format!("[]{characters}]"),
        Dialect::Sqlite => format!("*[]{characters}]*"),
    }
}

/// The runs of the projects that are live, as `live`.
macro_rules! live {
    ($columns:literal) => {
        concat!(
            "live AS (
                SELECT n.id, n.project_id",
            $columns,
            " FROM {rows}
                JOIN runs AS n ON n.project_id = r.project_id AND n.deleted_at IS NULL
                LEFT JOIN papers AS p ON p.id = n.paper_id
                LEFT JOIN plans AS l ON l.id = n.plan_id
                WHERE p.deleted_at IS NULL AND l.deleted_at IS NULL
            )"
        )
    };
}

/// Whether a text begins as asked.
macro_rules! begins {
    ($text:literal) => {
        concat!("substr(", $text, ", 1, length(CAST($1 AS text))) = CAST($1 AS text)")
    };
}

/// Whether something beneath a row of `tree` could begin as asked.
macro_rules! further {
    () => {
        "t.depth < 32 AND substr(t.path, 1, length(CAST($1 AS text))) = substr(CAST($1 AS text), 1, length(t.path))"
    };
}

/// The first of what is `named`, for each project.
macro_rules! first {
    ($($named:expr),+) => {
        concat!(
            "SELECT project_id, name, runs FROM (
                SELECT g.*, row_number() OVER (PARTITION BY g.project_id ORDER BY g.name) AS place FROM (",
            $($named,)+
            ") AS g
            ) AS g WHERE place <= $2 ORDER BY project_id, place"
        )
    };
}

const METRICS: &str = concat!(
    "WITH ",
    live!(""),
    first!(
        "SELECT v.project_id, s.metric AS name, count(DISTINCT s.run_id) AS runs
        FROM live AS v JOIN run_series AS s ON s.run_id = v.id
        WHERE ",
        begins!("s.metric"),
        " GROUP BY v.project_id, s.metric"
    )
);

/// The leaves of settings, as `JsonPath::leaves` has them; a path that is too long is left out. Each round goes one step
/// further into what is made of parts, unless nothing beneath could begin as asked.
const CONFIG_ON_POSTGRES: &str = concat!(
    "WITH RECURSIVE ",
    live!(", n.config"),
    ", tree (project_id, depth, path, value) AS (
        SELECT v.project_id, 0, '', v.config FROM live AS v
        UNION ALL
        SELECT t.project_id, t.depth + 1, t.path || c.step, c.value
        FROM (SELECT t.* FROM tree AS t WHERE jsonb_typeof(t.value) IN ('object', 'array') AND ",
    further!(),
    "
        ) AS t CROSS JOIN LATERAL (
            SELECT CASE WHEN t.depth = 0 THEN '' ELSE '.' END
                || CASE WHEN m.key = '' OR m.key ~ $3 THEN to_json(m.key)::text ELSE m.key END AS step, m.value
            FROM jsonb_each(CASE jsonb_typeof(t.value) WHEN 'object' THEN t.value ELSE '{}' END) AS m
            UNION ALL
            SELECT '[' || e.at - 1 || ']', e.value
            FROM jsonb_array_elements(CASE jsonb_typeof(t.value) WHEN 'array' THEN t.value ELSE '[]' END)
                WITH ORDINALITY AS e (value, at)
        ) AS c
    )",
    first!(
        "SELECT t.project_id, t.path COLLATE \"C\" AS name, count(*) AS runs FROM tree AS t
        WHERE t.depth > 0 AND length(t.path) <= 1000 AND ",
        begins!("t.path"),
        " AND (t.depth = 32 OR jsonb_typeof(t.value) NOT IN ('object', 'array') OR t.value IN ('{}', '[]'))
        GROUP BY t.project_id, t.path"
    )
);

/// The same on SQLite, which reads each settings once and as a whole: what stands at the same place in several runs is
/// counted first, and then each place gets its path.
const CONFIG_ON_SQLITE: &str = concat!(
    "WITH RECURSIVE ",
    live!(", n.config"),
    ", places AS MATERIALIZED (
        SELECT v.project_id, j.fullkey, j.path AS parent, j.key, count(*) AS runs, sum(
            CASE WHEN j.type IN ('object', 'array') THEN j.value IN ('{}', '[]') ELSE 1 END
        ) AS leaves
        FROM live AS v CROSS JOIN json_tree(v.config) AS j
        WHERE j.key IS NOT NULL
        GROUP BY v.project_id, j.fullkey
    ), tree (project_id, fullkey, depth, path, runs) AS (
        SELECT r.project_id, '$', 0, '', 0 FROM {rows}
        UNION ALL
        SELECT t.project_id, c.fullkey, t.depth + 1, t.path || CASE
                WHEN typeof(c.key) = 'integer' THEN '[' || c.key || ']'
                ELSE CASE WHEN t.depth = 0 THEN '' ELSE '.' END
                    || CASE WHEN c.key = '' OR c.key GLOB $3 THEN json_quote(c.key) ELSE c.key END
            END,
            CASE WHEN t.depth + 1 = 32 THEN c.runs ELSE c.leaves END
        FROM tree AS t JOIN places AS c ON c.project_id = t.project_id AND c.parent = t.fullkey
        WHERE ",
    further!(),
    "
    )",
    first!(
        "SELECT t.project_id, t.path AS name, t.runs FROM tree AS t
        WHERE t.runs > 0 AND length(t.path) <= 1000 AND ",
        begins!("t.path")
    )
);

fn statement(named: Named, dialect: Dialect) -> &'static str {
    match (named, dialect) {
        (Named::Metrics, _) => METRICS,
        (Named::Config, Dialect::Postgres) => CONFIG_ON_POSTGRES,
        (Named::Config, Dialect::Sqlite) => CONFIG_ON_SQLITE,
    }
}
