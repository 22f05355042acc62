import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Action } from '../domain/plan.ts';
import type { Change } from '../store/store.ts';
import { Together } from './together.ts';

function anAction(id: string, reason = ''): Action {
  return {
    id,
    plan: 'p',
    connection: 'c',
    workflow: id,
    ref: 'w1',
    workflowName: id,
    lever: 'disable',
    ordinal: 0,
    state: 'requested',
    reason,
    proofs: [],
    emptySweeps: 0,
    revision: 1,
  };
}

const saved = {
  incidents: [],
  plans: [],
  evidence: [],
  runbookRuns: [],
  securityRequests: [],
  events: [],
};

const idsIn = (change: Change) => (change.actions ?? []).map(({ id }) => id).join(' ');

/** A store whose transactions are remembered; each takes as long as the test wants. */
function slowStore(refuses: (change: Change) => boolean = () => false) {
  const transactions: string[] = [];
  const free = Promise.withResolvers<void>();
  const first = Promise.withResolvers<void>();
  const patience = Promise.withResolvers<void>();
  const together = new Together(
    async (change) => {
      first.resolve();
      await free.promise;
      if (refuses(change)) throw new Error(`Refused: ${idsIn(change)}.`);
      transactions.push(idsIn(change));
      return saved;
    },
    () => patience.promise,
  );
  const store = (id: string) => together.store({ actions: [anAction(id)] });
  const storeWithNext = (id: string) => together.storeWithNext({ actions: [anAction(id)] });
  return {
    transactions,
    together,
    store,
    storeWithNext,
    begun: () => first.promise,
    finish: () => free.resolve(),
    endPatience: () => patience.resolve(),
  };
}

describe('steps of a plan', () => {
  it('that come in one turn, or while others are being stored, leave together', async () => {
    const { transactions, store, finish, begun } = slowStore();

    const first = ['a', 'b'].map(store);
    await begun();
    const more = ['c', 'd'].map(store);
    finish();
    await Promise.all([...first, ...more]);

    assert.deepEqual(transactions, ['a b', 'c d']);
  });

  it('of one action follow each other in transactions of their own', async () => {
    const { transactions, store, finish } = slowStore();

    const all = ['a', 'b', 'c', 'b'].map(store);
    finish();
    await Promise.all(all);

    assert.deepEqual(transactions, ['a b c', 'b']);
  });

  it('are stored although one of them is refused, and only that one hears of it', async () => {
    const { transactions, store, finish } = slowStore(({ actions = [] }) =>
      actions.some(({ id }) => id === 'bad'),
    );

    const all = ['a', 'b', 'bad', 'c'].map(store);
    finish();
    const settled = await Promise.allSettled(all);

    assert.deepEqual(transactions, ['a', 'b', 'c']);
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    );
  });

  it('for which nobody waits go with the next one that is expected', async () => {
    const { transactions, together, store, storeWithNext, finish } = slowStore();
    finish();
    together.expectMore();

    const waiting = ['a', 'b'].map(storeWithNext);
    await store('c');
    await Promise.all(waiting);
    const last = storeWithNext('d');
    await together.expectNoMore();
    await Promise.all([last, storeWithNext('e')]);

    assert.deepEqual(transactions, ['a b c', 'd', 'e']);
  });

  it('for which nobody waits are stored alone when the next one takes its time', async () => {
    const { transactions, together, storeWithNext, finish, endPatience } = slowStore();
    finish();
    together.expectMore();

    const waiting = storeWithNext('a');
    endPatience();
    await waiting;

    assert.deepEqual(transactions, ['a']);
  });
});
