import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { SharedRead } from './shared-read.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a read that many ask for', () => {
  it('is made once for all who ask before it begins, and anew for those who come while it runs', async () => {
    const answers: ((value: string) => void)[] = [];
    const shared = new SharedRead(() => new Promise<string>((resolve) => answers.push(resolve)));

    const early = [shared.read(), shared.read()];
    await settled();
    const late = [shared.read(), shared.read()];
    await settled();
    assert.equal(answers.length, 1);
    answers[0]?.('running');
    assert.deepEqual(await Promise.all(early), ['running', 'running']);
    await settled();
    answers[1]?.('cancelled');

    assert.deepEqual(await Promise.all(late), ['cancelled', 'cancelled']);
    assert.equal(answers.length, 2);
  });

  it('fails for those who wait for it, and for nobody after', async () => {
    let fails = true;
    const shared = new SharedRead(() =>
      fails ? Promise.reject(new Error('It is away.')) : Promise.resolve('there'),
    );

    await assert.rejects(shared.read(), /away/);
    fails = false;
    assert.equal(await shared.read(), 'there');
  });
});
