import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';

import { issueToken } from './domain/person-tokens.ts';
import { Secret } from './domain/secret.ts';
import { instanceChain } from './domain/timeline.ts';
import { makeRecorder } from './record/recorder.ts';
import type { LinkedGate } from './sign-in.ts';
import { makeGate } from './sign-in.ts';
import type { Bot } from './testing/bot.ts';
import { bot } from './testing/bot.ts';

const minuteMs = 60_000;
const browser = { userAgent: 'Firefox', before: undefined };
const recorder = makeRecorder();

describe('the gate of the console', () => {
  let night: Bot;
  let gate: LinkedGate;
  let open: () => LinkedGate;
  before(async () => {
    night = await bot();
    const { store, clock } = night;
    open = () =>
      makeGate({
        store,
        recorder,
        now: clock.now,
        newId: randomUUID,
        newNonce: () => `nonce-${randomUUID()}`,
      });
    gate = open();
  });

  async function tokenFor(handle: string): Promise<Secret> {
    const person = await night.person(handle);
    const text = `fbt_${randomUUID()}`;
    const token = { id: randomUUID(), kind: 'cli', sha256: recorder.sha256(text) } as const;
    const by = { person, source: 'cli', now: night.clock.now() } as const;
    await night.store.save(issueToken(person, token, by));
    return new Secret(text);
  }

  const asLink = () => gate.enter({ kind: 'link', secret: gate.newCode() }, browser);
  const asAna = async () => gate.enter({ kind: 'token', secret: await tokenFor('ana') }, browser);

  it('makes the opener of the link the local operator, and says so on the timeline', async () => {
    const visitor = await gate.visitor(await asLink(), 'act');
    assert.equal(visitor?.person.id, night.store.instance.operator);
    const event = (await night.timeline(instanceChain)).at(-1);
    assert.equal(event?.kind, 'signed_in');
    assert.match(event?.text ?? '', /one-time link/);
  });

  it('lets a link in once, also when two open it at the same moment', async () => {
    const pass = { kind: 'link', secret: gate.newCode() } as const;
    const tries = await Promise.allSettled([gate.enter(pass, browser), gate.enter(pass, browser)]);
    assert.deepEqual(tries.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    await assert.rejects(gate.enter(pass, browser), { code: 'not_allowed' });
  });

  it('lets a link in for a quarter of an hour, and no older one', async () => {
    const old = { kind: 'link', secret: gate.newCode() } as const;
    const late = { kind: 'link', secret: gate.newCode() } as const;
    await assert.rejects(gate.enter(old, browser), /used already, or has expired/);
    night.clock.forward(15 * minuteMs);
    await assert.rejects(gate.enter(late, browser), /used already, or has expired/);
  });

  it('says of a link from before a restart what happened, and how to get another', async () => {
    const link = { kind: 'link', secret: gate.newCode() } as const;
    await assert.rejects(open().enter(link, browser), {
      message: /or the server was started anew since\.$/,
      hint: /firebreak -- console$/,
    });
  });

  it('lets everybody have a link of their own, without voiding another’s', async () => {
    const [ana, cy] = [await night.person('ana'), await night.person('cy')];
    const [first, second] = [gate.newCode(ana.id), gate.newCode(cy.id)];
    for (const [secret, handle] of [
      [first, 'ana'],
      [second, 'cy'],
    ] as const) {
      const cookie = await gate.enter({ kind: 'link', secret }, browser);
      assert.equal((await gate.visitor(cookie, 'act'))?.person.handle, handle);
      await assert.rejects(gate.enter({ kind: 'link', secret }, browser), { code: 'not_allowed' });
    }
  });

  it('lets nobody in by a link once they were switched off', async () => {
    const secret = gate.newCode((await night.person('bo')).id);
    await night.see('person disable @bo', 'root');
    await assert.rejects(gate.enter({ kind: 'link', secret }, browser), { code: 'not_allowed' });
  });

  it('takes the token of a person, and nobody’s word', async () => {
    assert.equal((await gate.visitor(await asAna(), 'act'))?.person.handle, 'ana');
    const wrong = { kind: 'token', secret: new Secret('fbt_guessed') } as const;
    await assert.rejects(gate.enter(wrong, browser), { code: 'not_allowed' });
    assert.equal(await gate.visitor(new Secret('guessed'), 'act'), undefined);
  });

  it('gives a new cookie at each sign-in, and ends the one the browser had', async () => {
    const first = await asAna();
    const pass = { kind: 'token', secret: await tokenFor('ana') } as const;
    const second = await gate.enter(pass, { ...browser, before: first });
    assert.notEqual(first.reveal(), second.reveal());
    assert.equal(await gate.visitor(first, 'act'), undefined);
    assert.ok(await gate.visitor(second, 'act'));
  });

  it('forgets who did nothing for an hour, however long they watched', async () => {
    const [acting, watching] = [await asAna(), await asAna()];
    for (let minute = 0; minute < 60; minute += 20) {
      night.clock.forward(20 * minuteMs);
      if (minute < 40) assert.ok(await gate.visitor(watching, 'watch'));
      assert.ok(await gate.visitor(acting, 'act'));
    }
    assert.equal(await gate.visitor(watching, 'watch'), undefined);
  });

  it('ends one session or all, and only one’s own', async () => {
    const [here, there, cy] = [
      await gate.visitor(await asAna(), 'act'),
      await asAna(),
      await gate.enter({ kind: 'token', secret: await tokenFor('cy') }, browser),
    ];
    const stranger = await gate.visitor(cy, 'act');
    assert.ok(here && stranger);
    await assert.rejects(gate.end(stranger, here.session.id), { code: 'not_found' });
    await gate.end(here, here.session.id);
    assert.ok(await gate.visitor(there, 'act'));
    await gate.end(here);
    assert.equal(await gate.visitor(there, 'act'), undefined);
    assert.ok(await gate.visitor(cy, 'act'));
  });

  it('shuts for a person who was switched off', async () => {
    const cookie = await gate.enter({ kind: 'token', secret: await tokenFor('vic') }, browser);
    assert.ok(await gate.visitor(cookie, 'watch'));
    await night.see('person disable @vic', 'root');
    assert.equal(await gate.visitor(cookie, 'watch'), undefined);
  });
});
