import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import { disablePerson, enablePerson } from './domain/people.ts';
import { keptOperatorToken, operatorToken } from './operator-token.ts';
import { aPerson } from './testing/nouns.ts';
import { openTestStore } from './testing/store.ts';

const dayMs = 24 * 60 * 60_000;

const newNonce = () => randomBytes(32).toString('base64url');

/** An instance, and what its data directory answers when the operator speaks. */
async function anInstance() {
  const { store, options, clock } = await openTestStore();
  const { recorder, dataDir } = options;
  const isKnown = async (token: string) =>
    (await store.people.byToken(recorder.sha256(token), 'cli', clock.now())) !== undefined;
  const ask = (directory = dataDir) =>
    operatorToken(directory, { store, recorder, now: clock.now, newNonce });
  return { ask, isKnown, dataDir, store, recorder, clock };
}

/** An admin with a token of a day switches the operator off. */
async function switchOff({ store, recorder, clock }: Awaited<ReturnType<typeof anInstance>>) {
  const eve = aPerson({ handle: 'eve', permissions: ['admin'] });
  const token = { id: randomUUID(), kind: 'cli', sha256: recorder.sha256('eve') } as const;
  const issuedAt = clock.now();
  const expiresAt = new Date(issuedAt.getTime() + dayMs);
  await store.save({
    people: [eve],
    tokens: [{ ...token, person: eve.id, issuedAt, expiresAt }],
  });
  const operator = await store.people.byHandle('operator');
  const [tokens, entering] = await Promise.all([
    store.people.tokensOf(store.instance.operator),
    store.people.entering(clock.now()),
  ]);
  const by = { person: eve, source: 'cli', now: clock.now() } as const;
  await store.save(disablePerson(operator ?? assert.fail(), { tokens, entering }, by));
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

  it('is refused to an operator who was switched off, with the way back', async () => {
    const one = await anInstance();
    const { ask, isKnown, store, clock } = one;
    const before = await ask();
    await switchOff(one);
    await assert.rejects(ask(), {
      name: 'UserError',
      code: 'not_allowed',
      message: '@operator was switched off.',
      hint: /person enable @operator/,
    });
    const off = await store.people.byHandle('operator');
    const eve = await store.people.byHandle('eve');
    const by = { person: eve ?? assert.fail(), source: 'cli', now: clock.now() } as const;
    await store.save(enablePerson(off ?? assert.fail(), by));
    const after = await ask();
    assert.ok(await isKnown(after.reveal()));
    assert.ok(!(await isKnown(before.reveal())));
  });

  it('comes back by itself when no admin could get in any more, and that is recorded', async () => {
    const one = await anInstance();
    const { ask, isKnown, store, clock } = one;
    await ask();
    await switchOff(one);
    clock.forward(dayMs + 1);
    assert.ok(await isKnown((await ask()).reveal()));
    const operator = await store.people.byHandle('operator');
    assert.equal(operator?.disabledAt, undefined);
    assert.ok(operator?.permissions.includes('admin'));
    const events = await store.timeline.latest('instance', 10);
    const event = events.find(({ kind }) => kind === 'operator_returned');
    assert.match(event?.text ?? '', /No admin could get in/);
    assert.deepEqual(event?.actor, { kind: 'firebreak' });
    assert.ok(await isKnown((await ask()).reveal()));
    const again = await store.timeline.latest('instance', 20);
    assert.equal(again.filter(({ kind }) => kind === 'operator_returned').length, 1);
  });
});
