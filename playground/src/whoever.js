// Who looks at the page, and what is newest of what they see.

import { ask } from './ask.js';

const WHOEVER = '{ viewer { email } }';

/** Rather a run that says something than one that waits. */
const NEWEST = `{
  said: runs(first: 1, orderBy: STARTED_AT_DESC, filter: { events: { some: {} } }) { nodes { id project { id } } }
  runs(first: 1) { nodes { id } }
  projects(first: 1) { nodes { id } }
}`;

/** Whoever is signed in, if somebody is, and the ids with which the examples begin. */
export async function whoever() {
  const { data } = await ask({ query: WHOEVER });
  if (!data?.viewer) return { newest: {} };
  const found = await ask({ query: NEWEST });
  const { said, runs, projects } = found.data ?? {};
  const run = said?.nodes[0] ?? runs?.nodes[0];
  const project = run?.project ?? projects?.nodes[0];
  return { email: data.viewer.email, newest: { run: run?.id, project: project?.id } };
}
