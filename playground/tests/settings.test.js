// The page as settings have it: without introspection, switched off, and behind a proxy under a path.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { start } from '../../tests/wire/program.js';
import { launch, visit } from './browser.js';
import { proxy } from './proxy.js';
import { world } from './world.js';

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

test('behind a proxy, under a path, all of it works', async (t) => {
  let program;
  const front = await proxy(() => program.url);
  t.after(front.stop);
  const house = await world(['--public-url', front.url], (begun) => (program = begun));
  t.after(program.stop);
  assert.ok(program.link.startsWith(`${front.url}/sign-in?`));
  await visit(browser, program.link, async ({ page, sees, open, run, answered }) => {
    await sees('admin@', '.whoever');
    assert.equal(page.url(), `${front.url}/`);
    await run();
    await answered('A paper that is made up');
    await open('Watch');
    await run();
    await answered('"line": "1.0"');
    await house.live.say();
    await answered('"line": "2.0"');
  });
});
