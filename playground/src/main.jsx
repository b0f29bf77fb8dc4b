// The page: GraphiQL with its explorer and our examples, and above it whatever has to be said first.

import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL } from 'graphiql';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';

import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './page.css';

import { fetcher } from './ask.js';
import { examples } from './examples.js';
import { examplesPlugin } from './examples-plugin.jsx';
import { NoSchema, SignIn } from './notices.jsx';
import { whoever } from './whoever.js';

/** What the address asks for: `?query=…&variables=…`. It is shown, not run: another page may have written it. */
function asked() {
  const given = new URLSearchParams(window.location.search);
  const [query, variables] = [given.get('query'), given.get('variables') ?? undefined];
  // Tabs are kept, so loading the page again would bring it twice.
  window.history.replaceState(null, '', window.location.pathname);
  return query ? { query, variables } : undefined;
}

function Page({ email, shown, given }) {
  const [refusal, setRefusal] = useState();
  const [ask] = useState(() => fetcher(({ data, errors }) => setRefusal(data ? undefined : errors?.[0]?.message)));
  const [plugins] = useState(() => [explorerPlugin(), examplesPlugin(shown)]);
  return (
    <>
      {email ? null : <SignIn />}
      {refusal ? <NoSchema why={refusal} /> : null}
      <GraphiQL
        fetcher={ask}
        plugins={plugins}
        defaultTabs={given ? [given, ...shown] : shown}
        query={given?.query}
        variables={given?.variables}
        defaultQuery=""
        defaultEditorToolsVisibility="variables"
        shouldPersistHeaders={false}
        // The tabs of a stranger have no ids yet: they are kept once somebody is signed in.
        storage={email ? undefined : null}
        inputValueDeprecation
        schemaDescription
      >
        <GraphiQL.Logo>
          <span className="whoever">{email ?? 'not signed in'}</span>
        </GraphiQL.Logo>
      </GraphiQL>
    </>
  );
}

const given = asked();
const root = createRoot(document.getElementById('app'));
whoever().then(
  ({ email, newest }) => root.render(<Page email={email} shown={examples(newest)} given={given} />),
  () => root.render(<p role="alert">The server does not answer. Load the page again when it is back.</p>),
);
