import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import { sql } from 'drizzle-orm';

import { Secret } from './domain/secret.ts';
import { makeStepUp } from './step-up.ts';
import { forEachDatabase } from './testing/database.ts';
import { aPerson } from './testing/nouns.ts';
import { openDatabaseOf, openTestStore } from './testing/store.ts';
import { totp } from './totp.ts';

const stepMs = 30_000;

describe('a code of an authenticator app', () => {
  const secret = new Secret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');

  it('is that of RFC 6238, appendix B, in its last six digits', () => {
    for (const [seconds, code] of [
      [59, '287082'],
      [1_111_111_109, '081804'],
      [2_000_000_000, '279037'],
    ] as const) {
      const now = new Date(seconds * 1000);
      assert.equal(totp.codeAt(secret, now).reveal(), code);
      assert.equal(totp.counterOf(secret, new Secret(code), now), Math.floor(seconds / 30));
    }
  });

  it('is taken one step early or late, and no further', () => {
    const now = new Date('2026-11-22T03:00:00Z');
    const at = (steps: number) => totp.codeAt(secret, new Date(now.getTime() + steps * stepMs));
    const counter = totp.counterOf(secret, at(0), now);
    assert.equal(totp.counterOf(secret, at(-1), now), (counter ?? 0) - 1);
    assert.equal(totp.counterOf(secret, at(1), now), (counter ?? 0) + 1);
    assert.equal(totp.counterOf(secret, at(2), now), undefined);
    for (const text of ['', '12345', '1234567', 'abcdef', '０００００0']) {
      assert.equal(totp.counterOf(secret, new Secret(text), now), undefined, text);
    }
  });
});

forEachDatabase((name) => {
  describe('a factor', async () => {
    const opened = await openTestStore(name);
    const { clock } = opened;
    const ana = aPerson({ handle: 'ana' });
    await opened.store.save({ people: [ana] });
    const by = () => ({ person: ana, source: 'cli', now: clock.now() }) as const;
    const stepUp = () => makeStepUp({ store: opened.store, newId: randomUUID });
    let key = new Secret('');
    const code = (): Secret => {
      clock.forward(stepMs);
      return totp.codeAt(key, clock.now());
    };

    it('counts only once a first code was typed, and cannot be enrolled over', async () => {
      const { secret } = await stepUp().enrol(by());
      const address = new URL(secret.reveal());
      assert.equal(address.searchParams.get('issuer'), 'Firebreak');
      key = new Secret(address.searchParams.get('secret') ?? '');
      await assert.rejects(stepUp().prove(by(), code()), /You have no factor/);
      await assert.rejects(stepUp().confirm(by(), new Secret('000000')), /wrong, or too old/);
      await stepUp().confirm(by(), code());
      assert.equal(await stepUp().prove(by(), code()), 'totp');
      await assert.rejects(stepUp().enrol(by()), /You have a factor already/);
    });

    it('takes one of twenty same codes at once, and none of them after a restart', async () => {
      const same = code();
      const taken = await Promise.allSettled(
        Array.from({ length: 20 }, () => stepUp().prove(by(), same)),
      );
      assert.equal(taken.filter(({ status }) => status === 'fulfilled').length, 1);
      clock.forward(15 * 60_000);
      await stepUp().prove(by(), code());
      const last = totp.codeAt(key, clock.now());
      await opened.reopen();
      await assert.rejects(stepUp().prove(by(), last), /was used already/);
    });

    it('is sealed: neither its key nor its bytes say what the secret is', async () => {
      const database = await openDatabaseOf(opened);
      const rows = JSON.stringify(await database.rows(sql`select * from factors`));
      await database.close();
      await opened.reopen();
      assert.ok(!rows.includes(key.reveal()));
      assert.ok(!rows.includes(Buffer.from(key.reveal()).toString('hex')));
    });
  });
});
