import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Liveness } from '../domain/revocation.ts';
import { PlatformError } from '../errors.ts';
import type { Revokers } from '../revokers/revoker.ts';
import { shown } from '../testing/bot.ts';
import type { EstateBot } from '../testing/estate-bot.ts';
import { estateBot } from '../testing/estate-bot.ts';
import { toyJobs } from '../testing/toy-platform.ts';
import { contain } from './contain.ts';

/** A provider in memory. It counts what it is asked, and is as slow or silent as a test wants. */
class ToyProvider {
  asked = 0;
  /** What its next looks show; afterwards the truth. */
  shows: Liveness[] = [];
  isSilent = false;
  /** So many calls are put off, each by so long. */
  putsOff: number[] = [];
  /** So many calls are answered with a 503. */
  fails = 0;
  /** The call that kills it all the same, counted from one. */
  diesAt: number | undefined;
  #isDead = false;

  revokers(): Revokers {
    return {
      wayOf: () => ({ kind: 'firebreak', provider: 'a toy' }),
      at: () => ({
        probe: () =>
          Promise.resolve(this.isSilent ? 'unknown' : (this.shows.shift() ?? this.#is())),
        revoke: () => {
          this.asked += 1;
          if (this.asked === this.diesAt) this.#isDead = true;
          if (this.asked <= this.fails) {
            return Promise.reject(
              new PlatformError('toy', 'unavailable', 'It could not do it now.'),
            );
          }
          const retryAfterMs = this.putsOff.shift();
          if (retryAfterMs !== undefined) {
            const later = new PlatformError('toy', 'rate_limited', 'Later.', { retryAfterMs });
            return Promise.reject(later);
          }
          this.#isDead = true;
          return Promise.resolve();
        },
      }),
    };
  }

  #is(): Liveness {
    return this.#isDead ? 'dead' : 'alive';
  }
}

/** A running plan to revoke c1, agreed to, of which no job has done anything yet. */
async function aRun(): Promise<{ night: EstateBot; provider: ToyProvider }> {
  const provider = new ToyProvider();
  const night = await estateBot(undefined, {
    revokers: provider.revokers(),
    environment: 'drill',
  });
  await night.see('declare Stripe key leaked');
  await night.see('cred revoke c1');
  await night.see('contain approve P-1', 'cy');
  await night.see('contain run P-1');
  return { night, provider };
}

const stand = async ({ see }: EstateBot) => shown(await see('contain status P-1'));

describe('a job that revokes', () => {
  it('comes back when the provider asks it to, and tells', async () => {
    const { night, provider } = await aRun();
    provider.putsOff = [20_000, 20_000];
    await night.work('P-1');

    assert.equal(provider.asked, 3);
    assert.match(await stand(night), /verified/);
    const told = (await night.timeline()).map(({ text }) => text).join('\n');
    assert.match(
      told,
      /P-1: waits until \d\d:\d\d:20 UTC: the provider asks for patience\. A call that/,
    );
  });

  it('does not come back while the plan is paused, and asks when it goes on', async () => {
    const { night, provider } = await aRun();
    provider.putsOff = [20_000];
    const jobs = toyJobs(night.store, night.clock, night.toy, provider.revokers());
    const [plan] = await night.store.plans.ofIncident((await night.timeline())[0]?.chain ?? '');
    assert.ok(plan);
    const wait = async () => void (await night.see('contain pause P-1'));
    await contain({ ...jobs, wait }, { plan: plan.id }, new AbortController().signal);
    assert.equal(provider.asked, 1);
    assert.match(await stand(night), /planned/);

    await night.see('contain run P-1');
    await night.work('P-1');
    assert.equal(provider.asked, 2);
    assert.match(await stand(night), /verified/);
  });

  it('gives up on a provider that wants to be left alone for too long', async () => {
    const { night, provider } = await aRun();
    provider.putsOff = [3_600_000];
    await night.work('P-1');

    assert.equal(provider.asked, 1);
    assert.match(await stand(night), /failed.*Later\. It wants to be left alone for 1 h;/);
  });

  it('asks no more once a call that failed has killed it after all', async () => {
    const { night, provider } = await aRun();
    provider.fails = 9;
    provider.diesAt = 2;
    await night.work('P-1');

    assert.equal(provider.asked, 2);
    assert.match(
      await stand(night),
      /verified.*The provider was asked twice to revoke it; each time/,
    );
    const [record] = await night.store.revocations.ofIncident(await chain(night));
    assert.equal(record?.state, 'confirmed_dead');
  });

  it('looks after calls that all failed, never says failed, and looks again when asked to', async () => {
    const { night, provider } = await aRun();
    provider.fails = 99;
    await night.work('P-1');

    const asked = provider.asked;
    assert.ok(asked > 1);
    const [record] = await night.store.revocations.ofIncident(await chain(night));
    assert.equal(record?.state, 'still_accepted');
    assert.match(await stand(night), new RegExp(`asked ${asked} times to revoke it; each time`));
    provider.shows = ['dead'];
    await night.see('contain verify P-1');
    await night.work('P-1');
    assert.equal(provider.asked, asked);
    assert.match(await stand(night), /verified/);
  });

  it('is not planned again where a call failed before the plan was paused', async () => {
    const { night, provider } = await aRun();
    provider.fails = 1;
    const jobs = toyJobs(night.store, night.clock, night.toy, provider.revokers());
    const [plan] = await night.store.plans.ofIncident(await chain(night));
    assert.ok(plan);
    let waits = 0;
    const wait = async (ms: number) => {
      waits += 1;
      if (waits === 1) await night.see('contain pause P-1');
      // Without it no look would ever be the last one.
      night.clock.forward(ms);
    };
    await contain({ ...jobs, wait }, { plan: plan.id }, new AbortController().signal);
    assert.equal(provider.asked, 1);
    const [record] = await night.store.revocations.ofIncident(await chain(night));
    assert.equal(record?.state, 'still_accepted');
  });

  it('asks for what only one look showed as dead', async () => {
    const { night, provider } = await aRun();
    provider.shows = ['dead'];
    await night.work('P-1');
    assert.equal(provider.asked, 1);
    const [record] = await night.store.revocations.ofIncident(await chain(night));
    assert.equal(record?.state, 'confirmed_dead');
  });

  it('leaves alone what is another credential by now', async () => {
    const { night, provider } = await aRun();
    for (const { facts } of night.toy.workflows.values()) {
      for (const [index, fact] of facts.entries()) {
        if (fact.kind === 'credential') facts[index] = { ...fact, label: 'Stripe test' };
      }
    }
    await night.work('P-1');
    assert.equal(provider.asked, 0);
    assert.match(await stand(night), /skipped.*It changed since the plan was made/);
    assert.equal((await night.store.revocations.ofIncident(await chain(night))).length, 0);
  });

  it('leaves alone what nobody uses or lists any more', async () => {
    const { night, provider } = await aRun();
    night.toy.workflows.clear();
    await night.work('P-1');
    assert.equal(provider.asked, 0);
    assert.match(await stand(night), /no longer lists it/);
  });

  it('does not wait for a platform that cannot be looked at, and says so', async () => {
    const { night, provider } = await aRun();
    const away = new PlatformError('n8n', 'unavailable', 'n8n does not answer.');
    night.toy.fail = (call) => (call === 'inventory' ? away : undefined);
    await night.work('P-1');
    assert.equal(provider.asked, 1);
    const texts = (await night.timeline()).map(({ text }) => text ?? '');
    assert.ok(texts.some((text) => text.endsWith('looked at again. n8n does not answer.')));
  });

  it('asks once, however many work at the plan', async () => {
    const { night, provider } = await aRun();
    await Promise.allSettled([night.work('P-1'), night.work('P-1'), night.work('P-1')]);
    await night.work('P-1');
    assert.equal(provider.asked, 1);
    assert.equal((await night.see('contain status P-1')).outcome, 'done');
  });

  it('waits for a slow provider, and believes nothing but its refusal', async () => {
    const { night, provider } = await aRun();
    provider.shows = Array.from({ length: 12 }, () => 'alive');
    await night.work('P-1');
    assert.equal((await night.see('contain status P-1')).outcome, 'done');
    const [record] = await night.store.revocations.ofIncident(await chain(night));
    assert.equal(record?.state, 'confirmed_dead');
    const texts = (await night.timeline()).map(({ text }) => text);
    assert.ok(
      texts.some((text) => /revoked is not verified yet\. .* still accepts it\.$/.test(text ?? '')),
    );
  });

  it('calls unverifiable what it cannot look at', async () => {
    const { night, provider } = await aRun();
    provider.isSilent = true;
    await night.work('P-1');
    assert.equal(provider.asked, 1);
    assert.equal((await night.see('contain status P-1')).outcome, 'unverified');
    const [record] = await night.store.revocations.ofIncident(await chain(night));
    assert.equal(record?.state, 'requested_unconfirmed');
  });

  it('does not ask again what a process asked that died before it heard', async () => {
    for (const [shows, outcome] of [
      ['dead', 'done'],
      ['alive', 'failed'],
    ] as const) {
      const { night, provider } = await aRun();
      const jobs = toyJobs(night.store, night.clock, night.toy, provider.revokers());
      const [plan] = await night.store.plans.ofIncident(await chain(night));
      assert.ok(plan);
      const dead = new Error('This process is dead.');
      const { store } = night;
      const dying: typeof store = {
        ...store,
        save: (change) => (provider.asked > 0 ? Promise.reject(dead) : store.save(change)),
      };
      const { signal } = new AbortController();
      await assert.rejects(contain({ ...jobs, store: dying }, { plan: plan.id }, signal), dead);

      provider.shows = Array.from({ length: 40 }, () => shows);
      await night.work('P-1');
      assert.equal(provider.asked, 1);
      assert.equal((await night.see('contain status P-1')).outcome, outcome);
    }
  });

  it('writes the intent before the call, and what came of it after', async () => {
    const { night } = await aRun();
    await night.work('P-1');
    const plan = await night.store.plans.byName('P-1', (await night.person('ana')).id);
    const journal = await night.store.plans.journal(plan?.id ?? '');
    assert.deepEqual(
      journal.map(({ call, when, outcome }) => [call, when, outcome]),
      [
        ['revoke', 'before', undefined],
        ['revoke', 'after', 'ok'],
      ],
    );
  });
});

async function chain({ timeline }: EstateBot): Promise<string> {
  return (await timeline())[0]?.chain ?? '';
}
