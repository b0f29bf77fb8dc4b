// The program, started anew on a database of its own.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = process.env.REPROGRAPH;

/** A port that nobody has. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts a process of the program; answers what it said, and how it is stopped. */
async function run(folder, flags) {
  const child = spawn(program, ['serve', ...flags], { cwd: folder });
  let said = '';
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve, reject) => {
    const hear = (text) => {
      said += text;
      if (/sign in at \S+\n/.test(said)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    ended.then(() => reject(new Error(`it ends before it is ready: ${said}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { said, stop };
}

/** Starts the program; answers where it is, the link that its latest start printed, and how it is stopped or restarted. */
export async function start(...settings) {
  const folder = mkdtempSync(join(tmpdir(), 'reprograph-wire-'));
  const listen = `127.0.0.1:${await freePort()}`;
  const flags = ['--listen', listen, ...settings];
  let process = await run(folder, flags);
  const restart = async () => {
    await process.stop();
    process = await run(folder, flags);
  };
  const stop = async () => {
    await process.stop();
    rmSync(folder, { recursive: true });
  };
  return {
    url: `http://${listen}`,
    get link() {
      return process.said.match(/sign in at (\S+)/)?.[1];
    },
    stop,
    restart,
  };
}
