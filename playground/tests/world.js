// Somebody who is signed in, a paper whose claim a run has tested, and a run that goes on.

import { enter, start as startRun } from '../../tests/wire/house.js';
import { start } from '../../tests/wire/program.js';

const PAPER = `mutation ($project: ID!) {
  createPaper(input: { projectId: $project, title: "A paper that is made up" }) { paper { id } }
}`;

const CLAIM = `mutation ($paper: ID!) {
  createClaim(input: {
    paperId: $paper, metricName: "accuracy", split: "test", metricValue: 91.5, sourceCitation: "Table 1", confidence: 0.9
  }) { claim { id } }
}`;

const TESTED = `mutation ($run: CreateRunInput!) {
  importRun(input: {
    run: $run, status: SUCCEEDED, startedAt: "2026-01-01T00:00:00Z", endedAt: "2026-01-01T01:00:00Z"
  }) { run { id } }
}`;

const CAME_TO = `mutation ($run: ID!) {
  logSeries(input: {
    runId: $run, batchId: "1", series: [{ metric: "accuracy", split: "test", steps: [1, 2, 3], values: [70, 88, 90] }]
  }) { batch { number } }
  evaluateRun(input: { id: $run }) { evals { verdict } }
}`;

/** Makes all that; `live` says more. */
async function make(program) {
  const { ask, cookie } = await enter(program);
  const live = await startRun(ask);
  const paper = (await ask(PAPER, { project: live.project })).createPaper.paper.id;
  await ask(CLAIM, { paper });
  const subject = { experiment: { projectId: live.project, paperId: paper } };
  const run = (await ask(TESTED, { run: { name: 'Tested', subject } })).importRun.run.id;
  const { evaluateRun } = await ask(CAME_TO, { run });
  if (evaluateRun.evals.length !== 1) throw new Error(`the claim was not tested: ${JSON.stringify(evaluateRun)}`);
  await live.say();
  return { program, ask, live, cookie };
}

/** A program with all that; `begun` hears of it before anybody asks it. */
export async function world(settings = [], begun = () => {}) {
  const program = await start(...settings);
  begun(program);
  try {
    const house = await make(program);
    // The link that was printed works once, and was used to make all this.
    await program.restart();
    return house;
  } catch (why) {
    await program.stop();
    throw why;
  }
}
