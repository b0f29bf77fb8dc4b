//! Reads GraphQL requests out of a body or a query string, and refuses what is not well formed.

use async_graphql::{Request, Variables};
use domain::Invalid;
use domain::json::parse_strictly;
use graphql::Documents;
use serde_json::{Map, Value};

use super::named::named;
use crate::http::answer::Refusal;
use crate::http::query;

/// How many values a body may have: the largest batch of points has a million. Each takes much more memory than its text.
const MAX_VALUES: usize = 1_100_000;

/// What a body asks.
pub(super) enum Asked {
    /// A request.
    One(Box<Request>),
    /// Several, to be answered in their order.
    Batch(Vec<Request>),
}

/// What a body of JSON asks; no more than so many requests at once, and where that is none, no array.
pub(super) fn from_body(body: Vec<u8>, documents: &Documents, max_batch: usize) -> Result<Asked, Refusal> {
    let text = String::from_utf8(body).map_err(|_| Refusal::bad_input("the body is not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if max_batch == 0 && text.trim_start().starts_with('[') {
        let why = "several requests at once are not taken: send them one by one, or as one document";
        return Err(Refusal::bad_input(why));
    }
    if text.bytes().filter(|byte| *byte == b',').count() > MAX_VALUES {
        return Err(Refusal::over(format!("the body has more than {MAX_VALUES} values")));
    }
    if let Some(request) = graphql::long::request(text, |members| from_members(members, documents)) {
        return Ok(Asked::One(Box::new(request)));
    }
    match parse_strictly(text) {
        Ok(Value::Object(members)) => from_members(members, documents).map(|request| Asked::One(Box::new(request))),
        Ok(Value::Array(requests)) => from_batch(requests, documents, max_batch),
        Ok(_) => Err(Refusal::bad_input("the body must be a JSON object with a query")),
        Err(why) => Err(not_json("the body", &why)),
    }
}

/// What is wrong may quote the body, which may be long.
fn not_json(what: &str, why: &Invalid) -> Refusal {
    let why: String = why.message.chars().take(300).collect();
    Refusal::bad_input(format!("{what} is not JSON: {why}"))
}

fn from_batch(requests: Vec<Value>, documents: &Documents, max_batch: usize) -> Result<Asked, Refusal> {
    if requests.len() > max_batch {
        return Err(Refusal::over(format!("the body has more than {max_batch} requests at once")));
    }
    if requests.is_empty() {
        return Err(Refusal::bad_input("the body has no request"));
    }
    let requests = requests.into_iter().map(|request| match request {
        Value::Object(members) => from_members(members, documents),
        _ => Err(Refusal::bad_input("each request must be a JSON object with a query")),
    });
    requests.collect::<Result<_, _>>().map(Asked::Batch)
}

/// The request in a query string.
pub(super) fn from_query(text: &str, documents: &Documents) -> Result<Request, Refusal> {
    let mut members = Map::new();
    for (key, value) in query::pairs(text)? {
        let value = match key.as_str() {
            "query" | "operationName" | "documentId" => Value::String(value),
            "variables" | "extensions" if value.is_empty() => Value::Null,
            "variables" | "extensions" => parse_strictly(&value).map_err(|why| not_json(&key, &why))?,
            _ => continue,
        };
        if members.contains_key(&key) {
            return Err(Refusal::bad_input(format!("{key} stands twice in the address")));
        }
        members.insert(key, value);
    }
    from_members(members, documents)
}

/// The request that these members are.
pub(in crate::http) fn from_members(
    mut members: Map<String, Value>,
    documents: &Documents,
) -> Result<Request, Refusal> {
    let mut request = documents.request(named(&mut members)?);
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

    fn body(text: &str) -> Result<Request, Refusal> {
        match from_body(text.into(), &Documents::kept(0), 0)? {
            Asked::One(request) => Ok(*request),
            Asked::Batch(_) => unreachable!("batches are not taken"),
        }
    }

    fn address(text: &str) -> Result<Request, Refusal> {
        from_query(text, &Documents::kept(0))
    }

    #[test]
    fn a_well_formed_request_is_read() {
        let text = r#"{"query":"query A { a }","operationName":"A","variables":{"x":[1]},"extensions":null,"more":1}"#;
        let request = body(text).unwrap();
        assert_eq!((request.query.as_str(), request.operation_name.as_deref()), ("query A { a }", Some("A")));
        assert_eq!(request.variables.len(), 1);
        let request = address("query=%7Ba+b%7D&variables=%7B%22x%22%3A1%7D&operationName=&id=9").unwrap();
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
            assert!(body(wrong).is_err(), "{wrong:?} was taken");
        }
        assert!(from_body(b"{\"query\":\"\xff\"}".to_vec(), &Documents::kept(0), 0).is_err());
        for wrong in ["", "query=%ff", "query=a&query=b", "query=a&variables=x", "query=a&variables=[]"] {
            assert!(address(wrong).is_err(), "{wrong:?} was taken");
        }
    }

    #[test]
    fn more_values_than_memory_is_given_for_are_refused() {
        let many = format!("{{\"query\":\"{{a}}\",\"variables\":{{\"a\":[{}0]}}}}", "0,".repeat(MAX_VALUES));
        assert!(body(&many).is_err());
        let digits = format!("{{\"query\":{}}}", "9".repeat(10_000));
        assert!(body(&digits).unwrap_err().message().len() < 400);
    }

    #[test]
    fn a_mark_of_byte_order_is_skipped() {
        assert_eq!(body("\u{feff}{\"query\":\"{a}\"}").unwrap().query, "{a}");
    }

    #[test]
    fn a_batch_is_taken_up_to_its_limit() {
        let several = |count: usize| format!(" [{}]", vec!["{\"query\":\"{a}\"}"; count].join(","));
        let read = |count, most| match from_body(several(count).into(), &Documents::kept(0), most) {
            Ok(Asked::Batch(requests)) => Some(requests.len()),
            Ok(Asked::One(_)) | Err(_) => None,
        };
        assert_eq!([read(1, 0), read(0, 3), read(1, 3), read(3, 3), read(4, 3)], [None, None, Some(1), Some(3), None]);
        assert!(from_body(b"[1]".to_vec(), &Documents::kept(0), 3).is_err());
    }
}
