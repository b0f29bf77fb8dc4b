//! The real program on a fresh database, asked over HTTP, with a look behind it at its tables.

use std::path::PathBuf;

use reqwest::{Client, StatusCode};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::database::{Database, Kind};
use tests::http::{client, client_with};
pub(crate) use tests::process::open_many_files;
use tests::process::{Launch, Process};

/// The key of the audit chain of all these programs.
pub(crate) const AUDIT_KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// A size that CI scales down: `REPROGRAPH_TEST_SCALE` is 1 for the full size, and a hundredth when it is not set.
pub(crate) fn scaled(full: usize, at_least: usize) -> usize {
    let scale = std::env::var("REPROGRAPH_TEST_SCALE").ok().map_or(0.01, |scale| scale.parse().expect("a number"));
    let size = format!("{:.0}", f64::from(u32::try_from(full).unwrap()) * scale);
    size.parse::<usize>().unwrap().max(at_least)
}

/// A program that serves a database of its own.
pub(crate) struct Program {
    pub(crate) process: Process,
    pub(crate) url: String,
    pub(crate) objects: PathBuf,
    client: Client,
    _kept: (Option<Database>, TempDir),
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> reqwest::Result<Self> {
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Self { status, headers, body: response.bytes().await?.to_vec() })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{} is no JSON", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The code of the first error; empty when there is none.
    pub(crate) fn code(&self) -> String {
        code(&self.json())
    }
}

/// The code of the first error of an answer; empty when there is none.
pub(crate) fn code(answer: &Value) -> String {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
}

impl Program {
    /// A program on a fresh database; none, said loudly, when there is no PostgreSQL here.
    pub(crate) async fn start(kind: Kind) -> Option<Self> {
        Self::with(kind, &[]).await
    }

    /// The same with more flags.
    pub(crate) async fn with(kind: Kind, flags: &[&str]) -> Option<Self> {
        let database = Database::fresh(kind).await?;
        Some(Self::on(&database.url.clone(), Some(database), None, flags).await)
    }

    /// The same with its objects elsewhere than in a folder of its own.
    pub(crate) async fn storing_at(kind: Kind, objects: &str, flags: &[&str]) -> Option<Self> {
        let database = Database::fresh(kind).await?;
        Some(Self::on(&database.url.clone(), Some(database), Some(objects), flags).await)
    }

    /// A program on a database that is kept elsewhere, or here.
    pub(crate) async fn on(url: &str, database: Option<Database>, objects: Option<&str>, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let objects = objects.map_or_else(|| folder.path().join("objects"), PathBuf::from);
        let launch = launch(url, objects.to_str().unwrap()).args(flags.iter().copied());
        let process = launch.start().await;
        let client = signed_in(&process, url).await;
        Self { process, url: url.to_owned(), objects, client, _kept: (database, folder) }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// How to ask it, from any task.
    pub(crate) fn asker(&self) -> Asker {
        Asker { client: self.client.clone(), base: self.process.url("") }
    }

    /// What it answers.
    pub(crate) async fn ask(&self, query: &str, variables: Value) -> Value {
        self.asker().ask(query, variables).await.expect("an answer")
    }

    /// The data that it answers; an error is none.
    pub(crate) async fn data(&self, query: &str, variables: Value) -> Value {
        self.asker().data(query, variables).await
    }

    /// What a websocket shows that reads as the one who asks here.
    pub(crate) async fn shown(&self) -> Value {
        let key =
            r#"mutation { createApiKey(input: { name: "socket", owner: { viewer: {} }, scopes: [READ] }) { secret } }"#;
        let made = self.data(key, Value::Null).await;
        json!({ "Authorization": format!("Bearer {}", made["createApiKey"]["secret"].as_str().unwrap()) })
    }

    /// Sends a body to a path.
    pub(crate) async fn post(&self, path: &str, media_type: &str, body: impl Into<reqwest::Body>) -> Answer {
        self.asker().post(path, media_type, body).await.expect("an answer")
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.get(self.process.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::read(request.send().await.unwrap()).await.unwrap()
    }

    /// A look at its tables.
    pub(crate) async fn tables(&self) -> Tables {
        Tables::open(&self.url).await
    }

    /// A new project's id.
    pub(crate) async fn project(&self, slug: &str) -> String {
        let create = "mutation($s: String!) { createProject(input: { name: $s, slug: $s }) { project { id } } }";
        let data = self.data(create, json!({ "s": slug })).await;
        data["createProject"]["project"]["id"].as_str().unwrap().to_owned()
    }

    /// A new paper's id.
    pub(crate) async fn paper(&self, project: &str, title: &str) -> String {
        let create =
            "mutation($p: ID!, $t: String!) { createPaper(input: { projectId: $p, title: $t }) { paper { id } } }";
        let data = self.data(create, json!({ "p": project, "t": title })).await;
        data["createPaper"]["paper"]["id"].as_str().unwrap().to_owned()
    }

    /// Makes a file the PDF of a new paper, and says which paper that is, and what was answered.
    pub(crate) async fn pdf(&self, project: &str, bytes: impl Into<reqwest::Body>) -> (String, Value) {
        let paper = self.paper(project, "a paper").await;
        let upload = self.asker().upload("application/pdf", bytes).await.unwrap();
        let answer = self.ask(ATTACH, json!({ "p": paper, "u": upload })).await;
        (paper, answer)
    }

    /// Where the PDF of a paper is downloaded, as a path.
    pub(crate) async fn pdf_path(&self, paper: &str) -> String {
        let query = "query($p: ID!) { paper(id: $p) { assets { nodes { url } } } }";
        let data = self.data(query, json!({ "p": paper })).await;
        let url = data["paper"]["assets"]["nodes"][0]["url"].as_str().unwrap();
        url::Url::parse(url).unwrap().path().to_owned()
    }

    /// Runs another command of the program on the same database and objects.
    pub(crate) fn command(&self, subcommand: &str, flags: &[&str]) -> std::process::Output {
        let objects = self.objects.display().to_string();
        let launch = Launch::new(subcommand).args(["--database-url", &self.url, "--objects", &objects]);
        launch.args(["--audit-key", AUDIT_KEY]).args(flags.iter().copied()).run(self.objects.parent().unwrap())
    }
}

/// A client that is signed in as an administrator: by the link that a start prints, or as the first whom somebody makes.
pub(crate) async fn signed_in(process: &Process, url: &str) -> Client {
    let (name, value) = match process.log().lines().find_map(|line| line.strip_prefix("sign in at ").map(str::to_owned))
    {
        Some(link) => ("cookie", cookie(process, &link).await),
        None => ("authorization", format!("Bearer {}", token(process, url).await)),
    };
    client_with(&[(name, &value)])
}

async fn cookie(process: &Process, link: &str) -> String {
    // Where a proxy stands before the program, the link leads to the proxy.
    let path = link.rsplit_once("/sign-in").unwrap().1;
    let answer = client().get(process.url(&format!("/sign-in{path}"))).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

async fn token(process: &Process, url: &str) -> String {
    const PASSWORD: &str = "correct horse battery staple";
    std::fs::write(process.folder().join("password"), PASSWORD).unwrap();
    let create = ["create", "ann@example.org", "--admin", "--password-file", "password", "--database-url", url];
    let made = Launch::new("user").args(create).args(["--audit-key", AUDIT_KEY]).run(process.folder());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let sign_in = "mutation($p: String!) { signIn(input: { email: \"ann@example.org\", password: $p }) { token } }";
    let asker = Asker { client: client(), base: process.url("") };
    let data = asker.data(sign_in, json!({ "p": PASSWORD })).await;
    data["signIn"]["token"].as_str().unwrap().to_owned()
}

/// Makes an upload the PDF of a paper.
pub(crate) const ATTACH: &str = "mutation($p: ID!, $u: ID!) { attachPaperPdf(input: { id: $p, uploadId: $u }) {
    paper { id pdfSha256 pdfStoragePath } } }";

/// How all these programs are called.
pub(crate) fn launch(url: &str, objects: &str) -> Launch {
    let keys = ["--audit-key", AUDIT_KEY, "--signing-key", AUDIT_KEY];
    Launch::serve(url).args(keys).args(["--migrate", "--objects", objects, "--log", "warn"])
}

/// Asks a program, from any task.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    pub(crate) client: Client,
    pub(crate) base: String,
}

impl Asker {
    /// What it answers, if it answers.
    pub(crate) async fn ask(&self, query: &str, variables: Value) -> reqwest::Result<Value> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        Ok(self.post("/graphql", "application/json", body).await?.json())
    }

    /// The data that it answers; an error is none.
    pub(crate) async fn data(&self, query: &str, variables: Value) -> Value {
        let answer = self.ask(query, variables).await.expect("an answer");
        assert_eq!(answer.get("errors"), None);
        answer["data"].clone()
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        media_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> reqwest::Result<Answer> {
        let request = self.client.post(format!("{}{path}", self.base)).header("content-type", media_type);
        Answer::read(request.body(body).send().await?).await
    }

    /// The id of an upload, if it is answered.
    pub(crate) async fn upload(&self, media_type: &str, body: impl Into<reqwest::Body>) -> reqwest::Result<String> {
        let answer = self.post("/files?name=a.pdf", media_type, body).await?;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        Ok(answer.json()["id"].as_str().unwrap().to_owned())
    }
}

/// A connection of a test's own, past the program.
pub(crate) struct Tables(pub(crate) DatabaseConnection, pub(crate) String);

impl Tables {
    pub(crate) async fn open(url: &str) -> Self {
        Self(sea_orm::Database::connect(url).await.unwrap(), url.to_owned())
    }

    pub(crate) async fn rows(&self, sql: &str) -> Vec<sea_orm::QueryResult> {
        let statement = Statement::from_string(self.0.get_database_backend(), sql);
        self.0.query_all_raw(statement).await.unwrap_or_else(|why| panic!("{sql}: {why}"))
    }

    pub(crate) async fn run(&self, sql: &str) {
        self.0.execute_unprepared(sql).await.unwrap_or_else(|why| panic!("{sql}: {why}"));
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.rows(sql).await[0].try_get_by_index(0).unwrap()
    }

    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        self.rows(sql).await.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// How many rows each table has: the same before and after means that nothing was written.
    pub(crate) async fn counts(&self) -> Vec<(&'static str, i64)> {
        let mut counts = Vec::new();
        for table in TABLES {
            counts.push((table, self.number(&format!("SELECT count(*) FROM {table}")).await));
        }
        counts
    }

    /// Whether the database itself is whole.
    pub(crate) async fn assert_whole(&self) {
        if self.0.get_database_backend() == DbBackend::Sqlite {
            assert_eq!(self.texts("PRAGMA integrity_check").await, ["ok"]);
            assert!(self.rows("PRAGMA foreign_key_check").await.is_empty());
        }
    }
}

/// The tables that the API writes.
const TABLES: [&str; 15] = [
    "users",
    "projects",
    "project_members",
    "repositories",
    "project_guidelines",
    "papers",
    "claims",
    "storyboards",
    "assets",
    "creations",
    "uploads",
    "object_deletions",
    "audit_log",
    "event_logs",
    "ledger_heads",
];
