//! A world of many rows: projects of papers of claims, as many as a test asks for.

use super::Maker;
use crate::app::App;
use crate::database::Kind;

/// The most rows that one mutation makes.
const BATCH: usize = 200;

/// An app in which alice has `projects` projects of `papers` papers of two claims each.
pub async fn large(kind: Kind, projects: usize, papers: usize) -> Option<App> {
    let mut maker = Maker::new(App::start(kind).await?);
    maker.users().await;
    for project in 0..projects {
        let create = format!(
            r#"mutation {{ createProject(input: {{ id: "<project:p{project}>", name: "Project {project}", slug: "p{project}" }}) {{ project {{ id }} }} }}"#
        );
        maker.act("alice", &create).await;
        let all: Vec<usize> = (0..papers).collect();
        for batch in all.chunks(BATCH) {
            add(&mut maker, project, batch).await;
        }
    }
    Some(maker.app)
}

async fn add(maker: &mut Maker, project: usize, papers: &[usize]) {
    let paper = |n: &usize| {
        format!(r#"{{ id: "<paper:p{project}-{n}>", projectId: "<project:p{project}>", title: "Paper {n}" }}"#)
    };
    let list: String = papers.iter().map(paper).collect();
    maker
        .act(
            "alice",
            &format!("mutation {{ createPapers(input: {{ papers: [{list}] }}) {{ papers {{ __typename }} }} }}"),
        )
        .await;
    let claim = |n: usize, at: usize| {
        let paper = format!("<paper:p{project}-{n}>");
        format!(
            r#"{{ paperId: "{paper}", metricName: "m{at}", metricValue: {n}, sourceCitation: "p.{at}", confidence: 0.5 }}"#
        )
    };
    for half in papers.chunks(BATCH / 2) {
        let list: String = half.iter().flat_map(|n| [claim(*n, 0), claim(*n, 1)]).collect();
        maker
            .act(
                "alice",
                &format!("mutation {{ createClaims(input: {{ claims: [{list}] }}) {{ claims {{ __typename }} }} }}"),
            )
            .await;
    }
}
