//! The doctor finds what is wrong, says it by name, and ends with 1; it finds nothing where nothing is wrong.

use serde_json::json;
use tests::database::Kind;

use super::kit::{ATTACH, Program, Tables};

/// What the doctor says, and whether it found something wrong.
fn doctor(program: &Program) -> (String, Option<i32>) {
    let output = program.command("doctor", &["--log", "warn"]);
    (
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
        output.status.code(),
    )
}

async fn start(kind: Kind) -> Option<(Program, String)> {
    let program = Program::start(kind).await?;
    let project = program.project("one").await;
    let (paper, _) = program.pdf(&project, "a PDF").await;
    Some((program, paper))
}

fn is_wrong(program: &Program, words: &[&str]) {
    let (said, code) = doctor(program);
    assert_eq!(code, Some(1), "{said}");
    for word in words {
        let line = said.lines().find(|line| line.starts_with("WRONG") && line.contains(word));
        assert!(line.is_some(), "{word}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_wrong_is_found_where_nothing_is() {
    for kind in Kind::ALL {
        let Some((program, _)) = start(kind).await else { continue };
        let (said, code) = doctor(&program);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("up to date"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_is_gone_and_one_too_many_are_named() {
    for kind in Kind::ALL {
        let Some((program, paper)) = start(kind).await else { continue };
        let data = program.data("query($p: ID!) { paper(id: $p) { pdfStoragePath } }", json!({ "p": paper })).await;
        let path = data["paper"]["pdfStoragePath"].as_str().unwrap().to_owned();
        let aside = std::fs::read(program.objects.join(&path)).unwrap();
        std::fs::remove_file(program.objects.join(&path)).unwrap();
        is_wrong(&program, &[&path]);
        std::fs::write(program.objects.join(&path), aside).unwrap();
        assert_eq!(doctor(&program).1, Some(0));
        std::fs::create_dir_all(program.objects.join("papers/lost")).unwrap();
        std::fs::write(program.objects.join("papers/lost/one"), "lost").unwrap();
        is_wrong(&program, &["papers/lost/one"]);
    }
}

/// Makes the paper's DOI one that the domain does not know, which the database cannot tell.
async fn corrupt(tables: &Tables) {
    tables.run("UPDATE papers SET doi = 'no doi at all', revision = revision + 1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_breaks_a_rule_is_named_and_fails_alone() {
    for kind in Kind::ALL {
        let Some((program, paper)) = start(kind).await else { continue };
        let tables = program.tables().await;
        corrupt(&tables).await;
        let uuid = paper.parse::<domain::Id<domain::literature::Paper>>().unwrap().uuid().to_string();
        let (said, code) = doctor(&program);
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains("papers") && said.contains("doi") && (said.contains(&uuid) || said.contains(&paper)),
            "{said}"
        );
        let answer = program
            .ask("query($p: ID!) { paper(id: $p) { title } projects { totalCount } }", json!({ "p": paper }))
            .await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "INTERNAL", "{answer}");
        assert!(!answer.to_string().contains("no doi"), "what is stored is not shown: {answer}");
        assert_eq!(answer["data"]["projects"]["totalCount"], 1, "{answer}");
        // Of a page the columns are read that are asked for: what is wrong with others is told to who asks for them.
        let answer = program.ask("{ papers { nodes { title doi } } }", json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "INTERNAL", "{answer}");
        assert!(!answer.to_string().contains("no doi"), "what is stored is not shown: {answer}");
        let answer = program.ask("{ papers { nodes { title } } }", json!({})).await;
        assert!(answer["data"]["papers"]["nodes"][0]["title"].is_string(), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_breaks_a_rule_of_the_database_is_named_on_sqlite() {
    let Some((program, _)) = start(Kind::Sqlite).await else { return };
    let tables = program.tables().await;
    tables.run("PRAGMA ignore_check_constraints = ON").await;
    tables.run("UPDATE papers SET title = '', revision = revision + 1").await;
    is_wrong(&program, &["papers"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_waits_is_nothing_wrong() {
    let Some((program, paper)) = start(Kind::Sqlite).await else { return };
    let upload = program.asker().upload("application/pdf", "waiting").await.unwrap();
    assert_eq!(doctor(&program).1, Some(0));
    program.data(ATTACH, json!({ "p": paper, "u": upload })).await;
    let (said, code) = doctor(&program);
    assert_eq!(code, Some(0), "{said}");
}
