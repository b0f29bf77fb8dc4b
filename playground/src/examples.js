// The examples, which tell the story from a claim to the runs that tested it. Each is a document in a file of its own,
// whose variables are named for what the newest of is filled in.

import claims from '../examples/claims.graphql';
import curves from '../examples/curves.graphql';
import gaps from '../examples/gaps.graphql';
import happened from '../examples/happened.graphql';
import runs from '../examples/runs.graphql';
import testedBy from '../examples/tested-by.graphql';
import watch from '../examples/watch.graphql';

const documents = [claims, gaps, testedBy, runs, curves, watch, happened];

/** The name of an example's operation. */
const nameOf = (query) => query.match(/^(?:query|subscription) (\w+)/m)[1];

/** What an example is about: the comment at its beginning. */
const aboutOf = (query) => query.match(/^(?:#.*\n)+/)[0].replace(/^# ?/gm, '').trim().replaceAll('\n', ' ');

/** The examples, with the ids of what is newest as their variables. */
export function examples(newest) {
  return documents.map((query) => {
    const names = [...query.matchAll(/\$(\w+): ID!/g)].map(([, name]) => name);
    const variables = Object.fromEntries(names.map((name) => [name, newest[name] ?? `the id of a ${name}`]));
    const shown = names.length > 0 ? JSON.stringify(variables, null, 2) : '';
    return { name: nameOf(query), about: aboutOf(query), query: query.trim(), variables: shown };
  });
}
