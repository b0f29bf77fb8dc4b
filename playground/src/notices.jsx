// What has to be said before anything can be explored.

import { useState } from 'react';

import { ask } from './ask.js';

const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { user { id } } }';

/** For somebody who is not signed in: the schema can be read, and nothing else. */
export function SignIn() {
  const [failed, setFailed] = useState();
  const send = async (event) => {
    event.preventDefault();
    const { email, password } = Object.fromEntries(new FormData(event.currentTarget));
    const { errors } = await ask({ query: SIGN_IN, variables: { input: { email, password, cookie: true } } });
    if (errors) setFailed(errors[0].message);
    else window.location.reload();
  };
  return (
    <form className="notice" onSubmit={send}>
      <strong>You are not signed in.</strong>
      <span>
        Open the link that the start of the server printed, sign in <a href="sign-in/oidc">at a provider</a> where there is
        one, or with a password:
      </span>
      <input name="email" type="email" placeholder="E-mail address" aria-label="E-mail address" autoComplete="username" required />
      <input name="password" type="password" placeholder="Password" aria-label="Password" autoComplete="current-password" required />
      <button type="submit">Sign in</button>
      {failed ? <span role="alert">{failed}</span> : null}
    </form>
  );
}

/** For everybody where the server does not tell its schema. */
export function NoSchema({ why }) {
  return (
    <p className="notice" role="status">
      <strong>This server does not tell its schema:</strong>{' '}
      <span>
        {why}. Documents can be run all the same; the documentation, the explorer and completion stay empty. The schema is
        in <code>schema.graphql</code>.
      </span>
    </p>
  );
}
