// graphql-transport-ws, as the client of graphql-ws speaks it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

import { enter, start as startRun } from './house.js';
import { start } from './program.js';

const RUN_EVENTS = 'subscription Events($run: ID!, $after: SafeInt) { runEvents(runId: $run, afterSeq: $after) { seq payload } }';
let program, house, live;

before(async () => {
  program = await start();
  house = await enter(program);
  live = await startRun(house.ask);
});
after(() => program.stop());

const address = () => `${program.url.replace('http', 'ws')}/graphql`;

/** A client that shows the cookie, as a browser does. */
function client(options = {}) {
  class Signed extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { headers: { cookie: house.cookie } });
    }
  }
  return createClient({ url: address(), webSocketImpl: Signed, retryAttempts: 5, shouldRetry: () => true, ...options });
}

/** A bare connection, and what is said in it. */
async function bare(protocol = 'graphql-transport-ws') {
  const socket = new WebSocket(address(), protocol, { headers: { cookie: house.cookie } });
  const closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve({ code, reason: `${reason}` })));
  const heard = [];
  socket.on('message', (text) => heard.push(JSON.parse(`${text}`)));
  await new Promise((resolve) => socket.once('open', resolve));
  const until = async (count) => {
    while (heard.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    return heard;
  };
  return { say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)), closed, until, socket };
}

test('what is there is replayed, and what comes follows, each once and in order', async () => {
  await live.say(3);
  const one = client();
  const seqs = [];
  for await (const { data } of one.iterate({ query: RUN_EVENTS, variables: { run: live.run, after: 0 } })) {
    seqs.push(data.runEvents.seq);
    if (seqs.length === 3) live.say(700);
    if (seqs.length === 703) break;
  }
  assert.deepEqual(seqs, Array.from({ length: 703 }, (_, at) => at + 1));
  await one.dispose();
});

test('queries and mutations are answered too', async () => {
  const one = client();
  const answers = [];
  for await (const answer of one.iterate({ query: '{ projects { nodes { slug } } }' })) answers.push(answer);
  assert.deepEqual(answers.map(({ data }) => data), [{ projects: { nodes: [{ slug: 'live' }] } }]);
  assert.deepEqual([answers[0].extensions.cost.requested, answers[0].extensions.cost.actual], [41, 3]);
  await one.dispose();
});

test('a run that is not there is an error, and nothing comes after it', async () => {
  const { say, until, socket } = await bare();
  say({ type: 'connection_init' });
  await until(1);
  const run = live.run.replace(/.{5}$/, 'zzzzz');
  say({ id: '1', type: 'subscribe', payload: { query: RUN_EVENTS, variables: { run } } });
  say({ id: '2', type: 'subscribe', payload: { query: '{ nothing }' } });
  const heard = await until(3);
  assert.deepEqual(heard.slice(1).map(({ id, type }) => `${id} ${type}`).sort(), ['1 error', '2 error']);
  say({ type: 'ping', payload: { a: 1 } });
  assert.deepEqual((await until(4))[3], { type: 'pong', payload: { a: 1 } });
  socket.close();
});

for (const [what, code, messages] of [
  ['a message that is none', 4400, ['nonsense']],
  ['a message of another type', 4400, [{ type: 'start' }]],
  ['an operation before the connection is opened', 4401, [{ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } }]],
  ['a token that does not hold', 4403, [{ type: 'connection_init', payload: { Authorization: 'Bearer nothing' } }]],
  ['opening twice', 4429, [{ type: 'connection_init' }, { type: 'connection_init' }]],
]) {
  test(`${what} closes with ${code}`, async () => {
    const { say, closed } = await bare();
    messages.forEach(say);
    assert.equal((await closed).code, code);
  });
}

test('a name that is taken closes with 4409', async () => {
  const { say, until, closed } = await bare();
  say({ type: 'connection_init' });
  await until(1);
  const subscribe = { id: 'same', type: 'subscribe', payload: { query: RUN_EVENTS, variables: { run: live.run } } };
  say(subscribe);
  say(subscribe);
  assert.deepEqual(await closed, { code: 4409, reason: 'Subscriber for same already exists' });
});

test('another protocol closes with 4406', async () => {
  const { closed } = await bare([]);
  assert.equal((await closed).code, 4406);
});

test('a page of another site cannot connect', async () => {
  const socket = new WebSocket(address(), 'graphql-transport-ws', { headers: { cookie: house.cookie, origin: 'https://evil.example' } });
  const status = await new Promise((resolve) => socket.once('unexpected-response', (_, answer) => resolve(answer.statusCode)));
  assert.equal(status, 403);
});
