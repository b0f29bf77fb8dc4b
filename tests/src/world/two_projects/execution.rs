//! The plans of both projects, and the definitions that runs use: those for all are ann's. Plans of alpha and the one of
//! beta share an environment.

use super::super::Maker;

/// What the plans that share an environment require.
const SHARED: &str = r"torch==2.2.0\nnumpy==1.26.4\n";

pub(super) async fn fill(maker: &mut Maker) {
    plans(maker).await;
    materials(maker).await;
    beta(maker).await;
    definitions(maker).await;
}

async fn plans(maker: &mut Maker) {
    maker
        .act("ed", r#"mutation {
            bert: createPlan(input: { id: "<plan:bert>", paperId: "<paper:bert>", budgetMinutes: 60, document: { version: "1.1", dataset: { name: "MNLI", split: "test" }, model: { name: "BERT" }, config: { epochs: 3 }, metrics: [{ name: "accuracy", tolerance: 0.5, direction: MAXIMIZE }], notes: ["from the appendix"] } }) { plan { id } }
            again: createPlan(input: { id: "<plan:again>", paperId: "<paper:bert>", document: { dataset: { name: "SQuAD" }, model: { name: "BERT" }, metrics: [{ name: "f1" }] } }) { plan { id } }
            gpt: createPlan(input: { id: "<plan:gpt>", paperId: "<paper:gpt>", document: { version: "1.1", dataset: { name: "MNLI" }, model: { name: "GPT" }, metrics: [{ name: "accuracy" }] } }) { plan { id } }
            resnet: createPlan(input: { id: "<plan:resnet>", paperId: "<paper:resnet>", document: { dataset: { name: "ImageNet" }, model: { name: "ResNet" }, metrics: [{ name: "accuracy" }] } }) { plan { id } }
            dropped: createPlan(input: { id: "<plan:dropped>", paperId: "<paper:bert>", document: { dataset: { name: "MNLI" }, model: { name: "BERT" }, metrics: [{ name: "accuracy" }] } }) { plan { id } }
            failed: failPlan(input: { id: "<plan:resnet>" }) { plan { id } }
        }"#)
        .await;
}

async fn materials(maker: &mut Maker) {
    for name in ["bert", "gpt", "dropped"] {
        let content = format!(r#"{{"cells": [], "metadata": {{"plan": "{name}"}}}}"#);
        maker.upload("ed", &format!("{name}-notebook"), ("plan.ipynb", "application/x-ipynb+json", &content)).await;
    }
    maker.upload("ed", "plan-notes", ("notes.txt", "text/plain", "notes of a plan")).await;
    maker.upload("ed", "spare-notebook", ("spare.ipynb", "application/x-ipynb+json", "{}")).await;
    let materialize = |plan: &str, requirements: &str| {
        format!(
            r#"{plan}: materializePlan(input: {{ id: "<plan:{plan}>", requirements: "{requirements}", notebookUploadId: "<upload:{plan}-notebook>" }}) {{ plan {{ id }} }}"#
        )
    };
    let each = [materialize("bert", SHARED), materialize("gpt", SHARED), materialize("dropped", SHARED)].join(" ");
    let notes = r#"createAsset(input: { id: "<asset:notes>", planId: "<plan:bert>", path: "notes.txt", uploadId: "<upload:plan-notes>" }) { asset { id } }"#;
    let drop = r#"deletePlan(input: { id: "<plan:dropped>" }) { deletedId }"#;
    maker.act("ed", &format!("mutation {{ {each} {notes} {drop} }}")).await;
}

async fn beta(maker: &mut Maker) {
    maker.upload("bob", "beta-notebook", ("canary.ipynb", "application/canary", r#"{"canary": 1}"#)).await;
    maker.upload("bob", "beta-notes", ("canary.txt", "application/canary", "canary notes")).await;
    maker
        .act("bob", &r#"mutation {
            createPlan(input: { id: "<plan:beta>", paperId: "<paper:beta-gpt>", document: { dataset: { name: "canary" }, model: { name: "canary" }, config: { canary: "canary" }, metrics: [{ name: "canary", split: "canary" }] } }) { plan { id } }
            materializePlan(input: { id: "<plan:beta>", requirements: "SHARED", notebookUploadId: "<upload:beta-notebook>" }) { plan { id } }
            createAsset(input: { id: "<asset:beta-notes>", planId: "<plan:beta>", path: "canary/notes.txt", uploadId: "<upload:beta-notes>" }) { asset { id } }
            createUnitMode(input: { id: "<unitmode:beta>", projectId: "<project:beta>", key: "canary", name: "canary", description: "canary", units: { canary: { symbol: "canary", factor: 2 } } }) { unitMode { id } }
            createEquationModule(input: { id: "<equationmodule:beta>", projectId: "<project:beta>", name: "canary", version: "canary", source: "canary", description: "canary", parameters: { canary: 1 } }) { equationModule { id } }
            createMetricDefinition(input: { id: "<metricdefinition:beta>", projectId: "<project:beta>", key: "canary", name: "canary", unit: "canary", description: "canary", direction: MINIMIZE }) { metricDefinition { id } }
        }"#.replace("SHARED", SHARED))
        .await;
}

async fn definitions(maker: &mut Maker) {
    maker
        .act("ann", r#"mutation {
            createUnitMode(input: { id: "<unitmode:si>", key: "si", name: "SI", units: { length: { symbol: "m", factor: 1 }, time: { symbol: "s", factor: 1 } } }) { unitMode { id } }
            createEquationModule(input: { id: "<equationmodule:motion>", name: "Motion", version: "1", source: "F = m * a" }) { equationModule { id } }
            accuracy: createMetricDefinition(input: { id: "<metricdefinition:accuracy>", key: "accuracy", name: "Accuracy", unit: "%", direction: MAXIMIZE, tolerance: 1 }) { metricDefinition { id } }
            energy: createMetricDefinition(input: { id: "<metricdefinition:energy>", key: "total_energy", name: "Total energy", unit: "J", conservationLimit: 0.01 }) { metricDefinition { id } }
        }"#)
        .await;
    maker
        .act("ed", r#"mutation {
            si: createUnitMode(input: { id: "<unitmode:alpha>", projectId: "<project:alpha>", key: "si", name: "Our SI", description: "Lengths in km.", units: { length: { symbol: "km", factor: 0.001, exact: true } } }) { unitMode { id } }
            cgs: createUnitMode(input: { id: "<unitmode:cgs>", projectId: "<project:alpha>", key: "cgs", name: "CGS", units: {} }) { unitMode { id } }
            motion: createEquationModule(input: { id: "<equationmodule:alpha>", projectId: "<project:alpha>", name: "Motion", version: "1", source: "p = m * v", description: "Momentum.", parameters: { m: 2.5 } }) { equationModule { id } }
            later: createEquationModule(input: { id: "<equationmodule:later>", projectId: "<project:alpha>", name: "Motion", version: "2", source: "p = m * v / c" }) { equationModule { id } }
            accuracy: createMetricDefinition(input: { id: "<metricdefinition:alpha>", projectId: "<project:alpha>", key: "accuracy", name: "Our accuracy", unit: "%", description: "Of the test split.", direction: MAXIMIZE, tolerance: 0.5 }) { metricDefinition { id } }
            loss: createMetricDefinition(input: { id: "<metricdefinition:loss>", projectId: "<project:alpha>", key: "loss", name: "Loss", direction: MINIMIZE }) { metricDefinition { id } }
        }"#)
        .await;
}
