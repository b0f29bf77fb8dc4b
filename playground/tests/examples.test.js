// The examples fit the schema, and each is shown.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { buildSchema, parse, validate } from 'graphql';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const files = readdirSync(new URL('../examples', import.meta.url));

test('every example fits the schema', () => {
  const schema = buildSchema(read('../../schema.graphql'));
  assert.ok(files.length >= 5);
  for (const file of files) {
    const errors = validate(schema, parse(read(`../examples/${file}`)));
    assert.deepEqual(errors.map(({ message }) => message), [], file);
  }
});

test('every example is shown', () => {
  const shown = read('../src/examples.js').matchAll(/from '\.\.\/examples\/(.+)'/g);
  assert.deepEqual([...shown].map(([, file]) => file).sort(), files.sort());
});
