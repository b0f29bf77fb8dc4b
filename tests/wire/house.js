// Somebody who is signed in, with a project and runs.

/** Signs in by the link that the start printed; answers a function that asks, and the token. */
export async function enter(program) {
  const answer = await fetch(program.link, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie').split(';')[0];
  const ask = async (query, variables = {}) => {
    const answer = await fetch(`${program.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await answer.json();
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  return { ask, cookie };
}

/** A run that is executed in a project of this name, and how it says more. */
export async function start(ask, name = 'live') {
  const { createProject } = await ask(
    'mutation ($name: String!) { createProject(input: { name: $name, slug: $name }) { project { id } } }',
    { name },
  );
  const project = createProject.project.id;
  const token = `a-token-of-more-than-32-characters-of-${name}`;
  const { startRun } = await ask(
    `mutation ($project: ID!, $token: String!) {
      startRun(input: { run: { subject: { experiment: { projectId: $project } }, name: "Live" }, hold: { holder: "test", seconds: 600, token: $token } }) { run { id } }
    }`,
    { project, token },
  );
  const run = startRun.run.id;
  let said = 0;
  const say = async (count = 1, text = '') => {
    said += 1;
    const event = (at) => ({ eventType: 'LOG_LINE', payload: { line: `${said}.${at}${text}` } });
    const events = Array.from({ length: count }, (_, at) => event(at));
    await ask(
      `mutation ($run: ID!, $token: String!, $batch: String!, $events: [RunEventInput!]!) {
        appendRunEvents(input: { runId: $run, token: $token, batchId: $batch, events: $events }) { batch { lastSeq } }
      }`,
      { run, token, batch: `${said}`, events },
    );
  };
  return { project, run, say };
}
