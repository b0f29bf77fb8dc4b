// The licences of what the bundle holds, package by package.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FILE = /^(licen[cs]e|copying|notice)/i;

/** Packages that come without their licence, and where it is: in another one of the same author or repository. */
const ELSEWHERE = {
  '@graphiql/plugin-doc-explorer': 'graphiql',
  '@graphiql/plugin-explorer': 'graphiql',
  '@graphiql/plugin-history': 'graphiql',
  'react-compiler-runtime': 'react',
  'react-remove-scroll-bar': 'react-remove-scroll',
  'toggle-selection': 'copy-to-clipboard',
};

/** The licences of all packages that some byte of the bundle comes from; those that have the same stand together. */
export function licences(root, metafile) {
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = [...new Set(used.map(folderOf).filter(Boolean))].sort();
  const packages = new Map();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const text = textOf(join(root, folder)) ?? textOf(join(root, 'node_modules', ELSEWHERE[name] ?? name));
    if (!text) throw new Error(`${name} comes without its licence: say in licences.js where it is`);
    packages.set(text, [...(packages.get(text) ?? []), `${name} ${version}: ${license}`]);
  }
  const head = 'What the bundle of the playground holds beside our own code, under these licences.\n';
  const parts = [...packages].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`);
  return [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}

/** The folder of the package that a file belongs to; none for our own. */
function folderOf(path) {
  return path.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
}

/** The licences that lie in a folder, if any do. */
function textOf(folder) {
  const files = readdirSync(folder).filter((file) => FILE.test(file)).sort();
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return texts.join('\n\n') || undefined;
}
