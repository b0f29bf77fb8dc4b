//! The words of the scripts, spelled out for a database: `@word(…)` is what each of them says in its own way.

use ::tests::database::Kind as Database;

use super::{BEGINNING, Kind};

/// The script for this database, with these values for the names that stand in it.
pub(super) fn spelled_out(script: &str, database: Database, values: &[(&str, i64)]) -> String {
    let mut script = script.to_owned();
    for (name, value) in values {
        script = script.replace(&format!(":{name}"), &value.to_string());
    }
    let json = if database == Database::Postgres { "::jsonb" } else { "" };
    let mut out = String::with_capacity(script.len() * 2);
    let mut rest = script.as_str();
    while let Some((before, word)) = rest.split_once('@') {
        out.push_str(before);
        let name: String = word.chars().take_while(char::is_ascii_lowercase).collect();
        let behind = &word[name.len()..];
        let Some(inner) = behind.strip_prefix('(').filter(|_| name != "json") else {
            // An `@` of its own, as in an address, or `@json`, which has nothing in brackets.
            let known = name == "json";
            out.push_str(if known { json } else { "@" });
            rest = if known { behind } else { word };
            continue;
        };
        let end = closing(inner);
        out.push_str(&meaning(&name, &inner[..end], database));
        rest = &inner[end + 1..];
    }
    out + rest
}

/// Where the bracket closes that was opened just before this text.
fn closing(text: &str) -> usize {
    let mut open = 1;
    let closes = |c: char| {
        open += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        open == 0
    };
    text.find(closes).expect("a bracket that closes")
}

fn meaning(word: &str, of: &str, database: Database) -> String {
    let of_postgres = database == Database::Postgres;
    match word {
        "id" => {
            let (kind, number) = of.split_once(", ").expect("a kind and a number");
            let (_, kind) = Kind::ALL.iter().find(|(name, _)| *name == kind).expect("a kind");
            let head = kind.head();
            if of_postgres {
                format!("('{head}' || lpad(to_hex(({number})::bigint), 12, '0'))::uuid")
            } else {
                format!("unhex('{head}' || printf('%012x', {number}))")
            }
        }
        "time" if of_postgres => format!("to_timestamp({BEGINNING} + {of})"),
        "time" => format!("strftime('%Y-%m-%dT%H:%M:%fZ', {BEGINNING} + {of}, 'unixepoch')"),
        "numbers" if of_postgres => format!("generate_series(0::bigint, ({of}) - 1) AS numbers (n)"),
        "numbers" => format!(
            "(WITH RECURSIVE up (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM up WHERE n + 1 < {of}) SELECT n FROM up) \
             AS numbers"
        ),
        "hash" if of_postgres => format!("lpad(to_hex(({of})::bigint), 64, '0')"),
        "hash" => format!("printf('%064x', {of})"),
        "real" => format!("CAST({of} AS double precision)"),
        "token" if of_postgres => format!("(SELECT digest FROM tokens WHERE number = {of})"),
        "token" => format!("(SELECT digest FROM temp.tokens WHERE number = {of})"),
        other => panic!("there is no word @{other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_spelled_out_for_each_database() {
        let script = "SELECT @id(user, n / (2 + :x)), 'a@example.org', ('{}')@json FROM @numbers(:x)";
        assert_eq!(
            spelled_out(script, Database::Sqlite, &[("x", 3)]),
            "SELECT unhex('019b7761000170008000' || printf('%012x', n / (2 + 3))), 'a@example.org', ('{}') FROM \
             (WITH RECURSIVE up (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM up WHERE n + 1 < 3) SELECT n FROM up) \
             AS numbers"
        );
        assert_eq!(spelled_out("@time(1)@json", Database::Postgres, &[]), "to_timestamp(1767225600 + 1)::jsonb");
    }
}
