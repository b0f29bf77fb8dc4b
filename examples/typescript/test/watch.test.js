// The example at work: a run that goes on is watched to its end, and what was drawn is its curve.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { enter, start as startRun } from '../../../tests/wire/house.js';
import { start } from '../../../tests/wire/program.js';

const WATCH = fileURLToPath(new URL('../build/watch.js', import.meta.url));
let program, ask, live, key;

before(async () => {
  program = await start();
  ({ ask } = await enter(program));
  live = await startRun(ask);
  const { createApiKey } = await ask(
    'mutation { createApiKey(input: { name: "watch", scopes: [READ], owner: { viewer: {} } }) { secret } }',
  );
  key = createApiKey.secret;
});
after(() => program?.stop());

/** Logs the values of some steps: x² from 0 on. */
function log(batch, from, count) {
  const steps = Array.from({ length: count }, (_, at) => from + at);
  const series = [{ metric: 'loss', steps, values: steps.map((step) => step * step) }];
  const token = 'a-token-of-more-than-32-characters-of-live';
  return ask(
    `mutation ($run: ID!, $token: String!, $batch: String!, $series: [SeriesLogInput!]!) {
      logSeries(input: { runId: $run, token: $token, batchId: $batch, series: $series }) { batch { number } }
    }`,
    { run: live.run, token, batch, series },
  );
}

function finish() {
  return ask(
    'mutation ($run: ID!) { finishRun(input: { id: $run, token: "a-token-of-more-than-32-characters-of-live", status: SUCCEEDED }) { run { id } } }',
    { run: live.run },
  );
}

/** Runs the example; `until` waits for what it says. */
function watch(...words) {
  const env = { ...process.env, REPROGRAPH_URL: program.url, REPROGRAPH_KEY: key };
  const child = spawn(process.execPath, [WATCH, ...words], { env });
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (said += text));
  const ended = new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
  const until = async (text) => {
    while (!said.includes(text)) {
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 20)), ended.then(() => assert.fail(said))]);
    }
  };
  return { until, ended };
}

/** Where dots stand in what was drawn, column by column from above, counted in characters. */
function heights(drawn) {
  const rows = drawn.split('\n').filter((line) => line.includes('┤')).map((line) => [...line.split('┤')[1]]);
  return rows[0].map((_, column) => rows.findIndex((row) => row[column] !== '\u2800'));
}

test('a run is watched to its end, and its curve is drawn', { timeout: 60_000 }, async () => {
  await log('1', 0, 100);
  const watching = watch(live.run, 'loss');
  await watching.until('step 99: 9801');
  await log('2', 100, 100);
  await watching.until('step 199: 39601');
  await log('3', 200, 41);
  await watching.until('step 240: 57600');
  await finish();
  const { code, said } = await watching.ended;
  assert.equal(code, 0, said);
  const drawn = said.slice(said.indexOf('Live: SUCCEEDED'));
  const lines = drawn.trimEnd().split('\n');
  assert.deepEqual(lines.slice(0, 2), ['Live: SUCCEEDED', 'loss']);
  assert.equal(lines.length, 2 + 12 + 1);
  assert.match(lines[2], /^ +57600 ┤/);
  assert.match(lines[13], /^ +0 ┤/);
  assert.match(lines[14], /^ +0 +240$/);
  // It begins at the bottom, never falls, ends at the top, and is half-way up where x² is.
  const seen = heights(drawn);
  assert.deepEqual([seen.length, seen[0], seen.at(-1)], [60, 11, 0]);
  assert.deepEqual(seen, [...seen].sort((a, b) => b - a));
  assert.equal(seen.findIndex((height) => height <= 5), Math.round(60 * Math.SQRT1_2));
});

test('a run that is over is drawn at once, and one that is not there is said to be none', async () => {
  assert.match((await watch(live.run, 'loss').ended).said, /SUCCEEDED/);
  const none = await watch(live.run.replace(/.{5}$/, 'zzzzz'), 'loss').ended;
  assert.deepEqual([none.code, /there is no run/.test(none.said)], [1, true]);
});
