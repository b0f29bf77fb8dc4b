// GraphQL over HTTP, as the auditor of graphql-http has it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { auditServer } from 'graphql-http';

import { start } from './program.js';

test('the auditor of graphql-http finds nothing', async (t) => {
  const program = await start();
  t.after(program.stop);
  const audits = await auditServer({ url: `${program.url}/graphql` });
  assert.equal(audits.length, 61);
  const found = audits.filter((audit) => audit.status !== 'ok');
  assert.deepEqual(found.map(({ id, name, reason }) => ({ id, name, reason })), []);
});
