//! What is seen on a terminal alone: how far long work has come, and colours, unless somebody asks otherwise.

use super::{bash, complained, printed};

#[test]
fn long_work_tells_how_far_it_has_come_on_a_terminal_alone() {
    let folder = tempfile::tempdir().unwrap();
    // `script` runs a line on a terminal of its own.
    let up = |file: &str| format!("\"$0\" migrate up --log error --database-url sqlite://{file}");
    let seen = bash(
        &format!("script --quiet --return --command '{}' /dev/null", up("a.db").replace("$0", "'$0'")),
        folder.path(),
    );
    assert!(seen.status.success(), "{}", printed(&seen));
    assert!(printed(&seen).contains("migrating "), "{:?}", printed(&seen));
    let piped = bash(&up("b.db"), folder.path());
    assert!(piped.status.success() && printed(&piped).contains("m0001_account: taken"));
    assert_eq!(complained(&piped), "");
}

#[test]
fn there_are_colours_where_they_are_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let (failed, up) =
        ("\"$0\" demo --database-url sqlite://none/a.db", "\"$0\" migrate up --database-url sqlite://a.db");
    let is_coloured = |line: &str| complained(&bash(line, folder.path())).contains('\u{1b}');
    for (wish, coloured) in [("", false), ("CLICOLOR_FORCE=1", true), ("NO_COLOR=1 CLICOLOR_FORCE=1", false)] {
        assert_eq!(is_coloured(&format!("{wish} {failed}")), coloured, "{wish}: an error");
        assert_eq!(
            is_coloured(&format!("{wish} \"$0\" --nonsense")),
            coloured,
            "{wish}: what the command line has wrong"
        );
        assert_eq!(is_coloured(&format!("rm -f a.db*; {wish} {up}")), coloured, "{wish}: the log");
        let help = printed(&bash(&format!("{wish} \"$0\" --help"), folder.path()));
        assert_eq!(help.contains('\u{1b}'), coloured, "{wish}: the help");
    }
}
