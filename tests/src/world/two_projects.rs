//! Two projects: alpha with alice (owner), ed (editor) and vic (viewer), and beta, of bob alone. Every text of beta holds
//! the canary, and the name of everything in it begins with `beta`. The project `gone` of alice is deleted, and so is a
//! paper in each.

mod execution;
mod runs;

use super::Maker;

pub(super) async fn fill(maker: &mut Maker) {
    alpha(maker).await;
    alpha_files(maker).await;
    beta(maker).await;
    gone(maker).await;
    spare_uploads(maker).await;
    execution::fill(maker).await;
    runs::fill(maker).await;
}

async fn alpha(maker: &mut Maker) {
    maker
        .act("alice", r#"mutation {
            createProject(input: { id: "<project:alpha>", name: "Alpha", slug: "alpha", description: "Papers reproduced", config: { budget: 20 } }) { project { id } }
            ed: addProjectMember(input: { id: "<projectmember:ed>", projectId: "<project:alpha>", userId: "<user:ed>", role: EDITOR }) { member { id } }
            vic: addProjectMember(input: { id: "<projectmember:vic>", projectId: "<project:alpha>", userId: "<user:vic>", role: VIEWER }) { member { id } }
            code: addRepository(input: { id: "<repository:code>", projectId: "<project:alpha>", fullName: "acme/code", url: "https://git.example.org/acme/code.git", owner: "acme", name: "code" }) { repository { id } }
            tools: addRepository(input: { id: "<repository:tools>", projectId: "<project:alpha>", fullName: "acme/tools", url: "git@git.example.org:acme/tools", owner: "acme", name: "tools" }) { repository { id } }
            bert: createPaper(input: { id: "<paper:bert>", projectId: "<project:alpha>", title: "BERT", abstract: "Pre-training of deep bidirectional transformers.", authors: ["Jacob Devlin", "Ming-Wei Chang"], sourceUrl: "https://example.org/bert", doi: "10.18653/v1/N19-1423", arxivId: "1810.04805", vectorStoreId: "vs_bert" }) { paper { id } }
        }"#)
        .await;
    maker
        .act("ed", r#"mutation {
            gpt: createPaper(input: { id: "<paper:gpt>", projectId: "<project:alpha>", title: "GPT", status: PROCESSING }) { paper { id } }
            resnet: createPaper(input: { id: "<paper:resnet>", projectId: "<project:alpha>", title: "Deep residual learning", arxivId: "1512.03385", status: FAILED }) { paper { id } }
            attention: createPaper(input: { id: "<paper:attention>", projectId: "<project:alpha>", title: "attention is all you need", vectorStoreId: "vs_attention" }) { paper { id } }
            dropped: createPaper(input: { id: "<paper:dropped>", projectId: "<project:alpha>", title: "Dropped", doi: "10.1000/dropped", vectorStoreId: "vs_dropped" }) { paper { id } }
        }"#)
        .await;
    maker
        .act("ed", r#"mutation { createClaims(input: { claims: [
            { id: "<claim:mnli>", paperId: "<paper:bert>", datasetName: "MNLI", split: "test", metricName: "accuracy", metricValue: 86.7, units: "%", methodSnippet: "Fine-tuned for three epochs.", sourceCitation: "Table 1, p.6", confidence: 0.95 }
            { id: "<claim:squad>", paperId: "<paper:bert>", datasetName: "SQuAD", metricName: "f1", metricValue: 93.2, units: "%", sourceCitation: "Table 2, p.6", confidence: 0.8 }
            { id: "<claim:speed>", paperId: "<paper:bert>", metricName: "accuracy", metricValue: 0, sourceCitation: "p.9", confidence: 0.5 }
            { id: "<claim:imagenet>", paperId: "<paper:resnet>", datasetName: "ImageNet", metricName: "accuracy", metricValue: 96.43, units: "%", sourceCitation: "Table 5", confidence: 1 }
            { id: "<claim:dropped>", paperId: "<paper:dropped>", metricName: "bleu", metricValue: 1, sourceCitation: "p.1", confidence: 0.1 }
        ] }) { claims { id } } }"#)
        .await;
}

async fn alpha_files(maker: &mut Maker) {
    maker.upload("alice", "bert-pdf", ("bert.pdf", "application/pdf", "%PDF bert")).await;
    maker.upload("alice", "figure", ("one.png", "image/png", "a picture")).await;
    maker.upload("ed", "weights", ("weights.bin", "application/octet-stream", "a good many weights")).await;
    maker.upload("ed", "dropped-file", ("dropped.bin", "application/octet-stream", "dropped")).await;
    maker.upload("alice", "guideline", ("guide.md", "text/markdown", "# Be fair")).await;
    maker
        .act("alice", r#"mutation {
            attachPaperPdf(input: { id: "<paper:bert>", uploadId: "<upload:bert-pdf>" }) { paper { id } }
            createAsset(input: { id: "<asset:figure>", paperId: "<paper:bert>", path: "figures/one.png", uploadId: "<upload:figure>" }) { asset { id } }
            setProjectGuideline(input: { projectId: "<project:alpha>", uploadId: "<upload:guideline>" }) { guideline { id } }
        }"#)
        .await;
    let storyboard = storyboard("storyboard:bert", "paper:bert", "");
    maker.act("ed", &storyboard).await;
    maker
        .act("ed", r#"mutation {
            createAsset(input: { id: "<asset:weights>", paperId: "<paper:bert>", path: "checkpoints/weights.bin", uploadId: "<upload:weights>" }) { asset { id } }
            dropped: createAsset(input: { id: "<asset:dropped>", paperId: "<paper:dropped>", path: "dropped.bin", uploadId: "<upload:dropped-file>" }) { asset { id } }
            deletePaper(input: { id: "<paper:dropped>" }) { deletedId }
        }"#)
        .await;
}

async fn beta(maker: &mut Maker) {
    maker.upload("bob", "beta-pdf", ("canary.pdf", "application/pdf", "%PDF canary")).await;
    maker.upload("bob", "beta-file", ("canary.bin", "application/canary", "canary")).await;
    maker.upload("bob", "beta-guideline", ("canary.md", "text/markdown", "canary")).await;
    maker
        .act("bob", r#"mutation {
            createProject(input: { id: "<project:beta>", name: "Beta canary", slug: "beta-canary", description: "canary", config: { canary: "canary" } }) { project { id } }
            addRepository(input: { id: "<repository:beta>", projectId: "<project:beta>", fullName: "canary/beta", url: "https://git.example.org/canary/beta.git", owner: "canary", name: "canary" }) { repository { id } }
            gpt: createPaper(input: { id: "<paper:beta-gpt>", projectId: "<project:beta>", title: "canary GPT", abstract: "canary", authors: ["Canary canary"], sourceUrl: "https://canary.example.org", doi: "10.5555/canary", vectorStoreId: "vs_canary" }) { paper { id } }
            dropped: createPaper(input: { id: "<paper:beta-dropped>", projectId: "<project:beta>", title: "canary dropped" }) { paper { id } }
            claim: createClaim(input: { id: "<claim:beta>", paperId: "<paper:beta-gpt>", datasetName: "canary", split: "canary", metricName: "canary", metricValue: 77, units: "canary", methodSnippet: "canary", sourceCitation: "canary", confidence: 0.7 }) { claim { id } }
            attachPaperPdf(input: { id: "<paper:beta-gpt>", uploadId: "<upload:beta-pdf>" }) { paper { id } }
            createAsset(input: { id: "<asset:beta>", paperId: "<paper:beta-gpt>", path: "canary/canary.bin", uploadId: "<upload:beta-file>" }) { asset { id } }
            setProjectGuideline(input: { projectId: "<project:beta>", uploadId: "<upload:beta-guideline>" }) { guideline { id } }
            deletePaper(input: { id: "<paper:beta-dropped>" }) { deletedId }
        }"#)
        .await;
    let storyboard = storyboard("storyboard:beta", "paper:beta-gpt", "canary ");
    maker.act("bob", &storyboard).await;
}

async fn gone(maker: &mut Maker) {
    maker
        .act("alice", r#"mutation {
            createProject(input: { id: "<project:gone>", name: "Gone", slug: "gone" }) { project { id } }
            addProjectMember(input: { id: "<projectmember:gone-ed>", projectId: "<project:gone>", userId: "<user:ed>", role: EDITOR }) { member { id } }
            addRepository(input: { id: "<repository:gone>", projectId: "<project:gone>", fullName: "acme/gone", url: "https://git.example.org/acme/gone.git", owner: "acme", name: "gone" }) { repository { id } }
            live: createPaper(input: { id: "<paper:gone-live>", projectId: "<project:gone>", title: "Gone with its project" }) { paper { id } }
            before: createPaper(input: { id: "<paper:gone-before>", projectId: "<project:gone>", title: "Gone before its project" }) { paper { id } }
            claim: createClaim(input: { id: "<claim:gone>", paperId: "<paper:gone-live>", metricName: "accuracy", metricValue: 1, sourceCitation: "p.1", confidence: 1 }) { claim { id } }
            deletePaper(input: { id: "<paper:gone-before>" }) { deletedId }
            deleteProject(input: { id: "<project:gone>" }) { deletedId }
        }"#)
        .await;
}

/// Uploads that no row took yet.
async fn spare_uploads(maker: &mut Maker) {
    maker.upload("alice", "spare-pdf", ("spare.pdf", "application/pdf", "%PDF spare")).await;
    maker.upload("alice", "same-pdf", ("same.pdf", "application/pdf", "%PDF bert")).await;
    maker.upload("alice", "spare-file", ("spare.bin", "application/octet-stream", "spare")).await;
    maker.upload("alice", "spare-text", ("spare.txt", "text/plain", "spare text")).await;
    for who in ["ann", "bob", "ed", "pen", "stranger", "vic"] {
        let content = format!("%PDF {who}{}", if who == "bob" { " canary" } else { "" });
        maker.upload(who, &format!("{who}-file"), ("own.txt", "text/plain", &content)).await;
    }
}

/// The mutation that makes a storyboard of six pages.
fn storyboard(id: &str, paper: &str, mark: &str) -> String {
    let page = |n: u8| {
        format!(
            r#"{{ title: "{mark}Page {n}", text: "{mark}What page {n} tells.", picture: {{ alt: "{mark}Picture {n}", url: "https://example.org/{}{n}.png" }} }}"#,
            mark.trim()
        )
    };
    let pages = (1..=6).map(page).collect::<Vec<_>>().join(", ");
    format!(
        r#"mutation {{ createStoryboard(input: {{ id: "<{id}>", paperId: "<{paper}>", document: {{ version: "1.0", pages: [{pages}], glossary: [{{ term: "{mark}token", definition: "{mark}A part of a word." }}] }} }}) {{ storyboard {{ id }} }} }}"#
    )
}
