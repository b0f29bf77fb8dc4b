//! The cases: whole requests on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is a test")]

mod robust;

use domain::account::Role;
use serde_json::json;
use tests::app::App;
use tests::database::Kind;

#[tokio::test]
async fn smoke() {
    println!("{}", graphql::sdl().len());
    std::fs::write("/tmp/schema.graphql", graphql::sdl()).unwrap();
    for kind in Kind::ALL {
        let app = App::start(kind).await.unwrap();
        let ada = app.user("ada", Role::User).await;
        let bob = app.user("bob", Role::User).await;
        let (answer, _) = app.ask(ada, r#"mutation { createProject(input: {name: "One", slug: "one"}) { project { id revision owner { email } members { totalCount nodes { role user { email } } } } } }"#, json!({})).await;
        println!("{kind:?} {}", serde_json::to_string(&answer).unwrap());
        let project = answer.data.into_json().unwrap()["createProject"]["project"]["id"].clone();
        let (answer, metered) = app.ask(ada, r#"mutation($p: ID!) { a: createPaper(input: {projectId: $p, title: "A", doi: "10.1234/A"}) { paper { id doi createdBy { email } } }
           b: createPaper(input: {projectId: $p, title: "B", doi: "https://doi.org/10.1234/a"}) { paper { id } }
           c: createPaper(input: {projectId: $p, title: "", doi: "nope"}) { paper { id } }
           d: createPapers(input: {papers: [{projectId: $p, title: "C"}, {projectId: $p, title: "D"}]}) { papers { id title } } }"#, json!({"p": project})).await;
        println!("{metered:?} {}", serde_json::to_string_pretty(&answer).unwrap());
        let paper = answer.data.into_json().unwrap()["a"]["paper"]["id"].clone();
        let (answer, metered) = app.ask(ada, r#"mutation($p: ID!) { createClaims(input: {claims: [{paperId: $p, metricName: "accuracy", metricValue: 91.3, sourceCitation: "Table 1", confidence: 0.9},{paperId: $p, metricName: "f1", metricValue: 90, sourceCitation: "Table 1", confidence: 1}]}) { claims { id metricValue } } }"#, json!({"p": paper})).await;
        println!("{metered:?} {}", serde_json::to_string(&answer).unwrap());
        let query = r#"{ papers(first: 2, orderBy: TITLE_ASC, filter: {claims: {none: {metricName: {eq: "bleu"}}}, not: {doi: {eq: "10.1234/b"}}}) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor } nodes { title claims(first: 1, orderBy: CONFIDENCE_DESC) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor } nodes { metricName paper { title storyboards { totalCount } assets { nodes { id } } } } } } } }"#;
        let (answer, metered) = app.ask(ada, query, json!({})).await;
        println!("{metered:?} {}", serde_json::to_string_pretty(&answer).unwrap());
        let (answer, metered) = app.ask(bob, query, json!({})).await;
        println!("bob {metered:?} {}", serde_json::to_string(&answer).unwrap());
        let (answer, _) = app.ask(ada, r#"mutation($p: ID!) { updatePaper(input: {id: $p, expectedRevision: 1, title: "AA", doi: null}) { paper { title doi revision updatedAt } } x: updatePaper(input: {id: $p, expectedRevision: 1, title: "AAA"}) { paper { title } } y: deletePaper(input: {id: $p}) { deletedId } z: restorePaper(input: {id: $p}) { paper { title revision } } w: purgePaper(input: {id: $p}) { deletedId } }"#, json!({"p": paper})).await;
        println!("{}", serde_json::to_string_pretty(&answer).unwrap());
    }
}
