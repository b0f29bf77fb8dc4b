//! The example at work: what it trained on a plan of the demo world is what the server then holds.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by a panic")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use ureq::Agent;

const PLAN: &str = "mutation ($paper: ID!, $document: JSON!) {
  createPlan(input: { paperId: $paper, document: $document, budgetMinutes: 10 }) { plan { id } }
}";
const READY: &str = "mutation ($input: MaterializePlanInput!) { materializePlan(input: $input) { plan { status } } }";
const KEY: &str = "mutation { createApiKey(input: {
  name: \"train\", scopes: [READ, INGEST, EXECUTE, WRITE], owner: { viewer: {} }
}) { secret } }";
const RUN: &str = "query ($id: ID!) { run(id: $id) {
  status seed plan { id }
  series { nodes { metric split count last points(first: 1000) { steps values } } }
} }";

/// A server with the demo, and somebody who is signed in there.
struct House {
    program: Child,
    folder: PathBuf,
    url: String,
    cookie: String,
    agent: Agent,
}

impl House {
    fn open() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("train-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut program = Command::new(std::env::var_os("REPROGRAPH").expect("REPROGRAPH names the program"))
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--log", "warn"])
            .current_dir(&folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(program.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut after = |start: &str| said.find_map(|line| Some(line.strip_prefix(start)?.to_owned())).unwrap();
        let (url, link) = (after("reprograph is ready at "), after("sign in at "));
        let agent: Agent = Agent::config_builder().max_redirects(0).build().into();
        let entered = agent.get(&link).call().unwrap();
        let cookie = entered.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { program, folder, url: url.trim_end_matches('/').to_owned(), cookie, agent }
    }

    fn post(&self, path: &str, kind: &str, body: &str) -> Value {
        let asked = self.agent.post(format!("{}{path}", self.url));
        let asked = asked.header("Cookie", &self.cookie).header("Content-Type", kind);
        serde_json::from_str(&asked.send(body).unwrap().body_mut().read_to_string().unwrap()).unwrap()
    }

    fn ask(&self, query: &str, variables: &Value) -> Value {
        let answer =
            self.post("/graphql", "application/json", &json!({ "query": query, "variables": variables }).to_string());
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"].clone()
    }

    /// A plan to train, ready to be carried out, for a paper of our own in a project of the demo.
    fn plan(&self) -> Value {
        let projects = self.ask("{ projects { nodes { id } } }", &Value::Null);
        let paper = json!({ "projectId": projects["projects"]["nodes"][0]["id"], "title": "A paper of the test" });
        let create = "mutation ($input: CreatePaperInput!) { createPaper(input: $input) { paper { id } } }";
        let paper = self.ask(create, &json!({ "input": paper }))["createPaper"]["paper"]["id"].clone();
        let document = json!({
            "version": "1.1",
            "dataset": { "name": "two clouds" },
            "model": { "name": "logistic regression" },
            "config": { "steps": 250, "rate": 0.5 },
            "metrics": [{ "name": "accuracy", "split": "validation", "tolerance": 1, "direction": "MAXIMIZE" }],
        });
        let made = self.ask(PLAN, &json!({ "paper": paper, "document": document }));
        let plan = made["createPlan"]["plan"]["id"].clone();
        let upload = self.post("/files?name=plan.ipynb", "application/x-ipynb+json", "{\"cells\": []}");
        let input = json!({ "id": plan, "notebookUploadId": upload["id"], "requirements": "none==1.0\n" });
        self.ask(READY, &json!({ "input": input }));
        plan
    }

    fn train(&self, key: &str, plan: &str) -> Output {
        let mut train = Command::new(env!("CARGO_BIN_EXE_train"));
        train.arg(plan).env("REPROGRAPH_URL", &self.url).env("REPROGRAPH_TOKEN", key).output().unwrap()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // What is gone already need not be stopped or removed.
        let _ = self.program.kill();
        let _ = self.program.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_training_is_logged_from_its_first_step_to_its_last() {
    let house = House::open();
    let plan = house.plan();
    let key = house.ask(KEY, &Value::Null)["createApiKey"]["secret"].as_str().unwrap().to_owned();
    let done = house.train(&key, plan.as_str().unwrap());
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success() && done.stderr.is_empty(), "{said}{}", String::from_utf8_lossy(&done.stderr));

    let id = said.split_once(" (").unwrap().1.split_once(')').unwrap().0;
    assert!(
        said.contains(&format!("{}/?query=", house.url)) && said.trim_end().lines().last().unwrap().contains(id),
        "{said}"
    );
    let run = house.ask(RUN, &json!({ "id": id }))["run"].clone();
    assert_eq!((&run["status"], &run["seed"], &run["plan"]["id"]), (&json!("SUCCEEDED"), &json!("42"), &plan));
    let series = |metric: &str, split: &str| {
        let mut all = run["series"]["nodes"].as_array().unwrap().iter();
        let found = all.find(|series| series["metric"] == metric && series["split"] == split).unwrap();
        assert_eq!(found["count"], 250);
        assert_eq!(found["points"]["steps"], Value::from((0..250).collect::<Vec<_>>()));
        found["points"]["values"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect::<Vec<_>>()
    };
    // Gradient descent on a convex loss goes down at each step.
    let loss = series("loss", "train");
    assert!(loss.windows(2).all(|pair| pair[1] < pair[0]), "{loss:?}");
    let accuracy = series("accuracy", "validation");
    assert!(accuracy[249] > 80.0, "{accuracy:?}");
    assert!(said.contains(&format!("step 249: accuracy {:.1} %", accuracy[249])), "{said}");
    assert_eq!(run["series"]["nodes"].as_array().unwrap().len(), 2);

    let none = house.train(&key, "plan_01h455vb4pex5vsknk084sn02q");
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stderr).contains("is not there"));
}
