// Builds the playground into the folder of the program that carries it, or with --check says whether it is there already.
// What is compressed is compared as it was before: two versions of Node.js compress alike, but not byte for byte.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

import { build } from 'esbuild';

import { licences } from './licences.js';

const here = dirname(fileURLToPath(import.meta.url));
const bundle = join(here, '../crates/server/src/http/playground/bundle');

/** GraphiQL's styles carry fonts, three times as large as all the rest of them: the page takes those of the system. */
const withoutFonts = {
  name: 'without-fonts',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[/\\]graphiql[/\\]dist[/\\]style\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/@font-face\s*\{[^}]*\}/g, ''),
      loader: 'css',
    })),
};

/** The files of the bundle, by their names. */
async function made() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: here,
    entryPoints: { app: 'src/main.jsx' },
    outdir: 'out',
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome109', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    legalComments: 'none',
    loader: { '.graphql': 'text' },
    plugins: [withoutFonts],
    alias: { 'react-style-singleton': join(here, 'src/style-singleton.js') },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const text = (end) => outputFiles.find(({ path }) => path.endsWith(end)).text;
  const page = readFileSync(join(here, 'src/index.html'), 'utf8');
  const files = { 'app.js': text('.js'), 'app.css': text('.css'), 'LICENSES.txt': licences(here, metafile) };
  const version = digest([page, ...Object.values(files)].map(digest).join()).slice(0, 16);
  return { ...files, 'index.html': page.replaceAll('VERSION', version), version };
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex');
}

/** What is large is kept compressed. */
const isCompressed = (name) => name.startsWith('app.');
const nameOf = (name) => (isCompressed(name) ? `${name}.br` : name);

function compress(text) {
  const bytes = Buffer.from(text);
  const { BROTLI_PARAM_SIZE_HINT, BROTLI_PARAM_LGWIN } = constants;
  return brotliCompressSync(bytes, { params: { [BROTLI_PARAM_SIZE_HINT]: bytes.length, [BROTLI_PARAM_LGWIN]: 22 } });
}

/** What the bundle has under this name. */
function kept(name) {
  try {
    const bytes = readFileSync(join(bundle, nameOf(name)));
    return (isCompressed(name) ? brotliDecompressSync(bytes) : bytes).toString();
  } catch {
    return undefined;
  }
}

const files = await made();
const names = Object.keys(files).map(nameOf);
mkdirSync(bundle, { recursive: true });
const changed = Object.keys(files).filter((name) => kept(name) !== files[name]);
const strange = readdirSync(bundle).filter((name) => !names.includes(name));
if (process.argv.includes('--check')) {
  if (changed.length + strange.length > 0) {
    console.error(`the bundle is not what scripts/build-playground makes of it: ${[...changed, ...strange].join(', ')}`);
    process.exit(1);
  }
} else {
  for (const name of strange) rmSync(join(bundle, name));
  for (const name of changed) writeFileSync(join(bundle, nameOf(name)), isCompressed(name) ? compress(files[name]) : files[name]);
}
for (const name of Object.keys(files).filter(isCompressed)) {
  const size = readFileSync(join(bundle, nameOf(name))).length;
  console.log(`${name}: ${(Buffer.byteLength(files[name]) / 1e6).toFixed(2)} MB, compressed ${(size / 1e6).toFixed(2)} MB`);
}
