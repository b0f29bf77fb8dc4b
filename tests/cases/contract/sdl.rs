//! The schema as it is printed is the schema as it is checked in.

#[test]
fn the_printed_schema_is_the_one_that_is_checked_in() {
    let path = super::root().join("schema.graphql");
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    // Not `assert_eq`: nobody wants to read both on one line each.
    assert!(
        checked_in == graphql::sdl(),
        "schema.graphql is not the schema any more. `cargo run -p server -- schema > schema.graphql` writes it anew; a \
         breaking change needs a line in CHANGELOG.md."
    );
}
