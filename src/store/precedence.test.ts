import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Precedence } from './precedence.ts';

/** Work that ends when it is told to. */
function work() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { run: () => promise, end: () => resolve() };
}

describe('what goes first', () => {
  it('holds back what begins meanwhile until whoever awaits it went on', async () => {
    const precedence = new Precedence(60_000);
    const order: string[] = [];
    const [one, two] = [work(), work()];
    const first = precedence.first(one.run).then(() => order.push('one'));
    const second = precedence.first(two.run).then(() => order.push('two'));
    const other = precedence.turn()?.then(() => order.push('other'));
    assert.notEqual(other, undefined);
    one.end();
    await first;
    two.end();
    await Promise.all([second, other]);
    assert.deepEqual(order, ['one', 'two', 'other']);
    assert.equal(precedence.turn(), undefined);
  });

  it('does not hold back itself', async () => {
    const precedence = new Precedence(60_000);
    await precedence.first(async () => assert.equal(precedence.turn(), undefined));
  });

  it('holds back nothing for longer than it may, and nothing when it failed', async () => {
    const precedence = new Precedence(1);
    const never = work();
    const first = precedence.first(never.run);
    await precedence.turn();
    never.end();
    await first;
    await assert.rejects(
      precedence.first(async () => {
        throw new Error('no');
      }),
      /no/,
    );
    await precedence.turn();
    assert.equal(precedence.turn(), undefined);
  });
});
