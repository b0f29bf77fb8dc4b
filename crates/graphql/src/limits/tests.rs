//! Each limit lets through what has just as much as it allows, and refuses what has one more.

use async_graphql::Variables;
use serde_json::{Value, json};

use super::*;

fn checked(query: &str, variables: Value) -> Result<Asked, ServerError> {
    let mut request = Request::new(query).variables(Variables::from_json(variables));
    check(&mut request, &Limits::default())
}

fn asked(query: &str, variables: Value) -> Asked {
    checked(query, variables).unwrap_or_else(|error| panic!("{error:?}"))
}

/// The code, the limit's name, what was asked and what is allowed.
fn refused(query: &str, variables: Value) -> (String, Value) {
    let extensions = checked(query, variables).unwrap_err().extensions.unwrap();
    let member = |name: &str| extensions.get(name).map(|value| value.clone().into_json().unwrap()).unwrap_or_default();
    (member("code").as_str().unwrap().to_owned(), member("limit"))
}

fn is_exceeded(query: &str, variables: Value, limit: &str, asked: impl Into<Option<u64>>) {
    let (code, said) = refused(query, variables);
    let allowed = Limits::default().all().into_iter().find(|known| known.name == limit).unwrap().allowed;
    let mut expected = json!({ "name": limit, "allowed": allowed });
    if let Some(asked) = asked.into() {
        expected["asked"] = asked.into();
    }
    assert_eq!((code.as_str(), said), ("LIMIT_EXCEEDED", expected));
}

/// A document lets through so much of this, and refuses one more.
fn is_limited(limit: &str, most: u64, document: impl Fn(u64) -> String) {
    asked(&document(most), json!({}));
    is_exceeded(&document(most + 1), json!({}), limit, most + 1);
}

fn times(count: u64, text: &str) -> String {
    text.repeat(usize::try_from(count).unwrap())
}

#[test]
fn each_limit_allows_as_much_as_it_says() {
    let bytes = Limits::default().document_bytes;
    is_limited("documentBytes", bytes, |count| format!("{{a(b:\"{}\")}}", times(count - 9, "x")));
    is_limited("tokens", MAX_TOKENS, |count| format!("{{a(b:[{}])}}", times(count - 9, "1 ")));
    is_limited("nesting", MAX_NESTING, |count| format!("{{a(b:{}1{})}}", times(count - 2, "["), times(count - 2, "]")));
    is_limited("definitions", MAX_DEFINITIONS, |count| {
        "{a}".to_owned() + &(1..count).map(|at| format!("fragment F{at} on Q{{a}}")).collect::<String>()
    });
    is_limited("selections", MAX_SELECTIONS, |count| format!("{{a{{{}}}}}", times(count - 1, "a ")));
    is_limited("depth", MAX_DEPTH, |count| times(count, "{a ") + &times(count, "}"));
    is_limited("aliases", MAX_ALIASES, |count| format!("{{a{{{}}}}}", times(count, "b:a ")));
    is_limited("directives", MAX_DIRECTIVES, |count| format!("query @d{{a{{{}}}}}", times(count - 1, "a@d ")));
    let two = |count| format!("{{a ...F}}fragment F on Query{{{}}}", times(count - 1, "a "));
    is_limited("queryFields", MAX_QUERY_FIELDS, two);
    is_limited("mutationFields", MAX_MUTATION_FIELDS, |count| format!("mutation{{{}}}", times(count, "a ")));
    is_limited("values", MAX_VALUES, |count| {
        // Two hundred times two hundred times 49, two hundred times 198, and single ones.
        let (all, pages) = (times(49, "a "), times(198, "a "));
        let single = times(count - 1_999_803, "a ");
        format!("{{a{{a(first:200){{a(first:200){{{all}}}}}a(first:200){{{pages}}}{single}}}}}")
    });
}

#[test]
fn fragments_that_double_are_refused_and_measured_once_each() {
    let mut query = "query { a { ...F0 } }".to_owned();
    for at in 0..25 {
        query += &format!(" fragment F{at} on Query {{ ...F{0} ...F{0} }}", at + 1);
    }
    is_exceeded(&(query + " fragment F25 on Query { __typename }"), json!({}), "selections", 100_663_296);
}

#[test]
fn fragments_that_use_themselves_are_refused_before_anybody_follows_them() {
    let query = "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }";
    assert_eq!(refused(query, json!({})).0, "GRAPHQL_VALIDATION_FAILED");
}

#[test]
fn what_no_operation_uses_is_measured_too() {
    is_exceeded(&format!("{{ a }} fragment F on Query {{ {} }}", "a ".repeat(6000)), json!({}), "selections", 6000);
}

#[test]
fn deep_documents_are_refused_before_anybody_follows_them() {
    is_exceeded(&"{a".repeat(24_000), json!({}), "nesting", 24_000);
    let chain: String = (0..400).map(|at| format!("fragment F{at} on Q {{ ...F{} }} ", at + 1)).collect();
    is_exceeded(&format!("{{ ...F0 }} {chain}"), json!({}), "levels", None);
    assert!(tokens(&"{a".repeat(1_000_000)).is_none() && tokens(&"a ".repeat(1_000_000)).is_none());
}

#[test]
fn a_text_is_one_sign_however_long_it_is() {
    for text in [r#""a { ( \" ""#, r#""""a { ( " \""" """"#] {
        let ends = text.len() - text.trim_start_matches('"').len();
        let (quotes, inside) = (&text[..ends], &text[ends..text.len() - ends]);
        asked(&format!("{{ a(b: {quotes}{}{quotes}) }}", inside.repeat(10_000)), json!({}));
    }
    asked(&format!("# {}\n{{ a }}", "{ ".repeat(1000)), json!({}));
}

#[test]
fn the_rows_of_all_pages_are_counted() {
    let query = "query($n: Int = 200, $ids: [ID!]!) {
        nodes(ids: $ids) { ... on Project { papers(first: $n) { nodes { claims(last: 200) { ...C } } } } }
    } fragment C on ClaimConnection { nodes { id } }";
    let ids = |count: usize| Value::from(vec!["x"; count]);
    asked(query, json!({ "ids": ids(20) }));
    asked(query, json!({ "ids": ids(200), "n": 10 }));
    is_exceeded(query, json!({ "ids": ids(200) }), "values", 16_080_201);
    let mut unsaid = "id".to_owned();
    for _ in 0..8 {
        unsaid = format!("papers {{ nodes {{ {unsaid} }} }}");
    }
    assert_eq!(refused(&format!("{{ {unsaid} }}"), json!({})).1["name"], "values");
}

#[test]
fn large_variables_pass_once_and_not_many_times() {
    let points = json!({ "steps": vec![1; 100_000], "values": vec![0.5; 100_000] });
    let log = json!({ "runId": "r", "series": [points, points, points, points] });
    let query = "mutation($input: LogSeriesInput!) { logSeries(input: $input) { replayed } }";
    asked(query, json!({ "input": log }));
    let many = format!("query($f: F) {{ {} }}", "a(filter: $f) ".repeat(3));
    is_exceeded(&many, json!({ "f": log }), "input", 2_400_048);
    is_exceeded(&many, json!({ "f": "x".repeat(64_000_000) }), "input", 3_000_006);
    let deep = |levels: u64| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    asked("query($f: F) { a(filter: $f) }", json!({ "f": deep(MAX_NESTING) }));
    is_exceeded("query($f: F) { a }", json!({ "f": deep(MAX_NESTING + 1) }), "nesting", MAX_NESTING + 1);
}

#[test]
fn introspection_may_go_deep_but_not_round() {
    let of_type = format!("{}name{}", "ofType { ".repeat(30), " }".repeat(30));
    asked(&format!("{{ __schema {{ types {{ fields {{ args {{ type {{ {of_type} }} }} }} }} }} }}"), json!({}));
    let round = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    is_exceeded(round, json!({}), "introspection", 3);
}

#[test]
fn the_operation_that_is_meant_is_what_is_asked_for() {
    let two = "query A { a } mutation B { a { b } renewRun { c } }";
    let named = |name: &str| {
        let mut request = Request::new(two).operation_name(name);
        check(&mut request, &Limits::default()).unwrap()
    };
    assert_eq!(asked("query A { a { b } }", json!({})).values, 2);
    assert_eq!(named("A"), Asked { values: 1, changes: 0, only_works: false });
    assert_eq!(named("B"), Asked { values: 4, changes: 1, only_works: false });
    let work = asked("mutation { a: renewRun { b } ...F } fragment F on Mutation { logSeries { c } }", json!({}));
    assert_eq!(work, Asked { values: 4, changes: 0, only_works: true });
}
