import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import { sql } from 'drizzle-orm';

import { shippedPolicy } from '../../approval-policy.ts';
import { Secret } from '../../domain/secret.ts';
import { agree } from '../../domain/security-request.ts';
import { invite } from '../../invitation.ts';
import type { Bot } from '../../testing/bot.ts';
import { bot, shown } from '../../testing/bot.ts';
import { enrolled } from '../../testing/factor.ts';
import { openDatabaseOf } from '../../testing/store.ts';
import { askedBy, onTheWordOfTwo } from '../../testing/two-admins.ts';

const hourMs = 60 * 60_000;

/** Gives a person a token of their own: from then on they can get in. */
async function letIn({ store, clock, person }: Bot, handle: string): Promise<void> {
  const { id } = await person(handle);
  const token = { id: randomUUID(), kind: 'cli', sha256: randomUUID() } as const;
  await store.save({ tokens: [{ ...token, person: id, issuedAt: clock.now() }] });
}

async function recorded({ timeline }: Bot): Promise<readonly string[]> {
  return (await timeline('instance')).map(({ kind }) => kind);
}

describe('what loosens Firebreak’s own security', async () => {
  const night = await bot();
  const { see, refused, say, person, timeline, clock } = night;

  it('waits for the yes of another admin, who is told, and then counts at once', async () => {
    const name = await askedBy(night, 'person grant @bo approver');
    assert.deepEqual((await person('bo')).permissions, ['responder'], 'nothing has changed yet');
    const mine = await see('me', 'operator');
    assert.match(shown(mine), /@root asks another admin to make @bo approver.*yes or no/);
    assert.ok(mine.next.includes(`request approve ${name}`));
    assert.match(shown(await see('person list', 'operator')), /S-1: make @bo approver/);
    assert.doesNotMatch(shown(await see('person list', 'vic')), /S-1/);
    const view = await see(`request approve ${name}`, 'operator');
    assert.equal(view.title, 'S-1 is approved: make @bo approver');
    const { permissions, grants } = await person('bo');
    assert.deepEqual(permissions, ['responder', 'approver']);
    assert.deepEqual(
      [grants?.approver?.by, grants?.approver?.secondedBy],
      [(await person('root')).id, (await person('operator')).id],
    );
    const [asked, agreed, granted] = (await timeline('instance')).slice(-3);
    assert.match(asked?.text ?? '', /^S-1: @root asks another admin to make @bo approver\.$/);
    assert.match(agreed?.text ?? '', /^S-1: @operator agreed to make @bo approver\.$/);
    assert.equal(granted?.kind, 'permissions_granted');
    assert.match(
      shown(await see('me', 'root')),
      /@operator agreed with @root to make @bo approver/,
    );
  });

  it('is never agreed to by who asked, nor by others than admins', async () => {
    const name = await askedBy(night, 'person grant @vic responder');
    const before = await recorded(night);
    assert.match((await refused(`request approve ${name}`, 'root')).message, /Another admin than/);
    for (const as of ['ana', 'cy', 'aud', 'vic']) {
      assert.equal((await refused(`request approve ${name}`, as)).code, 'not_allowed', as);
      assert.equal((await refused(`request deny ${name}`, as)).code, 'not_allowed', as);
    }
    assert.match((await refused('person grant @vic responder', 'root')).message, /very same/);
    assert.equal((await refused('request approve S-99', 'operator')).code, 'not_found');
    const other = await refused(`request approve ${name} digest:no`, 'operator');
    assert.match(other.message, /its digest begins otherwise/);
    assert.deepEqual(await recorded(night), before);
    assert.deepEqual((await person('vic')).permissions, ['viewer']);
    await see(`request deny ${name} not this week`, 'operator');
    assert.match((await refused(`request approve ${name}`, 'operator')).message, /denied already/);
    assert.equal(
      (await timeline('instance')).at(-1)?.text,
      'S-2: @operator refused to make @vic responder: not this week',
    );
  });

  it('is agreed to with a code by who has a factor, and never in a chat', async () => {
    const name = await askedBy(night, 'person grant @aud responder');
    const line = `request approve ${name}`;
    const operator = await person('operator');
    const inChat = { person: operator, room: 'slack:T1.C1', source: 'slack' } as const;
    const said = await night.dispatch(inChat, line);
    assert.match(said.kind === 'problem' ? said.message : '', /^In a chat nobody loosens/);
    const app = await enrolled(night, 'operator');
    const bare = await refused(line, 'operator');
    assert.equal(bare.asks, 'code');
    assert.match((await refused(line, 'operator', new Secret('000000'))).message, /code/);
    const unused = app.next();
    assert.match((await refused(`${line} digest:no`, 'operator', unused)).message, /otherwise/);
    assert.deepEqual((await person('aud')).permissions, ['auditor'], 'nothing has changed yet');
    await see(line, 'operator', unused);
    const agreed = (await timeline('instance')).find(
      ({ kind, data }) => kind === 'security_approved' && data?.['name'] === name,
    );
    assert.equal(agreed?.data?.['code'], 'totp');
    await see('me factor remove', 'operator', app.next());
  });

  it('is made once, however often the yes is pressed', async () => {
    const name = await askedBy(night, 'person add @dee Dee may:responder,approver');
    assert.equal((await refused('person invite @dee', 'root')).code, 'not_found');
    const presses = Array.from({ length: 50 }, () => say(`request approve ${name}`, 'operator'));
    const answers = await Promise.all(presses);
    assert.equal(answers.filter(({ kind }) => kind === 'view').length, 1);
    assert.equal((await recorded(night)).filter((kind) => kind === 'person_added').length, 1);
    assert.ok(answers.every((one) => one.kind === 'view' || one.code === 'conflict'));
    assert.deepEqual((await person('dee')).permissions, ['responder', 'approver']);
  });

  it('is void when it is no longer what was asked for', async () => {
    const name = await askedBy(night, 'person grant @bo auditor admin');
    await see('person revoke @bo approver', 'root');
    assert.match((await refused(`request approve ${name}`, 'operator')).message, /no longer as it/);
    assert.equal((await recorded(night)).at(-1), 'security_void');
    assert.deepEqual((await person('bo')).permissions, ['responder']);
    const second = await askedBy(night, 'person grant @bo approver');
    await letIn(night, 'root');
    await see('person revoke @root admin', 'operator');
    assert.match((await refused(`request approve ${second}`, 'operator')).message, /no admin any/);
    assert.deepEqual((await person('bo')).permissions, ['responder']);
  });

  it('is over after a day, and that is recorded once', async () => {
    await giveBackAlone(night);
    const name = await askedBy(night, 'person grant @bo approver');
    clock.forward(25 * hourMs);
    assert.match((await refused(`request approve ${name}`, 'operator')).message, /too old since/);
    await see('request list', 'root');
    assert.equal((await recorded(night)).filter((kind) => kind === 'security_expired').length, 1);
    assert.equal((await timeline('instance')).at(-1)?.actor?.kind, 'firebreak');
    assert.match(shown(await see('request list', 'aud')), /"expired"/);
  });
});

/** Who remained waits before giving anything, but gives back at once what was taken. */
async function giveBackAlone({ see, timeline }: Bot): Promise<void> {
  const early = await see('person grant @bo approver', 'operator');
  assert.match(shown(early), /No other admin can get in.*request alone S-\d+/);
  await see(`request deny ${/S-\d+/.exec(early.title)?.[0]}`, 'operator');
  assert.match(
    shown(await see('person grant @root admin', 'operator')),
    /Nobody else could be asked/,
    'giving back who was taken away is no gain',
  );
  assert.equal((await timeline('instance')).at(-1)?.kind, 'permissions_granted');
}

describe('an admin who cannot ask', async () => {
  const night = await bot();
  const { see, refused, person, timeline, clock, store } = night;

  it('does it alone, and is told so, while nobody else can get in', async () => {
    const inChat = {
      person: await person('operator'),
      room: 'slack:T1.C1',
      source: 'slack',
    } as const;
    const said = await night.dispatch(inChat, 'person grant @bo approver');
    assert.match(said.kind === 'problem' ? said.message : '', /^In a chat nobody loosens/);
    assert.deepEqual((await person('bo')).permissions, ['responder']);
    const view = await see('person grant @bo approver', 'operator');
    assert.match(shown(view), /Nobody else could be asked: you are the only admin/);
    assert.deepEqual((await person('bo')).permissions, ['responder', 'approver']);
    assert.match(shown(await see('me', 'root')), /@operator could ask nobody, and did: make @bo/);
  });

  it('is stood by with a code by who has a factor, never in a chat, and all admins are told', async () => {
    await letIn(night, 'root');
    const line = 'person grant @bo approver';
    const root = await person('root');
    const said = await night.dispatch({ person: root, room: 'slack:T1.C1', source: 'slack' }, line);
    assert.match(said.kind === 'problem' ? said.message : '', /^In a chat nobody loosens/);
    const app = await enrolled(night, 'root');
    assert.equal((await refused(line, 'root')).asks, 'code');
    assert.equal((await person('bo')).grants?.approver?.secondedBy, undefined);

    await see(line, 'root', app.next());

    assert.equal((await person('bo')).grants?.approver?.secondedBy, root.id);
    assert.match(shown(await see('me', 'operator')), /@root stands by it: @bo is approver/);
    await see('me factor remove', 'root', app.next());
  });

  it('takes away at once, which all admins are told, and then waits before giving', async () => {
    await see('person disable @operator', 'root');
    const later = await refused('person add @mal Mal may:admin', 'root');
    assert.match(later.message, /@operator was an admin until a moment ago/);
    clock.forward(2 * hourMs);
    await see('person grant @cy admin', 'root');
    await letIn(night, 'cy');
    await onTheWordOfTwo(night, 'person enable @operator', { asks: 'root', agrees: 'cy' });
    assert.equal((await person('operator')).disabledAt, undefined);
    await see('person revoke @cy approver', 'root');
    assert.match(shown(await see('me', 'operator')), /By @root: @cy is no longer approver/);
  });

  it('does not become two by switching the other one off and on again', async () => {
    const other = await bot();
    await letIn(other, 'root');
    await other.see('person add @eve Eve may:viewer', 'root');
    await letIn(other, 'eve');
    await onTheWordOfTwo(other, 'person grant @eve admin');
    await other.see('person disable @operator', 'root');
    other.clock.forward(2 * hourMs);
    await other.see('person disable @eve', 'root');
    await other.see('person enable @eve', 'root');
    assert.match(
      (await other.refused('person grant @cy admin', 'root')).message,
      /@eve.* until a moment ago/,
    );
    const issuing = {
      store: other.store,
      recorder: other.opened.options.recorder,
      policy: shippedPolicy,
      now: other.clock.now,
      newId: randomUUID,
      newNonce: randomUUID,
    };
    await assert.rejects(invite(issuing, await other.person('root'), 'eve'), {
      code: 'not_allowed',
      message: /@eve.* until a moment ago/,
    });
  });

  it('is the local operator, in a shell, who says why', async () => {
    const theirs = await askedBy(night, 'person grant @vic responder');
    const name = await askedBy(night, 'person grant @bo admin', 'operator');
    const line = `request alone ${name} Root and Cy are in hospital`;
    assert.match((await refused(line, 'root')).message, /Only the local operator/);
    assert.match(
      (await refused(`request alone ${theirs} it is night`, 'operator')).message,
      /else/,
    );
    assert.equal((await refused(`request alone ${name} x`, 'operator')).code, 'bad_input');
    const caller = {
      person: await person('operator'),
      room: 'slack:T1.C1',
      source: 'slack',
    } as const;
    assert.equal((await night.dispatch(caller, line)).kind, 'problem');
    assert.ok(!(await person('bo')).permissions.includes('admin'));
    assert.match(shown(await see(line, 'operator')), /All admins are told/);
    const [told] = (await timeline('instance')).slice(-2);
    assert.equal(told?.kind, 'security_alone');
    assert.equal(told?.data?.['reason'], 'Root and Cy are in hospital');
    assert.match(
      shown(await see('me', 'root')),
      /without another admin: make @bo admin .* Why: Root/,
    );
    assert.equal((await person('bo')).grants?.admin?.secondedBy, undefined, 'one admin gave it');
    assert.match((await refused(line, 'operator')).message, /approved already/);
    assert.deepEqual(
      (await store.securityRequests.open()).map(({ name: one }) => one),
      [theirs],
    );
  });
});

describe('a request', async () => {
  const night = await bot();
  const { opened, clock } = night;

  it('stands after a restart, and is refused once somebody changed it in the database', async () => {
    const name = await askedBy(night, 'person grant @vic responder');
    const by = { person: await night.person('operator'), source: 'cli', now: clock.now() } as const;
    const asked = await (await opened.reopen()).securityRequests.byName(name);
    assert.ok(asked);
    assert.equal(agree(asked, by, opened.options.recorder).securityRequests[0]?.state, 'approved');
    const bare = await openDatabaseOf(opened);
    const change = JSON.stringify({ ...asked.change, permissions: ['admin'] });
    await bare.run(sql`update security_requests set change = ${change}::jsonb`);
    await bare.close();
    const [tampered] = await (await opened.reopen()).securityRequests.open();
    assert.ok(tampered);
    assert.throws(() => agree(tampered, by, opened.options.recorder), /REQUEST_TAMPERED/);
  });
});
