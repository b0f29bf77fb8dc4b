// Asks the server, and follows what is live, with documents whose types are generated.

import { createClient, type Client } from 'graphql-sse';

import type { TypedDocumentString } from './generated/graphql.js';

type Answer<Result> = { data?: Result | null; errors?: readonly { message: string }[] };

/** Something that is followed. */
export interface Following {
  /** Stops it. */
  stop(): void;
  /** When it has ended: it was stopped, or nothing more comes. */
  readonly ended: Promise<void>;
}

/** A server, and the key by which it is asked. */
export class Server {
  readonly #address: string;
  readonly #headers: Record<string, string>;
  readonly #events: Client;

  constructor(url: string, key: string) {
    this.#address = new URL('graphql', url.endsWith('/') ? url : `${url}/`).href;
    this.#headers = { authorization: `Bearer ${key}` };
    this.#events = createClient({ url: `${this.#address}/stream`, headers: this.#headers, retryAttempts: 20 });
  }

  /** Asks once. */
  async ask<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables): Promise<Result> {
    const answer = await fetch(this.#address, {
      method: 'POST',
      headers: { ...this.#headers, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: document.toString(), variables }),
    });
    return dataOf((await answer.json()) as Answer<Result>);
  }

  /** Follows. When the connection is lost it comes again, with the variables as they are by then. */
  follow<Result, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    heard: (result: Result) => void,
  ): Following {
    let stop = () => {};
    const ended = new Promise<void>((complete, error) => {
      const next = (answer: Answer<unknown>) => {
        try {
          heard(dataOf(answer as Answer<Result>));
        } catch (why) {
          error(why);
        }
      };
      stop = this.#events.subscribe({ query: document.toString(), variables }, { next, error, complete });
    });
    return { stop, ended };
  }
}

function dataOf<Result>({ data, errors }: Answer<Result>): Result {
  if (errors?.[0]) throw new Error(errors[0].message);
  if (!data) throw new Error('the server answered nothing');
  return data;
}
