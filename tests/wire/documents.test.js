// Documents that are named in place of being sent, as urql's exchange for them does it, and a list of trusted ones.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { Client, fetchExchange, gql } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { createClient as createEvents } from 'graphql-sse';
import { createClient as createSocket } from 'graphql-ws';
import WebSocket from 'ws';

import { enter } from './house.js';
import { start } from './program.js';

const digest = (text) => createHash('sha256').update(text).digest('hex');

/** A client of urql that is signed in, and the requests that it sent. */
function urql(program, cookie) {
  const sent = [];
  const client = new Client({
    url: `${program.url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { cookie } },
    fetch: (url, options) => {
      const { searchParams } = new URL(url);
      sent.push(`${options.method}${searchParams.get('query') || /"query":"/.test(options.body ?? '') ? ' text' : ''}`);
      return fetch(url, options);
    },
    exchanges: [
      persistedExchange({
        preferGetForPersistedQueries: true,
        enableForMutation: true,
        generateHash: async (text) => digest(text),
      }),
      fetchExchange,
    ],
  });
  return { client, sent };
}

test('urql names a document, sends it once, and names it from then on', async (t) => {
  const program = await start();
  t.after(program.stop);
  const { cookie } = await enter(program);
  const query = gql`query Who { viewer { email } }`;
  const mutation = gql`mutation Make { createProject(input: { name: "A", slug: "a", onConflict: RETURN_EXISTING }) { project { slug } } }`;
  const first = urql(program, cookie);
  assert.equal(typeof (await first.client.query(query, {})).data.viewer.email, 'string');
  assert.equal((await first.client.mutation(mutation, {})).data.createProject.project.slug, 'a');
  assert.deepEqual(first.sent.map((one) => one.endsWith(' text')), [false, true, false, true]);
  const second = urql(program, cookie);
  assert.equal(typeof (await second.client.query(query, {})).data.viewer.email, 'string');
  assert.equal((await second.client.mutation(mutation, {})).data.createProject.project.slug, 'a');
  assert.deepEqual(second.sent, ['GET', 'POST']);
});

test('urql sends its documents where none are kept', async (t) => {
  const program = await start('--kept-documents-bytes', '0');
  t.after(program.stop);
  const { cookie } = await enter(program);
  const { client, sent } = urql(program, cookie);
  for (const query of [gql`query A { viewer { role } }`, gql`query B { viewer { role } }`]) {
    assert.equal((await client.query(query, {})).data.viewer.role, 'ADMIN');
  }
  assert.equal(sent.length, 3);
});

test('only the documents of a list run, over every transport', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'reprograph-wire-'));
  const file = join(folder, 'persisted-documents.json');
  const [listed, other] = ['query Who { viewer { role } }', '{ viewer { role } }'];
  // As graphql-codegen's client preset writes it, by whichever digest, and as people name their own.
  const sha1 = createHash('sha1').update(listed).digest('hex');
  writeFileSync(file, JSON.stringify({ [sha1]: listed, 'my-own': 'query Name { __typename }' }));
  const program = await start('--only-trusted-documents', file);
  t.after(async () => {
    await program.stop();
    rmSync(folder, { recursive: true });
  });
  const { cookie } = await enter(program);
  const post = async (body) => {
    const headers = { 'content-type': 'application/json', cookie };
    const answer = await fetch(`${program.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
    const { data, errors } = await answer.json();
    return errors ? errors[0].extensions.code : data;
  };
  for (const body of [
    { documentId: sha1 },
    { documentId: `sha256:${digest(listed)}` },
    { extensions: { persistedQuery: { version: 1, sha256Hash: digest(listed) } } },
    { query: listed },
    { query: listed, documentId: sha1 },
  ]) {
    assert.deepEqual(await post(body), { viewer: { role: 'ADMIN' } }, JSON.stringify(body));
  }
  assert.deepEqual(await post({ documentId: 'my-own' }), { __typename: 'Query' });
  for (const body of [
    { query: other },
    { query: `${listed} ` },
    { documentId: digest(other) },
    { query: other, documentId: sha1 },
    { query: other, extensions: { persistedQuery: { version: 1, sha256Hash: digest(other) } } },
    { query: '{ __schema { description } }' },
  ]) {
    assert.equal(await post(body), 'DOCUMENT_NOT_TRUSTED', JSON.stringify(body));
  }
  const byGet = async (query) => (await fetch(`${program.url}/graphql?${query}`, { headers: { cookie } })).json();
  assert.deepEqual((await byGet(`documentId=${sha1}`)).data, { viewer: { role: 'ADMIN' } });
  assert.equal((await byGet(`query=${encodeURIComponent(other)}`)).errors[0].extensions.code, 'DOCUMENT_NOT_TRUSTED');

  class Signed extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { headers: { cookie } });
    }
  }
  const url = `${program.url.replace('http', 'ws')}/graphql`;
  for (const client of [
    createSocket({ url, webSocketImpl: Signed }),
    createEvents({ url: `${program.url}/graphql/stream`, headers: { cookie }, retryAttempts: 0 }),
  ]) {
    const ask = async (payload) => {
      for await (const answer of client.iterate(payload)) return answer;
    };
    // The client for websockets wants a text in any case.
    assert.deepEqual((await ask({ query: '', documentId: sha1 })).data, { viewer: { role: 'ADMIN' } });
    const refused = await ask({ query: other }).then(({ errors }) => errors, (errors) => errors);
    assert.equal(refused[0].extensions.code, 'DOCUMENT_NOT_TRUSTED');
    await client.dispose();
  }
});
