// Connections that end and must go on: the client of graphql-ws comes again, by itself, and misses nothing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

import { enter, start as startRun } from './house.js';
import { start } from './program.js';

const RUN_EVENTS = 'subscription ($run: ID!, $after: SafeInt!) { runEvents(runId: $run, afterSeq: $after) { seq payload } }';
let program, house;

before(async () => {
  program = await start('--slow-client-timeout', '2s');
  house = await enter(program);
});
after(() => program.stop());

/** A key that holds for so many seconds. */
async function key(seconds = 3600) {
  const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
  const { createApiKey } = await house.ask(
    'mutation ($expiresAt: DateTime!) { createApiKey(input: { name: "live", scopes: [READ], owner: { viewer: {} }, expiresAt: $expiresAt }) { secret apiKey { id } } }',
    { expiresAt },
  );
  return { id: createApiKey.apiKey.id, authorization: `Bearer ${createApiKey.secret}` };
}

/**
 * Follows a run with a client that shows a fresh key each time that it connects, and goes on where it was. `closed` has the
 * codes with which its connections ended, `seqs` what it saw.
 */
function follow(live, keys) {
  const [closed, seqs, sockets] = [[], [], []];
  const variables = { run: live.run, after: 0 };
  const client = createClient({
    url: `${program.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 20,
    // A server that is not back yet refuses the connection, which the client takes for the end unless it is told.
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
    connectionParams: async () => ({ Authorization: (await keys()).authorization }),
    on: {
      opened: (socket) => sockets.push(socket),
      closed: ({ code }) => closed.push(code),
    },
  });
  const ended = new Promise((resolve, reject) => {
    client.subscribe({ query: RUN_EVENTS, variables }, {
      next: ({ data }) => {
        variables.after = data.runEvents.seq;
        seqs.push(data.runEvents.seq);
      },
      error: reject,
      complete: resolve,
    });
  });
  ended.catch(() => {});
  const until = async (condition) => {
    while (!condition()) await Promise.race([new Promise((resolve) => setTimeout(resolve, 20)), ended]);
  };
  return { client, closed, seqs, sockets, until, saw: (count) => until(() => seqs.length >= count) };
}

const upTo = (count) => Array.from({ length: count }, (_, at) => at + 1);

test('a key that ends closes with 4403, and the client shows another', async () => {
  const live = await startRun(house.ask, 'expires');
  const keys = [await key(3), await key()];
  const following = follow(live, async () => keys.shift());
  await live.say(2);
  await following.saw(2);
  await following.until(() => following.closed.length === 1);
  await live.say(2);
  await following.saw(4);
  assert.deepEqual([following.closed, following.seqs], [[4403], upTo(4)]);
  await following.client.dispose();
});

test('a key that is revoked closes with 4403 at once', async () => {
  const live = await startRun(house.ask, 'revoked');
  const keys = [await key(), await key()];
  const [{ id }] = keys;
  const following = follow(live, async () => keys.shift());
  await live.say(2);
  await following.saw(2);
  await house.ask('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', { id });
  await live.say(2);
  await following.saw(4);
  assert.deepEqual([following.closed, following.seqs], [[4403], upTo(4)]);
  await following.client.dispose();
});

test('a server that stops closes with 1012, and the client goes on when it is back', async () => {
  const live = await startRun(house.ask, 'restarts');
  const following = follow(live, key.bind(null, 3600));
  await live.say(2);
  await following.saw(2);
  await program.restart();
  await live.say(2);
  await following.saw(4);
  assert.equal(following.closed[0], 1012);
  assert.deepEqual(following.seqs, upTo(4));
  await following.client.dispose();
});

test('a client that reads too slowly is closed with 1013, and goes on where it was', async () => {
  const live = await startRun(house.ask, 'slow');
  const following = follow(live, key.bind(null, 3600));
  await live.say(1);
  await following.saw(1);
  const [{ _socket: socket }] = following.sockets;
  socket.pause();
  // More than all buffers between the two of them hold.
  const batches = 16;
  for (let batch = 0; batch < batches; batch += 1) await live.say(200, 'x'.repeat(5_000));
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  socket.resume();
  await following.saw(1 + batches * 200);
  assert.deepEqual([following.closed, following.seqs], [[1013], upTo(1 + batches * 200)]);
  await following.client.dispose();
});

test('what is deleted is told as gone, and nothing comes after it', async () => {
  const live = await startRun(house.ask, 'deleted');
  const client = createClient({
    url: `${program.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: async () => ({ Authorization: (await key()).authorization }),
  });
  await live.say(1);
  const answers = [];
  for await (const answer of client.iterate({ query: RUN_EVENTS, variables: { run: live.run, after: 0 } })) {
    answers.push(answer.errors?.[0].extensions.code ?? answer.data.runEvents.seq);
    if (answers.length === 1) {
      await house.ask('mutation ($id: ID!) { deleteProject(input: { id: $id }) { deletedId } }', { id: live.project });
    }
  }
  assert.deepEqual(answers, [1, 'NOT_FOUND']);
  await client.dispose();
});
