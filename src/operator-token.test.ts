import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';

import { keptOperatorToken, operatorToken } from './operator-token.ts';
import { openTestStore } from './testing/store.ts';

const newNonce = () => randomBytes(32).toString('base64url');

/** An instance, and what its data directory answers when the operator speaks. */
async function anInstance() {
  const { store, options, clock } = await openTestStore();
  const { recorder, dataDir } = options;
  const isKnown = async (token: string) =>
    (await store.people.byToken(recorder.sha256(token), 'cli', clock.now())) !== undefined;
  const ask = (directory = dataDir) =>
    operatorToken(directory, { store, recorder, now: clock.now, newNonce });
  return { ask, isKnown, dataDir };
}

describe('the operator’s token', () => {
  it('is made once, and kept', async () => {
    const { ask, isKnown, dataDir } = await anInstance();
    const token = await ask();
    assert.ok(await isKnown(token.reveal()));
    assert.equal((await ask()).reveal(), token.reveal());
    assert.equal((await keptOperatorToken(dataDir))?.reveal(), token.reveal());
  });

  it('is made anew when this database does not know the one that is kept', async () => {
    const [one, other] = [await anInstance(), await anInstance()];
    const foreign = await one.ask();
    const token = await other.ask(one.dataDir);
    assert.notEqual(token.reveal(), foreign.reveal());
    assert.ok(await other.isKnown(token.reveal()));
    assert.equal((await keptOperatorToken(one.dataDir))?.reveal(), token.reveal());
  });
});
