//! Every rule of the first contexts' tables, tried through the API: a clear error with code, path and rule, and nothing
//! written, neither a row nor an entry of the ledger. By raw SQL the same rules are tried beside the migrations.

use serde_json::{Value, json};
use tests::database::Kind;

use super::kit::{Program, Tables, code};

/// What the tries stand on.
struct World {
    program: Program,
    tables: Tables,
    project: String,
    paper: String,
    claim: String,
    repository: String,
}

impl World {
    async fn start(kind: Kind) -> Option<Self> {
        let program = Program::start(kind).await?;
        let tables = program.tables().await;
        let project = program.project("one").await;
        let mut world =
            Self { program, tables, project, paper: String::new(), claim: String::new(), repository: String::new() };
        let paper = json!({ "doi": "10.1000/taken", "arxivId": "1706.03762", "vectorStoreId": "vs_taken" });
        world.paper = world.made("createPaper", "paper", paper).await;
        world.claim = world.made("createClaim", "claim", json!({})).await;
        world.repository = world.made("addRepository", "repository", json!({})).await;
        Some(world)
    }

    /// An input that nothing is wrong with.
    fn good(&self, mutation: &str) -> Value {
        match mutation {
            "createProject" => json!({ "name": "two", "slug": "two" }),
            "createPaper" => json!({ "projectId": self.project, "title": "a" }),
            "createClaim" => json!({ "paperId": self.paper, "metricName": "f1", "metricValue": 1,
                "sourceCitation": "Table 1", "confidence": 0.5 }),
            "addRepository" => json!({ "projectId": self.project, "fullName": "a/b", "url": "https://example.org/a/b",
                "owner": "a", "name": "b" }),
            "createStoryboard" => json!({ "paperId": self.paper, "document": document(5) }),
            "updateProject" => json!({ "id": self.project }),
            "updatePaper" => json!({ "id": self.paper }),
            "updateClaim" => json!({ "id": self.claim }),
            "updateRepository" => json!({ "id": self.repository }),
            _ => json!({}),
        }
    }

    async fn ask(&self, mutation: &str, answer: &str, changes: Value) -> Value {
        let mut input = self.good(mutation);
        for (field, value) in changes.as_object().unwrap() {
            input[field] = value.clone();
        }
        let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!("mutation($i: {kind}!) {{ {mutation}(input: $i) {{ {answer} }} }}");
        self.program.ask(&query, json!({ "i": input })).await
    }

    async fn made(&self, mutation: &str, field: &str, changes: Value) -> String {
        let answer = self.ask(mutation, &format!("{field} {{ id }}"), changes).await;
        let id = answer["data"][mutation][field]["id"].as_str();
        id.unwrap_or_else(|| panic!("{mutation} {:.500}", answer.to_string())).to_owned()
    }

    /// Tries one wrong value: `BAD_USER_INPUT` with this path and rule, and not a row more.
    async fn is_refused(&self, mutation: &str, field: &str, wrong: Value, rule: &str) {
        let before = self.tables.counts().await;
        let answer = self.ask(mutation, "__typename", json!({ field: wrong })).await;
        let shown = format!("{mutation}.{field} {:.60} {:.500}", wrong.to_string(), answer.to_string());
        assert_eq!(code(&answer), "BAD_USER_INPUT", "{shown}");
        let violation = &answer["errors"][0]["extensions"]["violations"][0];
        assert_eq!((&violation["path"][0], &violation["path"][1]), (&json!("input"), &json!(field)), "{shown}");
        assert_eq!(violation["rule"], rule, "{shown}");
        assert!(violation["message"].as_str().is_some_and(|message| message.len() > 5), "{shown}");
        assert_eq!(answer["data"][mutation], Value::Null, "{shown}");
        assert_eq!(self.tables.counts().await, before, "{shown}");
    }
}

/// A storyboard of so many pages.
fn document(pages: usize) -> Value {
    let page = json!({ "text": "a", "picture": { "alt": "b" } });
    json!({ "version": "1.0", "pages": vec![page; pages], "glossary": [{ "term": "a", "definition": "b" }] })
}

/// A text that does not compress, of so many characters of four bytes each.
fn wide(count: u32) -> String {
    (0..count).map(|at| char::from_u32(0x20000 + at * 7919 % 40_000).unwrap()).collect()
}

fn long(count: usize) -> Value {
    Value::String("é".repeat(count))
}

/// The rules of texts: creation, change of the same, field, what is wrong, and the rule.
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn texts() -> Vec<(&'static str, &'static str, &'static str, Value, &'static str)> {
    let mut tries = Vec::new();
    let mut both = |create, update, field, wrong: &[(Value, &'static str)]| {
        tries.extend(wrong.iter().map(|(value, rule)| (create, update, field, value.clone(), *rule)));
    };
    let line = |most: usize| {
        vec![
            (json!(""), "length"),
            (long(most + 1), "length"),
            (json!("a\nb"), "line"),
            (json!("a\0b"), "nul"),
            (json!("  "), "blank"),
        ]
    };
    let prose = vec![(json!(""), "length"), (long(100_001), "length"), (json!("a\0b"), "nul")];
    both("createProject", "updateProject", "name", &line(200));
    let slugs = ["A", "a--b", "-a", "a-", "a b", "é"].map(|slug| (json!(slug), "format"));
    both(
        "createProject",
        "updateProject",
        "slug",
        &[&slugs[..], &[(json!("a".repeat(64)), "length"), (json!(""), "length")]].concat(),
    );
    both("createProject", "updateProject", "description", &prose);
    both("createPaper", "updatePaper", "title", &line(500));
    both("createPaper", "updatePaper", "abstract", &prose);
    let urls = [json!("x"), json!("ftp://example.org"), json!("https://"), json!("https://example.org/a b")];
    both("createPaper", "updatePaper", "sourceUrl", &urls.map(|url| (url, "format")));
    both(
        "createPaper",
        "updatePaper",
        "sourceUrl",
        &[(json!(format!("https://example.org/{}", "a".repeat(2048))), "length")],
    );
    let dois = [json!("x"), json!("10.1/"), json!("10.1000/a b")];
    both("createPaper", "updatePaper", "doi", &dois.map(|doi| (doi, "format")));
    both("createPaper", "updatePaper", "doi", &[(json!(format!("10.1000/{}", "a".repeat(255))), "length")]);
    both(
        "createPaper",
        "updatePaper",
        "arxivId",
        &[json!("x"), json!("1706.1"), json!("1706.037622")].map(|id| (id, "format")),
    );
    both(
        "createPaper",
        "updatePaper",
        "vectorStoreId",
        &[(json!("a b"), "format"), (long(201), "length"), (json!(""), "length")],
    );
    for (field, most) in
        [("metricName", 200), ("datasetName", 200), ("split", 200), ("units", 200), ("sourceCitation", 1000)]
    {
        both("createClaim", "updateClaim", field, &line(most));
    }
    both("createClaim", "updateClaim", "methodSnippet", &prose);
    both(
        "createClaim",
        "updateClaim",
        "confidence",
        &[json!(-0.001), json!(1.001), json!(1e308)].map(|value| (value, "range")),
    );
    for field in ["fullName", "owner", "name"] {
        both("addRepository", "updateRepository", field, &line(200));
    }
    let most = "https://example.org/".to_owned() + &"a".repeat(2028);
    both(
        "addRepository",
        "updateRepository",
        "url",
        &[
            (json!(most.clone() + "a"), "length"),
            (long(1025), "length"),
            (json!("a b"), "format"),
            (json!(""), "length"),
        ],
    );
    tries
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_of_a_text_or_a_number_holds_when_rows_are_made_and_changed() {
    for kind in Kind::ALL {
        let Some(world) = World::start(kind).await else { continue };
        for (create, update, field, wrong, rule) in texts() {
            world.is_refused(create, field, wrong.clone(), rule).await;
            world.is_refused(update, field, wrong, rule).await;
        }
        assert!(!world.program.process.log().contains("ERROR"), "{}", world.program.process.log());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_text_or_names_nothing_is_refused_by_its_place() {
    for kind in Kind::ALL {
        let Some(world) = World::start(kind).await else { continue };
        let names = |count: usize| Value::from(vec!["Ada"; count]);
        for (mutation, field, wrong, rule) in [
            ("createPaper", "authors", json!(["Ada", ""]), "length"),
            ("createPaper", "projectId", json!("nonsense"), "id"),
            ("createPaper", "projectId", json!(world.paper), "id"),
            ("createPaper", "projectId", json!("project_8zzzzzzzzzzzzzzzzzzzzzzzzz"), "id"),
            ("createPaper", "id", json!(world.project), "id"),
            ("createClaim", "paperId", json!(world.project), "id"),
            ("createStoryboard", "document", json!([]), "document"),
            ("createStoryboard", "document", document(4), "pages"),
            ("createStoryboard", "document", document(8), "pages"),
        ] {
            world.is_refused(mutation, field, wrong, rule).await;
        }
        for wrong in [json!([]), json!("a"), json!(7), json!({ "a": "\0" })] {
            let before = world.tables.counts().await;
            let answer = world.ask("createProject", "__typename", json!({ "config": wrong })).await;
            assert_eq!(code(&answer), "BAD_USER_INPUT", "{wrong} {answer}");
            assert_eq!(world.tables.counts().await, before);
        }
        for wrong in [json!({ "authors": names(1001) }), json!({ "status": "SOMETHING" }), json!({ "title": null })] {
            let before = world.tables.counts().await;
            let answer = world.ask("createPaper", "__typename", wrong.clone()).await;
            assert!(["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"].contains(&&*code(&answer)), "{answer:.300}");
            assert_eq!(world.tables.counts().await, before);
        }
        let mut blank = document(5);
        blank["pages"][3]["picture"]["alt"] = json!(" ");
        let mut unknown = document(5);
        unknown["version"] = json!("9.0");
        for wrong in [blank, unknown, json!({ "version": "1.0" })] {
            let before = world.tables.counts().await;
            let answer = world.ask("createStoryboard", "__typename", json!({ "document": wrong })).await;
            assert_eq!(code(&answer), "BAD_USER_INPUT", "{answer}");
            assert_eq!(world.tables.counts().await, before, "not even the object's place is reserved");
        }
        for (mutation, field, id) in [
            ("createPaper", "projectId", "project_01h455vb4pex5vsknk084sn02q"),
            ("createClaim", "paperId", "paper_01h455vb4pex5vsknk084sn02q"),
            ("updatePaper", "id", "paper_01h455vb4pex5vsknk084sn02q"),
            ("updateClaim", "id", "claim_01h455vb4pex5vsknk084sn02q"),
        ] {
            let before = world.tables.counts().await;
            let answer = world.ask(mutation, "__typename", json!({ field: id })).await;
            assert_eq!(code(&answer), "NOT_FOUND", "{mutation} {answer}");
            assert_eq!(world.tables.counts().await, before);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_is_a_conflict_that_names_who_has_it() {
    for kind in Kind::ALL {
        let Some(world) = World::start(kind).await else { continue };
        let other = world.made("createPaper", "paper", json!({ "title": "other" })).await;
        let second = json!({ "fullName": "c/d", "url": "https://example.org/c/d" });
        let repository = world.made("addRepository", "repository", second).await;
        for (mutation, changes, rule, existing) in [
            ("createProject", json!({ "slug": "one" }), "unique_slug", &world.project),
            ("createProject", json!({ "name": "one" }), "unique_name", &world.project),
            ("createPaper", json!({ "doi": "https://doi.org/10.1000/TAKEN" }), "unique_doi", &world.paper),
            ("createPaper", json!({ "arxivId": "arXiv:1706.03762v7" }), "unique_arxiv_id", &world.paper),
            ("createPaper", json!({ "vectorStoreId": "vs_taken" }), "unique_vector_store_id", &world.paper),
            ("updatePaper", json!({ "id": other, "doi": "10.1000/taken" }), "unique_doi", &world.paper),
            ("addRepository", json!({ "url": "https://example.org/new" }), "unique_full_name", &world.repository),
            ("addRepository", json!({ "fullName": "e/f" }), "unique_url", &world.repository),
            ("updateRepository", json!({ "id": repository, "fullName": "a/b" }), "unique_full_name", &world.repository),
        ] {
            let before = world.tables.counts().await;
            let answer = world.ask(mutation, "__typename", changes.clone()).await;
            let extensions = &answer["errors"][0]["extensions"];
            assert_eq!(extensions["code"], "CONFLICT", "{mutation} {changes} {answer}");
            assert_eq!((&extensions["rule"], &extensions["existing"]), (&json!(rule), &json!(existing)), "{answer}");
            assert_eq!(world.tables.counts().await, before);
        }
        let before = world.tables.counts().await;
        let answer = world.ask("updatePaper", "__typename", json!({ "title": "b", "expectedRevision": 7 })).await;
        assert_eq!(answer["errors"][0]["extensions"]["currentRevision"], 1, "{answer}");
        let owner = "query($p: ID!) { project(id: $p) { owner { id } members { nodes { id } } } }";
        let data = world.program.data(owner, json!({ "p": world.project })).await;
        let (user, member) = (&data["project"]["owner"]["id"], &data["project"]["members"]["nodes"][0]["id"]);
        for (query, variables, expected) in [
            (
                "mutation($p: ID!, $u: ID!) { addProjectMember(input: { projectId: $p, userId: $u, role: VIEWER }) { __typename } }",
                json!({ "p": world.project, "u": user }),
                "CONFLICT",
            ),
            (
                "mutation($m: ID!) { updateProjectMember(input: { id: $m, role: VIEWER }) { __typename } }",
                json!({ "m": member }),
                "PRECONDITION_FAILED",
            ),
            (
                "mutation($m: ID!) { removeProjectMember(input: { id: $m }) { __typename } }",
                json!({ "m": member }),
                "PRECONDITION_FAILED",
            ),
            (
                "mutation($p: ID!) { addProjectMember(input: { projectId: $p, userId: \"user_01h455vb4pex5vsknk084sn02q\", role: VIEWER }) { __typename } }",
                json!({ "p": world.project }),
                "NOT_FOUND",
            ),
        ] {
            let answer = world.program.ask(query, variables).await;
            assert_eq!(code(&answer), expected, "{query} {answer}");
        }
        assert_eq!(world.tables.counts().await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_of_files_hold_and_nothing_is_kept_of_what_is_refused() {
    for kind in Kind::ALL {
        let Some(world) = World::start(kind).await else { continue };
        let add = "mutation($i: CreateAssetInput!) { createAsset(input: $i) { asset { id } } }";
        let upload = world.program.asker().upload("text/plain", "a").await.unwrap();
        let ask = async |path: &str, upload: &str| {
            world.program.ask(add, json!({ "i": { "paperId": world.paper, "uploadId": upload, "path": path } })).await
        };
        let before = world.tables.counts().await;
        let (far, bytes) = ("a".repeat(1025), wide(513));
        for path in ["", "/a", "../a", "a//b", "a/./b", "a\\b", "a\0b", "a\nb", &far, &bytes] {
            let answer = ask(path, &upload).await;
            assert_eq!(code(&answer), "BAD_USER_INPUT", "{path:?} {answer}");
            assert_eq!(answer["errors"][0]["extensions"]["violations"][0]["path"], json!(["input", "path"]));
        }
        assert_eq!(code(&ask("a", "upload_01h455vb4pex5vsknk084sn02q").await), "NOT_FOUND");
        assert_eq!(world.tables.counts().await, before);
        assert_eq!(ask(&wide(512), &upload).await.get("errors"), None);
        let again = world.program.asker().upload("text/plain", "b").await.unwrap();
        let taken = ask(&wide(512), &again).await;
        assert_eq!(
            (&*code(&taken), &taken["errors"][0]["extensions"]["rule"]),
            ("CONFLICT", &json!("unique_path")),
            "{taken}"
        );

        let before = world.tables.counts().await;
        let name = format!("/files?name={}", "a".repeat(256));
        for (path, media_type) in [
            (&*name, "text/plain"),
            ("/files?name=a/b", "text/plain"),
            ("/files?name=..", "text/plain"),
            ("/files?name=a%00b", "text/plain"),
            ("/files?name=", "text/plain"),
            ("/files", "nonsense"),
            ("/files", "text/"),
        ] {
            let answer = world.program.post(path, media_type, "a").await;
            assert_eq!((answer.status.as_u16(), &*answer.code()), (400, "BAD_USER_INPUT"), "{path} {media_type}");
        }
        assert_eq!(world.program.post("/files", "multipart/form-data; boundary=a", "a").await.status, 415);
        assert_eq!(world.tables.counts().await, before);
        let set = "mutation($i: SetProjectGuidelineInput!) { setProjectGuideline(input: $i) { guideline { text } } }";
        let text = world
            .program
            .ask(set, json!({ "i": { "projectId": world.project, "uploadId": again, "text": "x".repeat(1_000_001) } }))
            .await;
        assert_eq!(code(&text), "BAD_USER_INPUT");
        assert_eq!(world.tables.counts().await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_that_is_allowed_is_kept_as_it_is() {
    for kind in Kind::ALL {
        let Some(world) = World::start(kind).await else { continue };
        let paper = json!({ "title": wide(500), "abstract": wide(100_000), "authors": vec![wide(200); 1000],
            "sourceUrl": format!("https://example.org/{}", "a".repeat(2028)), "doi": format!("10.1000/{}", wide(247)),
            "vectorStoreId": wide(200) });
        let id = world.made("createPaper", "paper", paper.clone()).await;
        let query = "query($p: ID!) { paper(id: $p) { title abstract authors sourceUrl doi vectorStoreId } }";
        let data = world.program.data(query, json!({ "p": id })).await;
        assert!(data["paper"] == paper, "{kind:?}");
        let claim = json!({ "metricName": wide(200), "datasetName": wide(200), "split": wide(200), "units": wide(200),
            "methodSnippet": wide(100_000), "sourceCitation": wide(1000), "metricValue": -1.797e308, "confidence": 1 });
        world.made("createClaim", "claim", claim).await;
        let url = "https://example.org/".to_owned() + &wide(507);
        assert_eq!(url.len(), 2048);
        let repository = json!({ "fullName": wide(200), "owner": wide(200), "name": wide(200), "url": url });
        world.made("addRepository", "repository", repository).await;
        let project = json!({ "name": wide(200), "slug": "a".repeat(63), "description": wide(100_000) });
        world.made("createProject", "project", project).await;
    }
}
