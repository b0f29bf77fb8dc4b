// Watches a run: draws the curve of a metric again whenever points come, until the run is over.
//
//   REPROGRAPH_URL=http://127.0.0.1:8080 REPROGRAPH_KEY=rpg_… npm run --silent watch -- run_… loss

import { Server } from './client.js';
import { Curve } from './curve.js';
import { CHANGES, POINTS, SO_FAR } from './documents.js';
import type { RunStatus } from './generated/graphql.js';

/** A run and its curve, as they are by now. */
async function soFar(server: Server, run: string, metric: string) {
  const found = await server.ask(SO_FAR, { run, metric });
  if (!found.run) throw new Error(`there is no run ${run}`);
  const [series] = found.run.series.nodes;
  const curve = new Curve();
  if (series) curve.add(series.sample);
  return { ...found.run, curve, number: series?.number };
}

function isOver(status: RunStatus): boolean {
  return !['QUEUED', 'RUNNING', 'PAUSED'].includes(status);
}

/** Follows a run to its end, and tells whenever its curve has changed. */
async function follow(server: Server, run: string, metric: string, changed: (curve: Curve) => void): Promise<void> {
  const { status, progress, curve, ...found } = await soFar(server, run, metric);
  changed(curve);
  if (isOver(status)) return;
  let number = found.number;
  // Whoever comes again goes on where this says that they were.
  const place = { run, metrics: [metric], after: progress.lastBatch };
  const points = server.follow(POINTS, place, ({ seriesPoints }) => {
    place.after = seriesPoints.number;
    for (const { series, removedFrom, points } of seriesPoints.series) {
      number ??= series.number;
      if (series.number !== number) continue;
      if (removedFrom != null) curve.removeFrom(removedFrom);
      curve.add(points);
    }
    changed(curve);
  });
  const changes = server.follow(CHANGES, { run }, ({ runChanged }) => {
    if (isOver(runChanged.status)) changes.stop();
  });
  await Promise.race([changes.ended, points.ended]);
  points.stop();
}

async function watch(server: Server, run: string, metric: string): Promise<void> {
  const { stdout } = process;
  const draw = (curve: Curve) => stdout.write(`\x1b[2J\x1b[H${metric}\n${curve.draw()}\n`);
  const tell = (curve: Curve) => stdout.write(`${curve.last()}\n`);
  await follow(server, run, metric, stdout.isTTY ? draw : tell);
  // As it is in the end, with what came last.
  const { name, status, curve } = await soFar(server, run, metric);
  stdout.write(`${name}: ${status}\n${metric}\n${curve.draw()}\n`);
}

const [run, metric] = process.argv.slice(2);
const { REPROGRAPH_URL: url = 'http://127.0.0.1:8080', REPROGRAPH_KEY: key } = process.env;
if (!run || !metric || !key) {
  console.error('REPROGRAPH_KEY=rpg_… npm run --silent watch -- RUN METRIC');
  process.exitCode = 2;
} else {
  await watch(new Server(url, key), run, metric).catch((why: unknown) => {
    console.error(why instanceof Error ? why.message : why);
    process.exitCode = 1;
  });
}
