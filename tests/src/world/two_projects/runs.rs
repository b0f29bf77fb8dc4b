//! Runs in each state that lasts, and in each project one that is deleted.

use super::super::Maker;

pub(super) async fn fill(maker: &mut Maker) {
    maker
        .act("ed", r#"mutation {
            queued: createRun(input: { id: "<run:queued>", subject: { experiment: { projectId: "<project:alpha>", paperId: "<paper:bert>", seed: "7" } }, name: "Queued", tags: ["nightly", "bert"], group: "sweep", config: { lr: 0.1 }, repositoryId: "<repository:code>", commitSha: "ABCDEF0", dirty: false, command: "python train.py" }) { run { id } }
            running: startRun(input: { run: { id: "<run:running>", subject: { simulation: { projectId: "<project:alpha>", unitModeId: "<unitmode:alpha>", equationVersion: "2", containerHash: "sha256:1", totalSteps: 100 } }, name: "Running" }, hold: { holder: "worker", seconds: 86400, token: "token-of-the-running-run-in-alpha" } }) { run { id } }
            paused: startRun(input: { run: { id: "<run:paused>", subject: { experiment: { projectId: "<project:alpha>" } }, name: "Paused", parentRunId: "<run:running>" }, hold: { holder: "worker", token: "token-of-the-paused-run-in-alpha-" } }) { run { id } }
            pauseRun(input: { id: "<run:paused>" }) { run { id } }
            importRun(input: { run: { id: "<run:failed>", subject: { experiment: { projectId: "<project:alpha>", paperId: "<paper:bert>" } }, name: "Failed" }, status: FAILED, startedAt: "2025-01-01T00:00:00Z", endedAt: "2025-01-01T00:01:00Z", runningMs: 60000, error: { code: "E_OOM", message: "Out of memory." } }) { run { id } }
            recordEval(input: { id: "<eval:hand>", runId: "<run:failed>", metricName: "f1", claimed: 93.2, observed: 90, tolerance: 1, direction: MAXIMIZE }) { eval { id } }
            reproduction: createRun(input: { id: "<run:reproduction>", subject: { reproduction: { planId: "<plan:bert>" } } }) { run { id } }
            dropped: createRun(input: { id: "<run:dropped>", subject: { experiment: { projectId: "<project:alpha>" } }, name: "Dropped" }) { run { id } }
            deleteRun(input: { id: "<run:dropped>" }) { deletedId }
        }"#)
        .await;
    maker
        .act("ed", r#"mutation {
            first: saveSnapshot(input: { id: "<snapshot:first>", runId: "<run:running>", token: "token-of-the-running-run-in-alpha", t: 0.5, step: 10, state: { x: 1, v: [0.5, 2] }, isCheckpoint: true, metadata: { by: "worker" } }) { snapshot { id } }
            large: saveSnapshot(input: { id: "<snapshot:large>", runId: "<run:running>", token: "token-of-the-running-run-in-alpha", t: 1.5, step: 30, hash: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }) { snapshot { id } }
            odd: createNote(input: { id: "<note:odd>", runId: "<run:running>", title: "Odd", content: "It speeds up.", t: 0.5, step: 10 }) { note { id } }
            failed: createNote(input: { id: "<note:failed>", runId: "<run:failed>", title: "Why", content: "Too large a batch." }) { note { id } }
            own: addRunEquation(input: { id: "<runequation:alpha>", runId: "<run:running>", equationModuleId: "<equationmodule:later>", parameters: { m: 3 } }) { runEquation { id } }
            global: addRunEquation(input: { id: "<runequation:motion>", runId: "<run:running>", equationModuleId: "<equationmodule:motion>" }) { runEquation { id } }
        }"#)
        .await;
    maker
        .act("bob", r#"mutation {
            queued: createRun(input: { id: "<run:beta-queued>", subject: { experiment: { projectId: "<project:beta>" } }, name: "canary", description: "canary", config: { canary: "canary" }, tags: ["canary"], group: "canary", command: "canary", metadata: { canary: "canary" } }) { run { id } }
            running: startRun(input: { run: { id: "<run:beta>", subject: { simulation: { projectId: "<project:beta>", equationVersion: "canary", containerHash: "canary" } }, name: "canary" }, hold: { holder: "canary", seconds: 86400, token: "token-of-the-running-run-in-beta-" } }) { run { id } }
            paused: startRun(input: { run: { id: "<run:beta-paused>", subject: { experiment: { projectId: "<project:beta>", paperId: "<paper:beta-gpt>" } }, name: "canary" }, hold: { holder: "canary", token: "token-of-the-paused-run-in-beta--" } }) { run { id } }
            pauseRun(input: { id: "<run:beta-paused>" }) { run { id } }
            recordEval(input: { id: "<eval:beta>", runId: "<run:beta-paused>", metricName: "canary", claimed: 77, observed: 77 }) { eval { id } }
            dropped: createRun(input: { id: "<run:beta-dropped>", subject: { experiment: { projectId: "<project:beta>" } }, name: "canary" }) { run { id } }
            deleteRun(input: { id: "<run:beta-dropped>" }) { deletedId }
            saveSnapshot(input: { id: "<snapshot:beta>", runId: "<run:beta>", token: "token-of-the-running-run-in-beta-", t: 1, step: 1, state: { canary: "canary" }, metadata: { canary: "canary" } }) { snapshot { id } }
            createNote(input: { id: "<note:beta>", runId: "<run:beta>", title: "canary", content: "canary" }) { note { id } }
            own: addRunEquation(input: { id: "<runequation:beta>", runId: "<run:beta>", equationModuleId: "<equationmodule:beta>", parameters: { canary: "canary" } }) { runEquation { id } }
            global: addRunEquation(input: { id: "<runequation:beta-motion>", runId: "<run:beta>", equationModuleId: "<equationmodule:motion>", parameters: { canary: "canary" } }) { runEquation { id } }
        }"#)
        .await;
}
