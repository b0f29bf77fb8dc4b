//! Exports: runs with their series as CSV and JSON lines, for those who see them.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, request::Parts as Head};
use domain::Viewer;
use domain::project::Project;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use server::http::{Authenticate, Refusal};
use storage::{Store, viewers};
use tests::database::Kind;
use tests::names;
use tests::world::user;
use tower::ServiceExt;

use super::{Runs, id};

/// Whoever a request says that it is, which no real server believes.
struct ByName(Store);

impl Authenticate for ByName {
    fn viewer<'a>(&'a self, head: &'a Head) -> BoxFuture<'a, Result<Viewer, Refusal>> {
        let name = head.headers["x-user"].to_str().unwrap();
        async move { Ok(viewers::viewer(&self.0, user(name)).await.unwrap().unwrap()) }.boxed()
    }
}

async fn get(runs: &Runs, who: &str, query: &str) -> (u16, String, String) {
    let router = runs.app.served(Arc::new(ByName(runs.app.store.clone())));
    let request = Request::builder().uri(format!("/runs/export?{query}")).header("host", "localhost");
    let request = request.header("x-user", who).body(Body::empty()).unwrap();
    let (head, body) = router.oneshot(request).await.unwrap().into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let media_type = head.headers["content-type"].to_str().unwrap().to_owned();
    (head.status.as_u16(), media_type, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_exported_whole_to_those_who_see_them() {
    for kind in Kind::ALL {
        let Some(runs) = Runs::start(kind, &["past", "other"]).await else { continue };
        let steps: Vec<usize> = (0..25_000).collect();
        let values: Vec<Value> = steps.iter().map(|step| if *step == 7 { json!("NaN") } else { json!(0.1) }).collect();
        runs.log("past", "a", json!([{ "metric": "lo\"ss", "split": "a,b", "steps": steps, "values": values }])).await;
        let run = id("past");
        let (status, media_type, csv) = get(&runs, "vic", &format!("run={run}&format=csv")).await;
        assert_eq!((status, media_type.as_str()), (200, "text/csv; charset=utf-8"), "{csv}");
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines[0], "record,run,metric,split,step,value,t,ts,data");
        assert!(lines[1].starts_with(&format!("run,{run},,,,,,,\"{{\"\"config")), "{}", lines[1]);
        assert!(lines[2].starts_with(&format!("series,{run},\"lo\"\"ss\",\"a,b\",,,,,\"")), "{}", lines[2]);
        assert!(lines[10].starts_with(&format!("point,{run},\"lo\"\"ss\",\"a,b\",7,NaN,,2026-")), "{}", lines[10]);
        assert_eq!(lines.len(), 25_003);
        let project = names::id::<Project>("alpha").to_string();
        let (status, media_type, json) = get(&runs, "vic", &format!("project={project}")).await;
        assert_eq!((status, media_type.as_str()), (200, "application/jsonl"));
        let lines: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let of = |record: &str| lines.iter().filter(|line| line["record"] == record).count();
        assert_eq!((of("series"), of("points")), (1, 3));
        assert!(of("run") > 2);
        for (who, query) in [
            ("stranger", format!("run={run}")),
            ("pen", format!("run={run}")),
            ("bob", format!("project={project}")),
            ("vic", format!("run={run}&run={}", names::id::<domain::execution::Run>("beta"))),
            ("vic", "run=nonsense".to_owned()),
        ] {
            assert_eq!(get(&runs, who, &query).await.0, 404, "{who} {query}");
        }
        for query in ["", "format=csv", "run=a&project=b", &format!("run={run}&format=xml")] {
            assert_eq!(get(&runs, "vic", query).await.0, 400, "{query}");
        }
    }
}
