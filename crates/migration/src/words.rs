//! The words of a script: what every table of edited rows has alike is written once here, and a script names it.
//!
//! | a line of a script | stands for |
//! | --- | --- |
//! | `@edited columns,` | `revision`, `created_at` and `updated_at` |
//! | `@edited rules,` | the primary key, and the CHECKs of those columns and of the id |
//! | `@deletable columns,` | `deleted_at` and `purged_at`, and the columns of an edited row |
//! | `@deletable rules,` | their CHECKs, and the rules of an edited row |
//! | `@edited triggers` | what keeps those columns right, also for a row that is changed by hand |
//! | `@edited triggers unless COLUMN` | the same, but a write of this column, which a machine keeps, is none |

use sea_orm_migration::sea_orm::{DbBackend, DbErr};

/// The script with its words spelled out for this database.
pub fn spelled_out(script: &str, backend: DbBackend) -> Result<String, DbErr> {
    let mut spelled = String::with_capacity(script.len() * 2);
    let mut table = "";
    for line in script.lines() {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = rest.split(' ').next().unwrap_or_default();
        }
        match line.trim().strip_prefix('@') {
            None => spelled.push_str(line),
            Some(word) => spelled.push_str(&meaning(word, backend)?.replace("TABLE", table)),
        }
        spelled.push('\n');
    }
    Ok(spelled)
}

fn meaning(word: &str, backend: DbBackend) -> Result<String, DbErr> {
    let postgres = backend == DbBackend::Postgres;
    let of = |there: &str, here: &str| (if postgres { there } else { here }).trim_end().trim_matches('\n').to_owned();
    let edited = of(POSTGRES_EDITED, SQLITE_EDITED);
    let edited_rules = of(POSTGRES_EDITED_RULES, SQLITE_EDITED_RULES);
    let triggers = |machine: Option<&str>| {
        let unless = |there: &str| machine.map(|column| there.replace("COLUMN", column)).unwrap_or_default();
        of(
            &POSTGRES_TRIGGERS.replace("UNLESS", &unless("'COLUMN'")),
            &SQLITE_TRIGGERS.replace("UNLESS", &unless(SQLITE_UNLESS)),
        )
    };
    if let Some(column) = word.strip_prefix("edited triggers unless ") {
        return Ok(triggers(Some(column)));
    }
    match word {
        "edited columns," => Ok(edited),
        "edited rules," => Ok(edited_rules),
        "deletable columns," => Ok(format!("{}\n{edited}", of(POSTGRES_DELETABLE, SQLITE_DELETABLE))),
        "deletable rules," => Ok(format!("{edited_rules}\n{}", of(POSTGRES_DELETABLE_RULES, SQLITE_DELETABLE_RULES))),
        "edited triggers" => Ok(triggers(None)),
        other => Err(DbErr::Custom(format!("there is no word @{other} in scripts"))),
    }
}

const POSTGRES_EDITED: &str = "
    revision bigint NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),
    updated_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', now()),";

const SQLITE_EDITED: &str = "
    revision INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),";

const POSTGRES_EDITED_RULES: &str = "
    CONSTRAINT TABLE_pk PRIMARY KEY (id),
    CONSTRAINT TABLE_id_v7 CHECK (substr(id::text, 15, 1) = '7'),
    CONSTRAINT TABLE_revision_range CHECK (revision BETWEEN 1 AND 9007199254740991),
    CONSTRAINT TABLE_created_at_form CHECK (created_at >= '0001-01-01Z' AND created_at < '10000-01-01Z'),
    CONSTRAINT TABLE_updated_at_form CHECK (updated_at >= '0001-01-01Z' AND updated_at < '10000-01-01Z'),";

const SQLITE_EDITED_RULES: &str = "
    CONSTRAINT TABLE_pk PRIMARY KEY (id),
    CONSTRAINT TABLE_id_v7 CHECK (length(id) = 16 AND substr(id, 7, 1) BETWEEN x'70' AND x'7F'),
    CONSTRAINT TABLE_revision_range CHECK (revision BETWEEN 1 AND 9007199254740991),
    CONSTRAINT TABLE_created_at_form CHECK (
        created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+0 seconds')
        AND created_at >= '0001'
    ),
    CONSTRAINT TABLE_updated_at_form CHECK (
        updated_at IS strftime('%Y-%m-%dT%H:%M:%fZ', updated_at, '+0 seconds')
        AND updated_at >= '0001'
    ),";

const POSTGRES_DELETABLE: &str = "
    deleted_at timestamptz(3),
    purged_at timestamptz(3),";

const SQLITE_DELETABLE: &str = "
    deleted_at TEXT,
    purged_at TEXT,";

const POSTGRES_DELETABLE_RULES: &str = "
    CONSTRAINT TABLE_deleted_at_form CHECK (deleted_at >= '0001-01-01Z' AND deleted_at < '10000-01-01Z'),
    CONSTRAINT TABLE_purged_at_form CHECK (purged_at >= '0001-01-01Z' AND purged_at < '10000-01-01Z'),
    CONSTRAINT TABLE_purged_is_deleted CHECK (purged_at IS NULL OR deleted_at IS NOT NULL),";

const SQLITE_DELETABLE_RULES: &str = "
    CONSTRAINT TABLE_deleted_at_form CHECK (
        deleted_at IS strftime('%Y-%m-%dT%H:%M:%fZ', deleted_at, '+0 seconds')
        AND deleted_at >= '0001'
    ),
    CONSTRAINT TABLE_purged_at_form CHECK (
        purged_at IS strftime('%Y-%m-%dT%H:%M:%fZ', purged_at, '+0 seconds')
        AND purged_at >= '0001'
    ),
    CONSTRAINT TABLE_purged_is_deleted CHECK (purged_at IS NULL OR deleted_at IS NOT NULL),";

const POSTGRES_TRIGGERS: &str = "
CREATE TRIGGER TABLE_kept BEFORE UPDATE ON TABLE FOR EACH ROW EXECUTE FUNCTION keep_row(UNLESS);";

const SQLITE_TRIGGERS: &str = "
CREATE TRIGGER TABLE_fixed BEFORE UPDATE OF id, created_at ON TABLE
WHEN NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'TABLE_fixed');
END;

CREATE TRIGGER TABLE_kept AFTER UPDATE ON TABLE
WHEN (NEW.updated_at = OLD.updated_at OR NEW.revision = OLD.revision)UNLESS
BEGIN
    UPDATE TABLE
    SET
        updated_at = iif(NEW.updated_at = OLD.updated_at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), NEW.updated_at),
        revision = iif(NEW.revision = OLD.revision, OLD.revision + 1, NEW.revision)
    WHERE id = NEW.id;
END;";

const SQLITE_UNLESS: &str = " AND NEW.COLUMN IS OLD.COLUMN";
