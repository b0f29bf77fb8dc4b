// A headless Chromium, and a page in it that nothing may go wrong on.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';

import puppeteer from 'puppeteer-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts Debian's Chromium, or another. */
export function launch() {
  const executablePath = PLACES.find(existsSync);
  assert.ok(executablePath, 'there is no Chromium: scripts/setup-tests installs it');
  // Chromium does not run as root within its sandbox.
  const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
  return puppeteer.launch({ executablePath, args });
}

/** A page of its own, and all that went wrong on it: errors, what the policy refused, requests to other hosts. */
async function newPage(context, host) {
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  const wrong = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') wrong.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.host !== host && url.protocol !== 'data:') wrong.push(`elsewhere: ${url}`);
  });
  return { page, wrong };
}

/** Does something on a page, with a cookie where there is one, and nothing else known; nothing may go wrong. */
export async function visit(browser, address, doing, cookie) {
  const context = await browser.createBrowserContext();
  try {
    const { page, wrong } = await newPage(context, new URL(address).host);
    if (cookie) {
      const [name, value] = cookie.split('=');
      await context.setCookie({ name, value, domain: new URL(address).hostname, path: '/', httpOnly: true, sameSite: 'Lax' });
    }
    page.setDefaultTimeout(20_000);
    await page.goto(address);
    await page.waitForSelector('.graphiql-container');
    const shown = playground(page);
    await doing(shown).catch(async (why) => {
      throw new Error(`the page shows ${await shown.everything()}, and said ${wrong.join(', ') || 'nothing'}`, { cause: why });
    });
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

/** What one does on the page, and sees there. */
function playground(page) {
  const click = (selector) => page.locator(selector).click();
  const written = (editor) => page.$eval(`${editor} .CodeMirror`, (element) => element.CodeMirror.getValue());
  const sees = (text, where = 'body') =>
    page.waitForFunction((one, selector) => document.querySelector(selector)?.textContent.includes(one), {}, text, where);
  const answered = (text) =>
    page.waitForFunction(
      (one) => document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue().includes(one),
      {},
      text,
    );
  return {
    page,
    click,
    sees,
    answered,
    everything: () => page.evaluate(() => document.body.innerText),
    query: () => written('.graphiql-query-editor'),
    answer: async () => JSON.parse(await written('.result-window')),
    tabs: () => page.$$eval('.graphiql-tab-button', (tabs) => tabs.map((tab) => tab.textContent)),
    open: (tab) => click(`.graphiql-tab-button ::-p-text(${tab})`),
    run: () => click('.graphiql-execute-button'),
    pane: (name) => click(`button[aria-label="Show ${name}"]`),
  };
}
