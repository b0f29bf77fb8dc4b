//! Reads what is drawn: five statements, whatever the number of claims.

use std::collections::HashMap;
use std::sync::Arc;

use domain::execution::{Comparison, Eval, MetricDefinition, Run};
use domain::literature::{Claim, Paper};
use domain::text::Label;
use domain::{Id, Leaf};
use storage::execution::best_eval::BestOf;
use storage::execution::metric_definition::DefinitionOf;
use storage::literature::claim::ClaimsOfPaper;
use storage::read::{ById, Load, Within, load};
use storage::{Reader, Result, Window};

use super::{Claimed, Gaps, Panel};
use crate::first;

/// The most claims that are drawn.
const MOST: u64 = 100;

/// What is drawn of a paper; none where the viewer sees no such paper.
pub(crate) async fn read(paper: Id<Paper>, reader: &Reader) -> Result<Option<Gaps>> {
    let Some(found) = load(ById::<Paper> { id: paper }, reader).await? else { return Ok(None) };
    let key = Within::<ClaimsOfPaper> { parent: paper, window: Window::named(None, "CREATED_AT_ASC", first(MOST))? };
    let slice = load(key, reader).await?.unwrap_or_default();
    let claims: Vec<&Claim> = slice.rows.iter().map(|placed| &*placed.row).collect();
    let of = |claim: &&Claim| DefinitionOf { project: found.project_id, metric: claim.metric_name.clone() };
    let definitions = DefinitionOf::load(claims.iter().map(of).collect(), reader).await?;
    let definitions = claims.iter().zip(definitions);
    let definitions = definitions.filter_map(|(claim, found)| Some((claim.metric_name.clone(), found?))).collect();
    let panels = panels(&claims, &observed(paper, reader).await?, &definitions);
    Ok(Some(Gaps { title: found.title.raw(), panels, more: slice.more }))
}

/// What was observed of each claim, and by which run.
type Observed = HashMap<Id<Claim>, (Eval, Option<Arc<Run>>)>;

/// What the metrics mean.
type Definitions = HashMap<Label, Arc<MetricDefinition>>;

async fn observed(paper: Id<Paper>, reader: &Reader) -> Result<Observed> {
    let evals = load(BestOf { paper }, reader).await?.unwrap_or_default();
    let runs = ById::<Run>::load(evals.iter().map(|eval| ById { id: eval.run_id }).collect(), reader).await?;
    Ok(evals.iter().zip(runs).filter_map(|(eval, run)| Some((eval.claim_id?, (eval.clone(), run)))).collect())
}

/// The claims by metric and unit, in the order in which these come up.
fn panels(claims: &[&Claim], observed: &Observed, definitions: &Definitions) -> Vec<Panel> {
    let mut panels: Vec<((&Label, Option<&Label>), Panel)> = Vec::new();
    for claim in claims {
        let definition = definitions.get(&claim.metric_name);
        let unit = claim.units.as_ref().or(definition.and_then(|definition| definition.unit.as_ref()));
        let key = (&claim.metric_name, unit);
        let claimed = claimed(claim, observed.get(&claim.id));
        match panels.iter_mut().find(|(known, _)| *known == key) {
            Some((_, panel)) => panel.claims.push(claimed),
            None => panels.push((key, begun(claim, unit, definition, claimed))),
        }
    }
    panels.into_iter().map(|(_, panel)| panel).collect()
}

fn begun(claim: &Claim, unit: Option<&Label>, definition: Option<&Arc<MetricDefinition>>, first: Claimed) -> Panel {
    let judged = first.observed.and_then(|observed| observed.scale().direction);
    Panel {
        metric: definition.map_or_else(|| claim.metric_name.raw(), |definition| definition.name.raw()),
        unit: unit.map(Leaf::raw),
        direction: definition.and_then(|definition| definition.direction).or(judged),
        claims: vec![first],
    }
}

/// A claim with what was observed of it. It may have been corrected since: it is compared as it stands now.
fn claimed(claim: &Claim, observed: Option<&(Eval, Option<Arc<Run>>)>) -> Claimed {
    let parts: Vec<&str> = [&claim.dataset_name, &claim.split].into_iter().flatten().map(Label::as_str).collect();
    let of = if parts.is_empty() { claim.source_citation.raw() } else { parts.join(", ") };
    let (eval, run) = observed.map(|(eval, run)| (&eval.comparison, run.as_ref())).unzip();
    let compared = |eval: &Comparison| Comparison::try_new(claim.metric_value, eval.observed(), eval.scale()).ok();
    let run = run.flatten().map(|run| run.name.raw());
    Claimed { of, number: claim.metric_value, observed: eval.and_then(compared), run }
}
