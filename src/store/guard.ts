import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { ExecProtocolOptions, PGlite, Results, Transaction } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';

import type { Db } from './database.ts';
import type { Precedence } from './precedence.ts';

/** Set while code runs inside a transaction; `open` turns false when that ends. */
type Inside = { open: boolean };

/**
 * The embedded database as it can be used safely by a whole program.
 *
 * PGlite has one connection. A query on the database inside a transaction would wait for that
 * transaction, which waits for the query: for ever. Here it throws at once. And its queries answer
 * in microtasks, so a busy loop of awaited queries would starve every timer and socket; here each
 * one gives the event loop a turn.
 */
export type GuardedPglite = {
  readonly db: Db;
  /** What pg-boss needs, with the same guards. */
  readonly query: <Row>(text: string, values?: unknown[]) => Promise<Results<Row>>;
  readonly exec: (text: string, options?: ExecProtocolOptions) => Promise<Results[]>;
  readonly listen: PGlite['listen'];
  /** @throws Error inside a transaction: whoever waits for the database there waits for ever */
  readonly assertOutside: () => void;
};

/** Puts the guards around an open PGlite; what `precedence` lets go first does. */
export function guardPglite(
  pglite: PGlite,
  afterQuery: () => void = () => {},
  precedence?: Precedence,
): GuardedPglite {
  const current = new AsyncLocalStorage<Inside>();

  const outside = () => {
    if (current.getStore()?.open !== true) return;
    throw new Error(
      'The database was used inside a transaction without going through it. On the embedded ' +
        'database this would wait for ever: pass the transaction on.',
    );
  };
  const turn = async <T>(result: Promise<T>): Promise<T> => {
    try {
      return await result;
    } finally {
      await nextTurn();
      afterQuery();
    }
  };

  const query: PGlite['query'] = async (text, values, options) => {
    outside();
    await precedence?.turn();
    return turn(pglite.query(text, values, options));
  };
  const exec: PGlite['exec'] = async (text, options) => {
    outside();
    await precedence?.turn();
    return turn(pglite.exec(text, options));
  };
  const transaction: PGlite['transaction'] = async (work) => {
    outside();
    await precedence?.turn();
    const inside: Inside = { open: true };
    try {
      return await turn(
        pglite.transaction((tx) => current.run(inside, () => work(withTurns(tx, turn)))),
      );
    } finally {
      inside.open = false;
    }
  };
  // drizzle calls these two only; the rest of PGlite must not be reachable past the guards.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const client = { query, transaction } as unknown as PGlite;
  const listen = pglite.listen.bind(pglite);
  return { db: drizzle(client), query, exec, listen, assertOutside: outside };
}

function withTurns(tx: Transaction, turn: <T>(result: Promise<T>) => Promise<T>): Transaction {
  const query: Transaction['query'] = (text, values, options) =>
    turn(tx.query(text, values, options));
  return new Proxy(tx, {
    get: (target, key) => {
      if (key === 'query') return query;
      const value: unknown = Reflect.get(target, key, target);
      return value;
    },
  });
}
