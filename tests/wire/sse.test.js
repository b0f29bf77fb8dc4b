// graphql-sse over distinct connections, as its client and curl read it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createClient } from 'graphql-sse';

import { enter, start as startRun } from './house.js';
import { start } from './program.js';

const RUN_EVENTS = 'subscription Events($run: ID!, $after: SafeInt) { runEvents(runId: $run, afterSeq: $after) { seq } }';
let program, house, live;

before(async () => {
  program = await start();
  house = await enter(program);
  live = await startRun(house.ask);
});
after(() => program.stop());

const address = () => `${program.url}/graphql/stream`;

test('what is there is replayed, and what comes follows', async () => {
  await live.say(3);
  const client = createClient({ url: address(), headers: { cookie: house.cookie } });
  const seqs = [];
  for await (const { data } of client.iterate({ query: RUN_EVENTS, variables: { run: live.run, after: 0 } })) {
    seqs.push(data.runEvents.seq);
    if (seqs.length === 3) live.say(2);
    if (seqs.length === 5) break;
  }
  assert.deepEqual(seqs, [1, 2, 3, 4, 5]);
  client.dispose();
});

test('a query is answered and completed', async () => {
  const client = createClient({ url: address(), headers: { cookie: house.cookie } });
  const answers = [];
  for await (const answer of client.iterate({ query: '{ projects { nodes { slug } } }' })) answers.push(answer);
  assert.deepEqual(answers.map(({ data }) => data), [{ projects: { nodes: [{ slug: 'live' }] } }]);
  assert.deepEqual([answers[0].extensions.cost.requested, answers[0].extensions.cost.actual], [41, 3]);
  client.dispose();
});

test('whoever sends the last id goes on after it', async () => {
  const query = `subscription { runEvents(runId: "${live.run}", afterSeq: 0) { seq } }`;
  const abort = new AbortController();
  const answer = await fetch(`${address()}?query=${encodeURIComponent(query)}`, {
    headers: { accept: 'text/event-stream', cookie: house.cookie, 'last-event-id': '4' },
    signal: abort.signal,
  });
  assert.equal(answer.headers.get('content-type'), 'text/event-stream');
  const { value } = await answer.body.pipeThrough(new TextDecoderStream()).getReader().read();
  const [event, data, id] = value.split('\n');
  assert.deepEqual([event, id], ['event: next', 'id: 5']);
  assert.deepEqual(JSON.parse(data.slice('data: '.length)).data, { runEvents: { seq: 5 } });
  abort.abort();
});
