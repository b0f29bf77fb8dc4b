//! What a subscriber asks, apart from the position after which they begin.

use std::convert::Infallible;
use std::sync::Arc;

use async_graphql::parser::types::{ExecutableDocument, Field, OperationType, Selection};
use async_graphql::{Name, Request, Value, Variables};
use domain::{Rights, Viewer};

use crate::operation::operation;

/// With what the names of those arguments begin by which a client says what it has already.
const POSITION: &str = "after";

/// What a subscriber asks.
pub(super) struct Asking {
    pub(super) key: Arc<Key>,
    /// The variable that says the position.
    position: Option<(Name, Value)>,
}

/// What those ask alike, and see alike, whose answers are the same.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Key {
    query: String,
    operation: Option<String>,
    /// The variables but for the one that says the position, as JSON.
    variables: String,
    /// Whether the answers hold what depends on who asks.
    by_name: bool,
    rights: Rights,
}

impl Asking {
    /// What a request asks for a viewer; none where it is no subscription of one field.
    pub(super) fn of(request: &mut Request, viewer: &Viewer) -> Option<Self> {
        let name = request.operation_name.clone();
        let field = followed(request.parsed_query().ok()?, name.as_deref())?;
        let (by_name, position) = (!has_leaves_alone(field), position(field));
        let mut variables = request.variables.clone();
        let only_there = |name: &Name| request.query.matches(&format!("${name}")).count() == MENTIONS;
        let position = position.filter(only_there).and_then(|name| variables.remove_entry(&name));
        let variables = serde_json::to_string(&variables).ok()?;
        let rights = rights(viewer, by_name);
        let key = Key { query: request.query.clone(), operation: name, variables, by_name, rights };
        Some(Self { key: Arc::new(key), position })
    }

    /// The same as this viewer asks it.
    pub(super) fn by(&self, viewer: &Viewer) -> Self {
        let Key { query, operation, variables, by_name, .. } = &*self.key;
        let (query, operation, variables) = (query.clone(), operation.clone(), variables.clone());
        let key = Key { query, operation, variables, by_name: *by_name, rights: rights(viewer, *by_name) };
        Self { key: Arc::new(key), position: self.position.clone() }
    }

    /// Whether the answers are the same for this viewer.
    pub(super) fn is_by(&self, viewer: &Viewer) -> bool {
        self.key.rights == rights(viewer, self.key.by_name)
    }

    /// The request once more.
    pub(super) fn request(&self) -> Request {
        let known = serde_json::from_str(&self.key.variables).unwrap_or_default();
        let mut variables = Variables::from_json(known);
        variables.extend(self.position.clone());
        let request = Request::new(self.key.query.clone()).variables(variables);
        match &self.key.operation {
            Some(name) => request.operation_name(name.clone()),
            None => request,
        }
    }
}

/// How often a variable is mentioned that is declared, and used once.
const MENTIONS: usize = 2;

fn rights(viewer: &Viewer, by_name: bool) -> Rights {
    if by_name { viewer.rights() } else { viewer.rights().of_anybody() }
}

/// The one field that is followed.
fn followed<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Option<&'a Field> {
    let operation = &operation(document, name)?.node;
    match operation.selection_set.node.items.as_slice() {
        [only] if operation.ty == OperationType::Subscription => match &only.node {
            Selection::Field(field) => Some(&field.node),
            Selection::FragmentSpread(_) | Selection::InlineFragment(_) => None,
        },
        _ => None,
    }
}

/// Whether only fields are selected that hold nothing more.
fn has_leaves_alone(field: &Field) -> bool {
    field.selection_set.node.items.iter().all(|selection| match &selection.node {
        Selection::Field(field) => field.node.selection_set.node.items.is_empty(),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => false,
    })
}

/// The variable that says the position.
fn position(field: &Field) -> Option<Name> {
    let (_, value) = field.arguments.iter().find(|(name, _)| name.node.starts_with(POSITION))?;
    let mut variable = None;
    let Ok(_) = value.node.clone().into_const_with(|name| {
        variable = Some(name);
        Ok::<_, Infallible>(Value::Null)
    });
    variable
}

#[cfg(test)]
mod tests {
    use domain::Id;
    use domain::access::Membership;
    use domain::account::Role;
    use domain::project::MemberRole;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn viewer(name: u128, role: MemberRole) -> Viewer {
        let project = Id::try_new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001)).unwrap();
        let user = Id::try_new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0100 + name)).unwrap();
        Viewer::person(user, Role::User, vec![Membership { project, role, live: true }])
    }

    fn asking(query: &str, variables: serde_json::Value, viewer: &Viewer) -> Asking {
        let mut request = Request::new(query).variables(Variables::from_json(variables));
        Asking::of(&mut request, viewer).unwrap()
    }

    const LEAVES: &str = "subscription($run: ID!, $from: Int!) { runEvents(runId: $run, afterSeq: $from) { seq } }";
    const DEEPER: &str = "subscription($run: ID!) { runEvents(runId: $run) { seq run { name } } }";

    #[test]
    fn the_position_is_not_part_of_what_is_asked() {
        let vic = viewer(1, MemberRole::Viewer);
        let of = |run, from| asking(LEAVES, json!({ "run": run, "from": from }), &vic);
        assert!(of("a", 1).key == of("a", 2).key);
        assert!(of("a", 1).key != of("b", 1).key);
        assert_eq!(of("a", 2).request().variables, Variables::from_json(json!({ "run": "a", "from": 2 })));
        let twice = "subscription($from: Int!) { runEvents(runId: $from, afterSeq: $from) { seq } }";
        let of = |from| asking(twice, json!({ "from": from }), &vic);
        assert!(of(1).key != of(2).key);
    }

    #[test]
    fn what_hangs_on_no_name_is_the_same_for_all_with_the_same_rights() {
        let run = json!({ "run": "a", "from": 1 });
        let of = |query, name, role| asking(query, run.clone(), &viewer(name, role));
        assert!(of(LEAVES, 1, MemberRole::Viewer).key == of(LEAVES, 2, MemberRole::Viewer).key);
        assert!(of(LEAVES, 1, MemberRole::Viewer).key != of(LEAVES, 1, MemberRole::Editor).key);
        assert!(of(DEEPER, 1, MemberRole::Viewer).key != of(DEEPER, 2, MemberRole::Viewer).key);
        let one = of(DEEPER, 1, MemberRole::Viewer);
        assert!(one.is_by(&viewer(1, MemberRole::Viewer)) && !one.is_by(&viewer(1, MemberRole::Editor)));
        assert!(one.by(&viewer(1, MemberRole::Editor)).is_by(&viewer(1, MemberRole::Editor)));
    }

    #[test]
    fn only_what_follows_one_thing_is_shared() {
        let nobody = Viewer::nobody();
        for query in ["{ viewer { id } }", "subscription { ...F } fragment F on Subscription { runQueue { count } }"] {
            assert!(Asking::of(&mut Request::new(query), &nobody).is_none(), "{query}");
        }
        let fragment = "subscription { runQueue { ...F } } fragment F on RunQueue { count }";
        assert!(Asking::of(&mut Request::new(fragment), &nobody).unwrap().key.by_name);
    }
}
