//! The words of the scripts, written out for a database.

use sea_orm_migration::sea_orm::DbBackend;

/// The values of a line, with the lists that stand for many.
pub(crate) fn values(values: &str) -> Vec<String> {
    let list = |value: &str| match value {
        "$times" => {
            "'infinity' '-infinity' '10000-01-01T00:00:00.000Z' ~'' ~'nonsense' ~'2026-13-45T00:00:00.000Z' \
             ~'2026-02-30T00:00:00.000Z' ~'0000-01-01T00:00:00.000Z' lite:'2026-01-01T00:00:00.000' \
             lite:'2026-01-01T00:00:00Z' lite:'2026-01-01T00:00:00.0000Z' lite:'2026-01-01T24:00:00.000Z' \
             lite:'2026-01-01T00:00:00.000+00:00' lite:'2026-01-01t00:00:00.000z' lite:'20260101T000000.000Z'"
        }
        "$shas" => "'' $a63 $a65 'A'||$a63 'g'||$a63 lite:$sha||$nul",
        "$not_object" => r#"'[]' 'null' '1' '"{}"' ~'{' ~'' ~'{"a":"\u0000"}' ~'{"\u0000":1}' ~'{"a":1}}'"#,
        "$objects" => r#"'{}' '{"a":{"b":[1,null,"ü"]}}' '{"a":"\\u0000"}'"#,
        "$not_array" => r#"'{}' 'null' '1' ~'[' ~'["\u0000"]' ~'["\\\u0000"]'"#,
        "$arrays" => r#"'[]' '["A.Author"]' '["\\u0000"]'"#,
        "$not_scopes" => {
            r#"'{}' 'null' '1' '"READ"' '[]' '["OTHER"]' '["read"]' '["READ","OTHER"]' '[["READ"]]' '[null]' '[1]' ~'[' ~''"#
        }
        "$scopes" => r#"'["READ"]' '["INGEST","EXECUTE"]' '["READ","INGEST","EXECUTE","WRITE","ADMIN"]'"#,
        "$not_json" => r#"~'{' ~'' ~'nope' ~'"\u0000"'"#,
        _ => "",
    };
    let mut all = Vec::new();
    for value in values.split_whitespace() {
        match list(value) {
            "" => all.push(value.to_owned()),
            list => all.extend(list.split_whitespace().map(str::to_owned)),
        }
    }
    all
}

/// The script with all of its words written out for this database.
pub(crate) fn expand(script: &str, backend: DbBackend) -> String {
    let mut text = String::new();
    let mut rest = script;
    while let Some(at) = rest.find(['@', '$']) {
        let (before, word_on) = rest.split_at(at);
        let end = word_on[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(word_on.len(), |n| n + 1);
        let (found, after) = word_on.split_at(end);
        text.push_str(before);
        // An e-mail address is no name of an id.
        let inside = before.ends_with(char::is_alphanumeric);
        if inside {
            text.push_str(found);
        } else {
            text.push_str(&word(found, backend));
        }
        rest = after;
    }
    text + rest
}

fn word(word: &str, backend: DbBackend) -> String {
    let postgres = backend == DbBackend::Postgres;
    let blob = |hex: &str| if postgres { format!("'{hex}'") } else { format!("x'{hex}'") };
    let times = |digits: &str, text: &str| digits.parse().map(|times| text.repeat(times));
    match word {
        "$nul" if postgres => "chr(0)".to_owned(),
        "$nul" => "(char(65)||char(0)||char(65))".to_owned(),
        "$nan" if postgres => "'NaN'".to_owned(),
        "$nan" => "NULL".to_owned(),
        "$sha" => format!("'{}'", "0123456789abcdef".repeat(4)),
        "$sha2" => format!("'{}'", "fedcba9876543210".repeat(4)),
        "$v4" => blob("01900000000040008000000000000000"),
        _ if word.starts_with('@') => blob(&id(&word[1..])),
        _ => {
            let at = word.find(|c: char| c.is_ascii_digit()).unwrap_or_else(|| panic!("{word} stands for nothing"));
            let text = match &word[1..at] {
                "x" => times(&word[at..], "x"),
                "a" => times(&word[at..], "a"),
                "b" => times(&word[at..], "b"),
                "c" => times(&word[at..], "c"),
                "e" => times(&word[at..], "é"),
                "w" => times(&word[at..], "字"),
                "r" => word[at..].parse().map(noise),
                "list" => times(&word[at..], "\"x\",").map(|list| format!("[{}]", list.trim_end_matches(','))),
                _ => panic!("{word} stands for nothing"),
            };
            format!("'{}'", text.unwrap())
        }
    }
}

/// Letters and digits that no index can make smaller.
fn noise(length: usize) -> String {
    let mut state = 42_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_digit((state >> 16) % 36, 36).unwrap()
    };
    (0..length).map(|_| next()).collect()
}

/// A `UUIDv7` in hex, made of the name.
fn id(name: &str) -> String {
    let digest = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("0190aaaabbbb70008{digest:016x}")[..32].to_owned()
}
