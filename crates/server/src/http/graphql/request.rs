//! Reads a GraphQL request out of a body or a query string, and refuses what is not well formed.

use async_graphql::{Request, Variables};
use domain::json::parse_strictly;
use serde_json::{Map, Value};

use crate::http::answer::Refusal;
use crate::http::query;

/// The request in a body of JSON.
pub(super) fn from_body(body: Vec<u8>) -> Result<Request, Refusal> {
    let text = String::from_utf8(body).map_err(|_| Refusal::bad_input("the body is not UTF-8"))?;
    match parse_strictly(&text) {
        Ok(Value::Object(members)) => from_members(members),
        Ok(Value::Array(_)) => {
            Err(Refusal::bad_input("several requests at once are not taken: send them one by one, or as one document"))
        }
        Ok(_) => Err(Refusal::bad_input("the body must be a JSON object with a query")),
        Err(why) => Err(Refusal::bad_input(format!("the body is not JSON: {}", why.message))),
    }
}

/// The request in a query string.
pub(super) fn from_query(text: &str) -> Result<Request, Refusal> {
    let mut members = Map::new();
    for (key, value) in query::pairs(text)? {
        let value = match key.as_str() {
            "query" | "operationName" => Value::String(value),
            "variables" | "extensions" if value.is_empty() => Value::Null,
            "variables" | "extensions" => parse_strictly(&value)
                .map_err(|why| Refusal::bad_input(format!("{key} is not JSON: {}", why.message)))?,
            _ => continue,
        };
        if members.contains_key(&key) {
            return Err(Refusal::bad_input(format!("{key} stands twice in the address")));
        }
        members.insert(key, value);
    }
    from_members(members)
}

/// The request that these members are.
pub(in crate::http) fn from_members(mut members: Map<String, Value>) -> Result<Request, Refusal> {
    let query = match members.remove("query") {
        Some(Value::String(query)) => query,
        None | Some(Value::Null) => return Err(Refusal::bad_input("query is missing")),
        Some(_) => return Err(Refusal::bad_input("query must be a string")),
    };
    let mut request = Request::new(query);
    match members.remove("operationName") {
        Some(Value::String(name)) if !name.is_empty() => request = request.operation_name(name),
        None | Some(Value::Null | Value::String(_)) => {}
        Some(_) => return Err(Refusal::bad_input("operationName must be a string")),
    }
    match members.remove("variables") {
        Some(Value::Object(variables)) => request = request.variables(Variables::from_json(variables.into())),
        None | Some(Value::Null) => {}
        Some(_) => return Err(Refusal::bad_input("variables must be an object")),
    }
    match members.remove("extensions") {
        None | Some(Value::Null | Value::Object(_)) => Ok(request),
        Some(_) => Err(Refusal::bad_input("extensions must be an object")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_well_formed_request_is_read() {
        let body = r#"{"query":"query A { a }","operationName":"A","variables":{"x":[1]},"extensions":null,"more":1}"#;
        let request = from_body(body.into()).unwrap();
        assert_eq!((request.query.as_str(), request.operation_name.as_deref()), ("query A { a }", Some("A")));
        assert_eq!(request.variables.len(), 1);
        let request = from_query("query=%7Ba+b%7D&variables=%7B%22x%22%3A1%7D&operationName=&id=9").unwrap();
        assert_eq!((request.query.as_str(), request.operation_name), ("{a b}", None));
        assert_eq!(request.variables.len(), 1);
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for wrong in [
            "",
            "1",
            "[]",
            "[{\"query\":\"{a}\"}]",
            "{",
            "{\"query\":1}",
            "{\"qeury\":\"{a}\"}",
            "{\"query\":null}",
            "{\"query\":\"{a}\",\"query\":\"{b}\"}",
            "{\"query\":\"{a}\",\"variables\":[7]}",
            "{\"query\":\"{a}\",\"variables\":{\"a\":1,\"a\":2}}",
            "{\"query\":\"{a}\",\"operationName\":1}",
            "{\"query\":\"{a}\",\"extensions\":\"x\"}",
            "{\"query\":\"{a}\",\"variables\":{\"a\":123456789012345678901234}}",
        ] {
            assert!(from_body(wrong.into()).is_err(), "{wrong:?} was taken");
        }
        assert!(from_body(b"{\"query\":\"\xff\"}".to_vec()).is_err());
        for wrong in ["", "query=%ff", "query=a&query=b", "query=a&variables=x", "query=a&variables=[]"] {
            assert!(from_query(wrong).is_err(), "{wrong:?} was taken");
        }
    }
}
