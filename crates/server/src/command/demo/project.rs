//! The two projects of the demo: their members, what their metrics mean, their papers with all claims, and their plans.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::papers::{Claim, Paper};
use super::people::{self, People};
use super::stage::{Stage, Who};

/// A project, as it is made.
pub(super) struct Draft {
    pub(super) name: &'static str,
    pub(super) slug: &'static str,
    pub(super) description: &'static str,
    pub(super) owner: Who,
    pub(super) papers: Vec<Paper>,
}

/// A project that is there.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) id: String,
    pub(super) owner: Who,
    pub(super) editor: Who,
    pub(super) repository: String,
    pub(super) papers: Vec<Paper>,
    /// The ids of its papers, by their arXiv ids.
    ids: BTreeMap<&'static str, String>,
}

impl Draft {
    /// Makes the project with what is read of its papers.
    pub(super) async fn make(self, stage: &Stage, people: &People) -> Result<Project, String> {
        let input = json!({ "name": self.name, "slug": self.slug, "description": self.description, "config": { "demo": true } });
        let document = include_str!("steps/project.graphql");
        let id = stage.get(self.owner, document, json!({ "input": input }), "/createProject/project/id").await?;
        let repository = repository(stage, self.owner, &id, self.slug).await?;
        for (who, role) in [(people.ines, "EDITOR"), (people.jun, "VIEWER")] {
            let input = json!({ "projectId": id, "userId": people::id(who), "role": role });
            stage.act(self.owner, include_str!("steps/member.graphql"), json!({ "input": input })).await?;
        }
        let (owner, papers) = (self.owner, self.papers);
        let mut project = Project { id, owner, editor: people.ines, repository, papers, ids: BTreeMap::new() };
        project.define(stage).await?;
        project.read_papers(stage).await?;
        Ok(project)
    }
}

async fn repository(stage: &Stage, owner: Who, project: &str, slug: &str) -> Result<String, String> {
    let input = json!({
        "projectId": project,
        "fullName": format!("demo/{slug}"),
        "url": format!("https://git.example.org/demo/{slug}.git"),
        "owner": "demo",
        "name": slug,
    });
    let document = include_str!("steps/repository.graphql");
    stage.get(owner, document, json!({ "input": input }), "/addRepository/repository/id").await
}

impl Project {
    /// The id of a paper.
    pub(super) fn paper(&self, arxiv: &str) -> Result<&str, String> {
        self.ids.get(arxiv).map(String::as_str).ok_or_else(|| format!("the demo has no paper {arxiv} here"))
    }

    /// What the metrics of its papers mean, and the losses.
    async fn define(&self, stage: &Stage) -> Result<(), String> {
        let claims = self.papers.iter().flat_map(|paper| &paper.claims);
        let by_metric: BTreeMap<&str, &Claim> = claims.map(|claim| (claim.metric, claim)).collect();
        for (metric, claim) in by_metric {
            self.define_metric(stage, metric, claim.units, claim.direction).await?;
        }
        self.define_metric(stage, "loss", None, "MINIMIZE").await
    }

    async fn define_metric(&self, stage: &Stage, key: &str, unit: Option<&str>, direction: &str) -> Result<(), String> {
        let name = key.replace('_', " ");
        let input = json!({ "projectId": self.id, "key": key, "name": name, "unit": unit, "direction": direction });
        stage.act(self.owner, include_str!("steps/metric.graphql"), json!({ "input": input })).await.map(drop)
    }

    async fn read_papers(&mut self, stage: &Stage) -> Result<(), String> {
        let papers: Vec<Value> = self.papers.iter().map(|paper| self.paper_input(paper)).collect();
        let document = include_str!("steps/papers.graphql");
        let made = stage.act(self.owner, document, json!({ "papers": papers })).await?;
        for (at, paper) in self.papers.iter().enumerate() {
            let id = made.pointer(&format!("/createPapers/papers/{at}/id")).and_then(Value::as_str);
            self.ids.insert(paper.arxiv, id.unwrap_or_default().to_owned());
        }
        let mut claims = Vec::new();
        for paper in &self.papers {
            let id = self.paper(paper.arxiv)?;
            claims.extend(paper.claims.iter().map(|claim| claim_input(id, claim)));
        }
        stage.act(self.editor, include_str!("steps/claims.graphql"), json!({ "claims": claims })).await.map(drop)
    }

    fn paper_input(&self, paper: &Paper) -> Value {
        json!({
            "projectId": self.id,
            "title": paper.title,
            "authors": paper.authors,
            "arxivId": paper.arxiv,
            "sourceUrl": format!("https://arxiv.org/abs/{}", paper.arxiv),
        })
    }
}

fn claim_input(paper: &str, claim: &Claim) -> Value {
    json!({
        "paperId": paper,
        "datasetName": claim.dataset,
        "split": claim.split,
        "metricName": claim.metric,
        "metricValue": claim.value,
        "units": claim.units,
        "sourceCitation": claim.citation,
        "confidence": 1,
    })
}
