// Takes the README's picture of the playground: the demo, with the example that leads from claims to the runs that tested
// them, and its answer. `scripts/picture-playground` calls it with the file.

import { start } from '../tests/wire/program.js';
import { launch, visit } from './tests/browser.js';

const [file] = process.argv.slice(2);
const program = await start('--demo', '--log', 'warn');
const browser = await launch();
try {
  await visit(browser, program.link, async ({ page, click, sees, open, run, answered }) => {
    await page.setViewport({ width: 1200, height: 720 });
    // What is asked has the whole height.
    await click('button[aria-label="Hide editor tools"]');
    await sees('admin@', '.whoever');
    await open('TestedBy');
    await run();
    await answered('"verdict"');
    // Nothing blinks, and nothing is pointed at.
    await page.evaluate(() => document.activeElement.blur());
    await page.mouse.move(600, 715);
    await page.screenshot({ path: file });
  });
} finally {
  await browser.close();
  await program.stop();
}
