import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import { localEntrance } from './access.ts';
import { shippedPolicy } from './approval-policy.ts';
import { issueToken } from './domain/person-tokens.ts';
import { Secret } from './domain/secret.ts';
import { UserError } from './errors.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';
import { forEachDatabase } from './testing/database.ts';
import { aPerson } from './testing/nouns.ts';
import { openTestStore } from './testing/store.ts';

const parallel = 20;
const notHere = () => {
  throw new Error('Nobody asks for this here.');
};

forEachDatabase((name) => {
  describe('an invitation', async () => {
    const { store, clock, options } = await openTestStore(name);
    const { recorder } = options;
    const entranceOf = (own: Store) =>
      localEntrance({
        store: own,
        recorder,
        policy: shippedPolicy,
        now: clock.now,
        newId: randomUUID,
        newNonce: () => randomBytes(32).toString('base64url'),
        dispatch: notHere,
        stepUp: { prove: notHere, enrol: notHere, confirm: notHere },
        newLink: notHere,
        connect: notHere,
        connectProvider: notHere,
        exportRecord: notHere,
        backUp: notHere,
        examine: notHere,
        startWork: notHere,
        operatorToken: notHere,
        close: notHere,
      });
    /** Somebody new, and the code that an admin has given them. */
    const invited = async (handle: string) => {
      await store.save({ people: [aPerson({ handle })] });
      const [person, operator] = await Promise.all([
        store.people.byHandle(handle),
        store.people.byId(store.instance.operator),
      ]);
      assert.ok(person && operator);
      const text = `fbi_${randomUUID()}`;
      const invitation = {
        id: randomUUID(),
        kind: 'invitation',
        sha256: recorder.sha256(text),
        expiresAt: new Date(clock.now().getTime() + 60_000),
      } as const;
      const by = { person: operator, source: 'cli', now: clock.now() } as const;
      await store.save(issueToken(person, invitation, by));
      return { person, code: new Secret(text) };
    };
    const refusals = async () =>
      (await store.timeline.latest('instance', 1_000)).filter(
        ({ kind }) => kind === 'invitation_refused',
      );

    it('gives one token, however many processes type it in the same instant', async () => {
      const { person, code } = await invited('ben');
      const second = name === 'postgres' ? await openStore(options) : store;
      const entrances = [entranceOf(store), entranceOf(second)];
      const before = (await refusals()).length;
      const answers = await Promise.allSettled(
        entrances.flatMap((one) => Array.from({ length: parallel / 2 }, () => one.redeem(code))),
      );
      if (second !== store) await second.close();
      const refused = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      assert.equal(refused.length, parallel - 1);
      for (const error of refused) {
        assert.ok(error instanceof UserError);
        assert.equal(error.code, 'not_allowed', error.message);
        assert.match(error.message, /was used already/);
      }
      const good = (await store.people.tokensOf(person.id)).filter((one) => !one.revokedAt);
      assert.equal(good.length, 1);
      const [event, ...more] = (await refusals()).slice(before);
      assert.deepEqual(more, []);
      assert.match(event?.text ?? '', /@ben that was used or withdrawn/);
    });

    it('is recorded once when it is typed again later, and a wrong code never', async () => {
      const { code } = await invited('cem');
      const entrance = entranceOf(store);
      const before = (await refusals()).length;
      await entrance.redeem(code);
      await assert.rejects(entrance.redeem(code), { code: 'not_allowed' });
      await assert.rejects(entrance.redeem(code), { code: 'not_allowed' });
      const guess = new Secret('fbi_guess');
      await assert.rejects(entrance.redeem(guess), { code: 'not_allowed' });
      assert.equal((await refusals()).length, before + 1);
    });

    it('lets its person in when something else about them changes in the same instant', async () => {
      const { person, code } = await invited('dee');
      let reads = 0;
      const changedMeanwhile: Store['people']['byToken'] = async (...asked) => {
        const found = await store.people.byToken(...asked);
        reads += 1;
        if (reads === 1) await store.save({ people: [{ ...person, timeZone: 'Asia/Tokyo' }] });
        return found;
      };
      const own = { ...store, people: { ...store.people, byToken: changedMeanwhile } };
      const redeemed = await entranceOf(own).redeem(code);
      assert.equal(reads, 2);
      assert.match(redeemed.reply.kind === 'view' ? redeemed.reply.title : '', /Welcome, @dee/);
    });

    it('that has ended is never made good again, not even by who read it before', async () => {
      const { person } = await invited('eva');
      const [invitation] = await store.people.tokensOf(person.id);
      assert.ok(invitation);
      await store.save({ tokens: [{ ...invitation, revokedAt: clock.now() }] });
      await assert.rejects(store.save({ tokens: [invitation] }), { name: 'StaleError' });
      const again = store.save({ tokens: [{ ...invitation, revokedAt: clock.now() }] });
      await assert.rejects(again, { name: 'StaleError' });
    });
  });
});
