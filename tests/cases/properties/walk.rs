//! A list is walked page by page, both ways, below its parent and among all that there is, and each page is compared with
//! what a model has.

use serde_json::{Value, json};
use tests::app::App;
use tests::names::Names;
use tests::world::user;

/// What is walked.
pub(crate) struct List {
    /// The parent's field and id: `paper`, `paper:gpt`.
    pub(crate) parent: (&'static str, &'static str),
    /// The list: `claims`.
    pub(crate) name: &'static str,
    /// The types of its filter and its order.
    pub(crate) types: (&'static str, &'static str),
    /// The argument that orders it.
    pub(crate) order_by: &'static str,
}

/// How it is walked: which rows, in which order, in pages of which size.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    pub(crate) filter: Value,
    pub(crate) order: Value,
    pub(crate) size: usize,
}

impl List {
    fn query(&self, size: &str, cursor: &str) -> String {
        let Self { parent: (parent, id), name, types: (filter, order), order_by } = self;
        let page = format!("{order_by}: $order, {size}: $size, {cursor}: $cursor");
        let fields = "totalCount nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage }";
        Names::default().to_ids(&format!(
            "query($filter: {filter}!, $order: {order}, $size: Int, $cursor: String) {{
                {parent}(id: \"<{id}>\") {{ {name}(filter: $filter, {page}) {{ {fields} }} }}
                {name}(filter: {{ and: [$filter, {{ {parent}: {{ id: {{ eq: \"<{id}>\" }} }} }}] }}, {page}) {{ {fields} }}
            }}"
        ))
    }

    /// Walks from one end to the other and back; `all` has the names of all rows, in order.
    pub(crate) async fn check(&self, app: &App, walk: &Walk, all: &[String]) {
        for backward in [false, true] {
            self.walk(app, walk, all, backward).await;
        }
    }

    async fn walk(&self, app: &App, walk: &Walk, all: &[String], backward: bool) {
        let mut names = Names::default();
        let (query, from, onward, behind) = if backward {
            (self.query("last", "before"), "startCursor", "hasPreviousPage", "hasNextPage")
        } else {
            (self.query("first", "after"), "endCursor", "hasNextPage", "hasPreviousPage")
        };
        let (mut cursor, mut seen) = (Value::Null, 0);
        loop {
            let variables = json!({ "filter": walk.filter, "order": walk.order, "size": walk.size, "cursor": cursor });
            let (answer, _) = app.ask(user("vic"), &query, variables).await;
            assert!(answer.errors.is_empty(), "{walk:?}: {:?}", answer.errors);
            let answer = answer.data.into_json().unwrap();
            let page = &answer[self.parent.0][self.name];
            assert_eq!(page, &answer[self.name], "the edge and the list differ: {walk:?}");
            let end = (seen + walk.size).min(all.len());
            let slice = if backward { &all[all.len() - end..all.len() - seen] } else { &all[seen..end] };
            let found = names.to_names(page["nodes"].clone());
            let wanted: Vec<Value> = slice.iter().map(|name| json!({ "id": format!("<{name}>") })).collect();
            assert_eq!(found, json!(wanted), "{walk:?} after {seen}, backward: {backward}");
            assert_eq!(page["totalCount"], all.len(), "{walk:?}");
            assert_eq!(page["pageInfo"][onward], end < all.len(), "{walk:?} after {seen}");
            assert_eq!(page["pageInfo"][behind], seen > 0, "{walk:?} after {seen}");
            if end == all.len() {
                return;
            }
            cursor = page["pageInfo"][from].clone();
            seen = end;
        }
    }
}

/// A comparison turned around where the order goes down.
pub(crate) fn turned(ordering: std::cmp::Ordering, down: bool) -> std::cmp::Ordering {
    if down { ordering.reverse() } else { ordering }
}

/// A comparison of what may be absent: what has no value comes last both ways.
pub(crate) fn absent_last<T>(
    a: Option<&T>,
    b: Option<&T>,
    compare: impl Fn(&T, &T) -> std::cmp::Ordering,
) -> std::cmp::Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare(a, b),
        _ => b.is_some().cmp(&a.is_some()),
    }
}
