// How the page asks: over HTTP what is answered once, over a websocket what is followed. The cookie goes by itself; what
// stands among the headers goes with both, so that `Authorization` works as well.

import { getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-ws';

const address = new URL('graphql', document.baseURI);

/** Asks once. */
export async function ask(request, headers = {}) {
  const answer = await fetch(address, {
    method: 'POST',
    // By this type errors come with status 200, and the browser's console says nothing of its own about them.
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(request),
  });
  return answer.json();
}

/** Follows, until whoever reads it has enough. */
async function* follow(request, headers = {}) {
  const url = new URL(address);
  url.protocol = url.protocol.replace('http', 'ws');
  const client = createClient({ url: url.href, connectionParams: headers });
  try {
    yield* client.iterate(request);
  } finally {
    client.dispose();
  }
}

/** What a request runs. GraphiQL notes the name of an operation a moment after it was written: the only one is meant. */
function operationOf({ query, operationName }) {
  try {
    const document = parse(query);
    return getOperationAST(document, operationName) ?? getOperationAST(document);
  } catch {
    return undefined;
  }
}

/** What GraphiQL asks with; `told` hears of each answer to the question for the schema. */
export function fetcher(told) {
  return (request, { headers } = {}) => {
    const operation = operationOf(request);
    const meant = { ...request, operationName: operation?.name?.value };
    if (operation?.operation === 'subscription') return follow(meant, headers);
    const answer = ask(meant, headers);
    if (request.operationName === 'IntrospectionQuery') answer.then(told, () => {});
    return answer;
  };
}
