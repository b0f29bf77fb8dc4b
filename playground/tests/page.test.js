// The page as somebody sees it who opens it in a browser. On each of them nothing may go wrong: browser.js looks.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, visit } from './browser.js';
import { world } from './world.js';

const EXAMPLES = ['Claims', 'Gaps', 'TestedBy', 'Runs', 'Curves', 'Watch', 'Happened'];
let browser, house;

before(async () => {
  browser = await launch();
  house = await world();
});
after(async () => {
  await browser?.close();
  await house?.program.stop();
});

/** Looks at the page as somebody who is signed in. */
const look = (doing, query = '') => visit(browser, `${house.program.url}/${query}`, doing, house.cookie);

test('the printed link leads there, signed in, and every example has data', async () => {
  await visit(browser, house.program.link, async ({ page, sees, tabs, open, run, answered, answer }) => {
    await sees('admin@', '.whoever');
    assert.equal(page.url(), `${house.program.url}/`);
    assert.deepEqual(await tabs(), EXAMPLES);
    for (const [example, shown] of [
      ['Claims', 'A paper that is made up'],
      ['Gaps', '"evaluatedClaimCount": 1'],
      ['TestedBy', '"verdict": "NOT_REPRODUCED"'],
      ['Runs', '"name": "Tested"'],
      ['Curves', '"name": "Live"'],
      ['Happened', '"position"'],
    ]) {
      await open(example);
      await run();
      await answered(shown);
      assert.equal((await answer()).errors, undefined, example);
    }
  });
});

test('what is followed comes as it is written', async () => {
  await look(async ({ open, run, answered }) => {
    await open('Watch');
    await run();
    await answered('"line": "1.0"');
    await house.live.say();
    await answered('"line": "2.0"');
    await run();
  });
});

test('the documentation is there', async () => {
  await look(async ({ pane, sees, click }) => {
    await pane('Documentation Explorer');
    await click('.graphiql-doc-explorer ::-p-text(Subscription)');
    await sees('How the queue of runs of a kind stands', '.graphiql-doc-explorer');
  });
});

test('the explorer writes what is ticked', async () => {
  await look(async ({ pane, click, query }) => {
    await pane('GraphiQL Explorer');
    assert.doesNotMatch(await query(), /abstract/);
    await click('.doc-explorer-contents ::-p-text(abstract)');
    assert.match(await query(), /abstract/);
  });
});

test('a document in the address is shown, and not run', async () => {
  const address = `?${new URLSearchParams({ query: 'query Mine($id: ID!) { run(id: $id) { name } }', variables: '{"id":"run_1"}' })}`;
  await look(async ({ page, tabs, query, answered, run, pane, click, sees }) => {
    assert.deepEqual(await tabs(), ['Mine', ...EXAMPLES]);
    assert.match(await query(), /^query Mine/);
    assert.equal(page.url(), `${house.program.url}/`);
    await answered('');
    await run();
    await answered('BAD_USER_INPUT');

    await pane('Examples');
    await sees('From a claim to the runs that tested it', '.examples');
    await Promise.all([page.waitForNavigation(), click('.examples ::-p-text(Gaps)')]);
    await page.waitForSelector('.graphiql-execute-button');
    assert.match(await query(), /query Gaps/);
  }, address);
});

test('its dialogs open, and it is light or dark as the system is, or as one chooses', async () => {
  await look(async ({ page, click, sees }) => {
    const colour = () => page.$eval('.graphiql-container', (element) => getComputedStyle(element).backgroundColor);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
    const light = await colour();
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    assert.notEqual(await colour(), light);
    await click('[aria-label="Open settings dialog"]');
    await sees('Theme', '.graphiql-dialog');
    await click('.graphiql-dialog ::-p-text(Light)');
    await page.waitForFunction(() => document.body.classList.contains('graphiql-light'));
    assert.equal(await colour(), light);
  });
});

test('a stranger sees how to sign in, and the schema, and nothing else', async () => {
  const { ask, program } = house;
  const { viewer } = await ask('{ viewer { id email } }');
  const password = 'a long and unlikely password';
  const { createUserLink } = await ask(
    'mutation ($id: ID!) { createUserLink(input: { userId: $id, purpose: PASSWORD_RESET }) { link } }',
    { id: viewer.id },
  );
  const token = new URL(createUserLink.link).hash.replace('#reset=', '');
  await ask('mutation ($token: String!, $password: String!) { resetPassword(input: { token: $token, newPassword: $password }) { email } }', { token, password });
  await visit(browser, program.url, async ({ page, sees, run, open, answer, answered, pane }) => {
    await sees('You are not signed in');
    await run();
    await answered('UNAUTHENTICATED');
    assert.equal((await answer()).data, null);
    await pane('Documentation Explorer');
    await sees('Subscription', '.graphiql-doc-explorer');

    await page.locator('[name="email"]').fill(viewer.email);
    await page.locator('[name="password"]').fill(password);
    await Promise.all([page.waitForNavigation(), page.locator('.notice button').click()]);
    await sees(viewer.email, '.whoever');
    await open('Curves');
    await sees('run_', '.graphiql-editor-tool');
  });
});
