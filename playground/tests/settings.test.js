// The page where the schema cannot be asked for, which says so and works, and where there is none.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { start } from '../../tests/wire/program.js';
import { launch, visit } from './browser.js';

let browser;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test('without introspection it says that there is none, and answers all the same', async (t) => {
  const program = await start('--introspection=false');
  t.after(program.stop);
  await visit(browser, program.link, async ({ sees, run, answered }) => {
    await sees('This server does not tell its schema: introspection is switched off here');
    await answered('introspection is switched off here');
    await run();
    await answered('"totalCount": 0');
  });
});

test('switched off it is nowhere', async (t) => {
  const program = await start('--playground=false');
  t.after(program.stop);
  assert.equal((await fetch(program.url)).status, 404);
});
