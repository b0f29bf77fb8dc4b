//! What is cut out, and what it weighs.

use async_graphql::ServerError;
use serde_json::json;

use super::*;
use crate::limits::{Limits, check};

fn list() -> String {
    json!(vec![json!({ "eventType": "ERROR", "payload": { "a": "] } \" \\" } }); 100]).to_string()
}

fn cut(body: &str) -> Option<(String, Vec<(Place<'_>, &str)>)> {
    Cut::of(body).map(|cut| (cut.rest, cut.lists))
}

#[test]
fn long_lists_are_cut_out_of_variables_and_of_their_members() {
    let list = list();
    let place = |variable, member| Place { variable, member };
    let body = format!(
        r#" {{ "query" : "}}{{" , "variables" : {{"a":{list}, "b" : {{"x":1,"c": {list} , "d":[1]}}, "e":{{}}}},"f":[]}} "#
    );
    let rest = body.replace(&list, "null");
    assert_eq!(cut(&body), Some((rest, vec![(place("a", None), &*list), (place("b", Some("c")), &*list)])));
    for nothing in [
        format!(r#"{{"variables":{list}}}"#),
        format!(r#"{{"extensions":{{"a":{list}}}}}"#),
        format!(r#"{{"variables":{{"a":{{"b":{{"c":{list}}}}}}}}}"#),
        format!(r#"{{"variables":{{"a":{list:?}}}}}"#),
        r#"{"variables":{"a":[1,2,3]}}"#.to_owned(),
        format!(r#"{{"variables":{{"a":{}1{}}}}}"#, "[".repeat(2000), "]".repeat(2000)),
        format!("[{list}]"),
        format!(r#"{{"variables":{{{}"b":1}}}}"#, format!(r#""a":{list},"#).repeat(11)),
        format!(r#"{{"variables":{{"a":{list}"#),
        r#"{"variables":{"a":"\"#.to_owned(),
        String::new(),
    ] {
        assert_eq!(cut(&nothing), None, "{nothing}");
    }
}

#[test]
fn a_variable_is_named_where_its_whole_name_stands() {
    assert_eq!(uses("mutation($e: X, $events: Y) { a(b: $e, c: [$e]) } # $e_ $e1 $é $e", "e"), 4);
}

/// What is said of a request with this list as it is, and as its text.
fn said(list: &str) -> [Option<ServerError>; 2] {
    let document = "mutation($e: [RunEventInput!]!) { a(b: $e) }";
    let values = Value::from_json(serde_json::from_str(list).unwrap()).unwrap();
    [values, Value::Binary(list.to_owned().into())].map(|value| {
        let variables = Variables::from_value(Value::Object([(Name::new("e"), value)].into_iter().collect()));
        check(&mut Request::new(document).variables(variables), &Limits::default()).err()
    })
}

#[test]
fn a_text_weighs_what_its_list_weighs_where_that_matters() {
    for (items, is_refused) in [(1_999_998, false), (1_999_999, true)] {
        let list = format!("[{}]", vec!["7"; items].join(","));
        let [ordinary, quick] = said(&list);
        assert_eq!(format!("{ordinary:?}"), format!("{quick:?}"), "{items}");
        assert_eq!(ordinary.is_some(), is_refused, "{items}: {ordinary:?}");
    }
}

#[test]
fn a_text_never_weighs_less_than_its_list() {
    let long = json!("x".repeat(1000)).to_string();
    for text in ["[]", "[1]", "[[],{}]", r#"[{"a":1,"b":[{"c":"d"}]}]"#, &list(), &format!("[{long},{long}]")] {
        let value = Value::from_json(serde_json::from_str(text).unwrap()).unwrap();
        assert!(most_weight(text.as_bytes()) >= crate::limits::weight(&value, 0).unwrap(), "{text}");
    }
}
