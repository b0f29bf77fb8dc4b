//! The demo: made twice it is the same, it shows all that there is to see, and under a paper's name stands no number that
//! the paper does not claim.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};
use tests::database::{Database, Kind};
use tests::process::Launch;

use super::robust::kit::{AUDIT_KEY, Program};

/// What the demo has, by names.
const WORLD: &str = "{
  users(first: 20) { nodes { email name role } }
  projects(first: 10) { nodes {
    name
    owner { email }
    members(first: 10) { nodes { role user { email } } }
    papers(first: 100) { nodes {
      title authors arxivId abstract doi pdfSha256
      claims(first: 20) { nodes { datasetName split metricName metricValue units sourceCitation confidence } }
      plans(first: 20) { nodes { document budgetMinutes } }
    } }
    metricDefinitions(first: 50) { nodes { key unit direction conservationLimit } }
    runs(first: 200) { nodes {
      name description status kind tags group seed config errorCode
      paper { arxivId }
      events(first: 1) { totalCount }
      notes(first: 5) { nodes { title content } }
      snapshots(first: 5) { nodes { hash } }
      series(first: 10) { nodes { metric split count nonFiniteCount min max last } }
      evals(first: 10) { nodes { metricName claimed observed tolerance verdict claim { metricValue } } }
    } }
    eventLogs(first: 10, filter: { eventType: { eq: INVARIANT_FAILED } }) { totalCount nodes { run { name } } }
  } }
}";

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// `reprograph demo` on a database.
fn make(url: &str, folder: &Path) -> Output {
    let flags = ["--database-url", url, "--audit-key", AUDIT_KEY, "--migrate", "--objects", "objects"];
    Launch::new("demo").args(flags).run(folder)
}

/// A server on a database that has the demo; none, said loudly, when there is no PostgreSQL here.
async fn demo(kind: Kind) -> Option<Program> {
    let database = Database::fresh(kind).await?;
    let folder = tempfile::tempdir().unwrap();
    let made = make(&database.url, folder.path());
    assert!(made.status.success(), "{}", said(&made));
    let again = make(&database.url, folder.path());
    assert_eq!(again.status.code(), Some(4), "{}", said(&again));
    assert!(said(&again).contains("has projects already"), "{}", said(&again));
    Some(Program::on(&database.url.clone(), Some(database), None, &[]).await)
}

fn nodes<'a>(value: &'a Value, place: &str) -> impl Iterator<Item = &'a Value> {
    value[place]["nodes"].as_array().unwrap_or_else(|| panic!("there are no {place}")).iter()
}

#[tokio::test(flavor = "multi_thread")]
async fn made_twice_it_is_the_same_and_a_third_time_is_refused() {
    let mut worlds = Vec::new();
    for kind in [Kind::Sqlite, Kind::Sqlite, Kind::Postgres] {
        let Some(program) = demo(kind).await else { continue };
        let mut world = program.data(WORLD, Value::Null).await;
        // Whoever runs a server on PostgreSQL makes its administrator themself.
        world["users"]["nodes"].as_array_mut().unwrap().retain(|user| user["role"] != "ADMIN");
        worlds.push(world);
    }
    for (at, world) in worlds.iter().enumerate() {
        shows_all(world);
        assert!(worlds[0] == *world, "the demo is another at {at}:\n{:#}\n{world:#}", worlds[0]);
    }
}

fn shows_all(world: &Value) {
    let projects: Vec<&Value> = nodes(world, "projects").collect();
    assert_eq!(projects.len(), 2);
    let runs: Vec<&Value> = projects.iter().flat_map(|project| nodes(project, "runs")).collect();
    let of = |field: &str| runs.iter().map(|run| run[field].as_str().unwrap()).collect::<BTreeSet<_>>();
    let statuses = ["CANCELLED", "FAILED", "PAUSED", "QUEUED", "RUNNING", "SUCCEEDED", "TIMEOUT"];
    assert_eq!(of("status"), BTreeSet::from(statuses));
    let evals: Vec<&Value> = runs.iter().flat_map(|run| nodes(run, "evals")).collect();
    let verdicts: BTreeSet<_> = evals.iter().map(|eval| eval["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, BTreeSet::from(["EXCEEDED", "NOT_REPRODUCED", "REPRODUCED", "WITHIN_TOLERANCE"]));
    assert!(evals.iter().all(|eval| eval["claimed"] == eval["claim"]["metricValue"]));
    for run in runs {
        let marked = |tag: &str| run["tags"].as_array().unwrap().contains(&json!(tag));
        assert!(marked("demo"), "{run}");
        if !run["paper"].is_null() {
            assert!(marked("made-up") && run["name"].as_str().unwrap().ends_with("(made up)"), "{run}");
            assert!(run["description"].as_str().unwrap().starts_with("Made up"), "{run}");
        }
        if run["status"] == "SUCCEEDED" && !run["paper"].is_null() {
            assert!(nodes(run, "evals").count() > 0, "{run}");
        }
    }
    only_what_is_claimed(&projects);
    let violated: Vec<&Value> = projects.iter().flat_map(|project| nodes(project, "eventLogs")).collect();
    assert_eq!(violated.len(), 1, "{violated:#?}");
    assert!(violated[0]["run"]["name"].as_str().unwrap().contains("Euler"));
}

/// The claims of the papers are the table, line by line.
fn only_what_is_claimed(projects: &[&Value]) {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/server/src/command/demo/papers.csv");
    let table = std::fs::read_to_string(table).unwrap();
    let written: BTreeSet<String> = table.lines().skip(1).map(line_of_table).collect();
    let mut shown = BTreeSet::new();
    for paper in projects.iter().flat_map(|project| nodes(project, "papers")) {
        assert!(["abstract", "doi", "pdfSha256"].iter().all(|field| paper[field].is_null()), "{paper}");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        for claim in nodes(paper, "claims") {
            let value = claim["metricValue"].as_f64().unwrap().to_string();
            let fields =
                [&paper["arxivId"], &paper["title"], &claim["datasetName"], &claim["split"], &claim["metricName"]];
            let fields: Vec<String> = fields.into_iter().map(text).chain([value, text(&claim["units"])]).collect();
            assert!(shown.insert(fields.join(",")), "{fields:?} stands there twice");
        }
    }
    assert_eq!(shown, written);
}

fn line_of_table(line: &str) -> String {
    let fields: Vec<&str> = line.split(',').collect();
    let value = fields[7].parse::<f64>().unwrap().to_string();
    [fields[0], fields[1], fields[4], fields[5], fields[6], &value, fields[8]].join(",")
}

/// How many points a run has that is being executed.
async fn live_points(program: &Program) -> i64 {
    let query =
        "{ runs(first: 1, filter: { status: { eq: RUNNING } }) { nodes { series(first: 1) { nodes { count } } } } }";
    let data = program.data(query, Value::Null).await;
    data["runs"]["nodes"][0]["series"]["nodes"][0]["count"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_makes_it_where_nothing_is_shows_both_projects_and_lets_runs_go_on() {
    for kind in Kind::ALL {
        let Some(mut program) = Program::with(kind, &["--demo"]).await else { continue };
        let data = program.data("{ projects { totalCount } viewer { email role } }", Value::Null).await;
        assert_eq!(data["projects"]["totalCount"], 2);
        assert_eq!(data["viewer"]["role"], "ADMIN");
        assert!(program.process.log().contains("the demo is made"), "{}", program.process.log());
        let before = live_points(&program).await;
        let mut patience = 60;
        while live_points(&program).await == before {
            patience -= 1;
            assert!(patience > 0, "the live run stands still");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        program.process.kill().await;
        program.process.restart().await;
        let log = program.process.log();
        assert!(log.contains("it is left as it is"), "{log}");
        assert_eq!(log.contains("sign in at "), kind == Kind::Sqlite, "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_picture_is_the_one_in_the_documents_by_the_server_and_by_the_command() {
    let documented = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures/gaps.svg");
    let documented = std::fs::read_to_string(documented).unwrap();
    assert!(documented.len() < 30_000 && documented.contains("(made up)"));
    for kind in Kind::ALL {
        let Some(program) = demo(kind).await else { continue };
        let query = "{ papers(filter: { arxivId: { eq: \"1810.04805\" } }) { nodes { id gapsPicture { url } } } }";
        let data = program.data(query, Value::Null).await;
        let paper = nodes(&data, "papers").next().unwrap();
        let (id, url) = (paper["id"].as_str().unwrap(), paper["gapsPicture"]["url"].as_str().unwrap());
        let served = program.client().get(url).send().await.unwrap().text().await.unwrap();
        assert_eq!(served, documented, "reprograph plot draws another, on {kind:?}");
        let flags = ["--database-url", &program.url, "--audit-key", AUDIT_KEY];
        let plot = |args: &[&str]| Launch::new("plot").args(args).args(flags);
        let folder = tempfile::tempdir().unwrap();
        let printed = plot(&["paper", id]).run(folder.path());
        assert_eq!(String::from_utf8_lossy(&printed.stdout), documented, "{}", said(&printed));
        let written = plot(&["paper", id, "--output", "gaps.svg"]).run(folder.path());
        assert!(written.status.success() && written.stdout.is_empty(), "{}", said(&written));
        assert_eq!(std::fs::read_to_string(folder.path().join("gaps.svg")).unwrap(), documented);
        let absent = plot(&["paper", "paper_01h455vb4pex5vsknk084sn02q"]).run(folder.path());
        assert!(!absent.status.success() && said(&absent).contains("is not there"), "{}", said(&absent));
    }
}
