import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Bot } from '../../testing/bot.ts';
import { bot, shown } from '../../testing/bot.ts';
import { onTheWordOfTwo } from '../../testing/two-admins.ts';

/** Kinds of the instance's events, in order. */
async function recorded({ timeline }: Bot): Promise<readonly string[]> {
  return (await timeline('instance')).map(({ kind }) => kind);
}

describe('person', async () => {
  const night = await bot();
  const { see, refused, person, store, timeline } = night;

  it('is added, granted, revoked, switched off and on, each an event of the instance', async () => {
    const before = (await recorded(night)).length;
    await see('person add @dee Dee O’Hara may:viewer,auditor', 'root');
    await onTheWordOfTwo(night, 'person grant @dee responder and approver');
    await see('person revoke @dee auditor', 'root');
    assert.deepEqual((await person('dee')).permissions, ['viewer', 'responder', 'approver']);
    assert.equal((await person('dee')).name, 'Dee O’Hara');
    await see('declare By Dee', 'dee');
    await see('person disable @dee', 'root');
    assert.equal((await refused('status', 'dee')).message, 'Your access was switched off.');
    assert.match(shown(await see('person list')), /"@dee","Dee O’Hara","switched off"/);
    await onTheWordOfTwo(night, 'person enable @dee');
    await see('status', 'dee');
    assert.deepEqual((await recorded(night)).slice(before), [
      'person_added',
      'security_requested',
      'security_approved',
      'permissions_granted',
      'permissions_revoked',
      'person_disabled',
      'security_requested',
      'security_approved',
      'person_enabled',
    ]);
    const [event] = (await timeline('instance')).slice(before);
    assert.deepEqual(event?.actor, { kind: 'person', id: (await person('root')).id, name: 'ROOT' });
  });

  it('loses tokens when switched off', async () => {
    const { id } = await person('cy');
    const token = { id: crypto.randomUUID(), person: id, kind: 'cli', sha256: 'a1' } as const;
    await store.save({ tokens: [{ ...token, issuedAt: new Date(0) }] });
    await see('person disable @cy', 'root');
    assert.ok((await store.people.tokensOf(id)).every((one) => one.revokedAt !== undefined));
  });

  it('says what stays without anybody when it is switched off', async () => {
    await onTheWordOfTwo(night, 'person add @kim Kim may:responder');
    await see('declare Known to all', 'kim');
    await see('declare Known to Kim private', 'kim');
    const { id } = await person('kim');
    const hers = await store.incidents.list(id, { closed: false, limit: 50 });
    const led = hers.find(({ title }) => title === 'Known to all')?.name ?? 'none';
    const hidden = hers.find(({ title }) => title === 'Known to Kim')?.name ?? 'none';
    const warnings = shown(await see('person disable @kim', 'root'));
    assert.match(
      warnings,
      new RegExp(`@kim still commands ${led}. .*role assign commander .* in:${led}`),
    );
    assert.match(warnings, /Nobody else sees 1 private incident of @kim that is open/);
    assert.ok(!warnings.includes(hidden), 'it has no name for who may not see it');
    await onTheWordOfTwo(night, 'person enable @kim');
    await see('private add @bo', 'kim');
    assert.doesNotMatch(shown(await see('person disable @kim', 'root')), /private incident/);
  });

  it('is decided about by admins only', async () => {
    const before = await recorded(night);
    for (const line of [
      'person add @x X',
      'person grant @vic admin',
      'person revoke @root admin',
      'person disable @root',
      'person enable @cy',
      'person invite @bo',
    ]) {
      for (const as of ['ana', 'aud', 'vic']) {
        assert.equal((await refused(line, as)).code, 'not_allowed', `${as}: ${line}`);
      }
    }
    assert.deepEqual(await recorded(night), before);
  });

  it('stays as it is on bad input', async () => {
    const before = await recorded(night);
    for (const [line, code, message] of [
      ['person add @here Here', 'bad_input', /cannot be a handle/],
      [`person add @${'h'.repeat(40)} Long`, 'bad_input', /A handle has at most 39 characters/],
      ['person add @ana Another Ana', 'conflict', /ana/],
      ['person add @new New may:king', 'bad_input', /“king” is no permission: there are viewer/],
      ['person grant @vic', 'bad_input', /“permissions” is missing/],
      ['person grant @vic viewer', 'conflict', /viewer already/],
      ['person grant @vik responder', 'not_found', /nobody called @vik/],
      ['person revoke @vic approver', 'conflict', /is not approver/],
      ['person enable @vic', 'conflict', /not switched off/],
    ] as const) {
      const problem = await refused(line, 'root');
      assert.equal(problem.code, code, line);
      assert.match(problem.message, message, line);
    }
    const { hint } = await refused('person revoke @vic approver', 'root');
    assert.equal(hint, '@vic is viewer; `person list` shows who is what.');
    assert.deepEqual(await recorded(night), before);
  });

  it('who is the only admin that can get in stays one, whoever else is called admin', async () => {
    const before = await recorded(night);
    for (const line of ['person disable @operator', 'person revoke @operator admin']) {
      const problem = await refused(line, 'root');
      assert.match(problem.message, /Without @operator there is no admin who can get in/);
      assert.match(problem.hint ?? '', /person invite/);
    }
    assert.deepEqual(await recorded(night), before);
  });

  it('who is the last admin cannot be removed, and two cannot remove each other', async () => {
    const token = { id: crypto.randomUUID(), kind: 'cli', sha256: 'b2' } as const;
    const { id: root } = await person('root');
    await store.save({ tokens: [{ ...token, person: root, issuedAt: night.clock.now() }] });
    const both = await Promise.all([
      night.say('person revoke @root admin', 'operator'),
      night.say('person revoke @operator admin', 'root'),
    ]);
    assert.equal(both.filter((reply) => reply.kind === 'view').length, 1);
    const [last] = (await store.people.list()).filter((one) => one.permissions.includes('admin'));
    const handle = last?.handle ?? '';
    for (const line of [`person revoke @${handle} admin`, `person disable @${handle}`]) {
      assert.match((await refused(line, handle)).message, /there is no admin who can get in/);
    }
    assert.deepEqual(
      (await store.people.list())
        .filter((one) => one.permissions.includes('admin'))
        .map((one) => one.handle),
      [handle],
    );
  });
});

describe('an invitation', async () => {
  const { see, refused, store, person } = await bot();

  it('never appears in a chat: the shell line is shown instead', async () => {
    const view = await see('person invite @ana', 'root');
    assert.match(shown(view), /firebreak person invite ana/);
    assert.equal((await see('person token ana', 'root')).title, view.title);
    assert.deepEqual(await store.people.tokensOf((await person('ana')).id), []);
    assert.equal((await refused('person invite @nobody', 'root')).code, 'not_found');
  });
});

describe('me', async () => {
  const { see, refused, timeline } = await bot();

  it('says who one is, what one may, and in which incidents one has a part', async () => {
    await see('declare Key leaked');
    await see('role assign scribe @bo');
    assert.match(
      shown(await see('me')),
      /@ana \(ANA\).*responder.*2026-11-22 04:00 CET \(03:00 UTC\), Europe\/Berlin \(the instance’s\)/,
    );
    assert.match(shown(await see('me', 'bo')), /INC-1.*scribe/);
    assert.match(shown(await see('whoami', 'vic')), /You hold no role in an open incident/);
    assert.match((await refused('me', 'nil')).hint ?? '', /person grant @nil viewer/);
  });

  it('has a zone that one sets oneself', async () => {
    assert.equal((await see('me zone asia/kolkata')).title, 'Your zone is Asia/Kolkata');
    assert.equal((await timeline('instance')).at(-1)?.kind, 'time_zone_set');
    const before = await timeline('instance');
    const wrong = await refused('me zone Europe/Berlim');
    assert.match(wrong.message, /“Europe\/Berlim” is no time zone/);
    assert.deepEqual(wrong.candidates.slice(0, 1), ['Europe/Berlin']);
    assert.equal((await refused('me zone Asia/Kolkata')).code, 'conflict');
    assert.deepEqual(await timeline('instance'), before);
    await see('me zone utc');
    assert.match(shown(await see('me')), /"your clock","2026-11-22 03:00 UTC"/);
  });
});
