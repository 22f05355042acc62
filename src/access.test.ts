import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import type { AccessContext } from './access.ts';
import { localEntrance } from './access.ts';
import { shippedPolicy } from './approval-policy.ts';
import { backUp } from './back-up.ts';
import type { Entrance } from './cli/cli.ts';
import { makeDispatch } from './commands/dispatch.ts';
import { registry } from './commands/registry.ts';
import type { Environment } from './domain/connection.ts';
import { issueToken } from './domain/person-tokens.ts';
import type { Reply } from './domain/reply.ts';
import { Secret } from './domain/secret.ts';
import { UserError } from './errors.ts';
import { parseQuery } from './query/parse.ts';
import { readRunbook } from './runbooks/parse.ts';
import { makeStepUp } from './step-up.ts';
import { byHandOnly } from './testing/by-hand-only.ts';
import { aConnection } from './testing/containment.ts';
import { aView } from './testing/shell.ts';
import { openTestStore } from './testing/store.ts';

const newNonce = () => randomBytes(32).toString('base64url');

async function anInstance(connections: readonly Environment[] = ['production']) {
  const { store, clock, options } = await openTestStore();
  const stepUp = makeStepUp({ store, newId: randomUUID });
  const context = {
    store,
    recorder: options.recorder,
    parseQuery,
    prove: stepUp.prove,
    policy: shippedPolicy,
    wayOf: byHandOnly.wayOf,
    scenarios: { list: () => Promise.resolve([]) },
    runbooks: { list: () => Promise.resolve([]), read: readRunbook },
    now: clock.now,
    newId: randomUUID,
    newNonce,
  };
  const operator = new Secret('fbt_operator');
  const person = await store.people.byId(store.instance.operator);
  assert.ok(person);
  const token = {
    id: randomUUID(),
    kind: 'cli',
    sha256: options.recorder.sha256(operator.reveal()),
  } as const;
  await store.save(issueToken(person, token, { person, source: 'system', now: clock.now() }));
  await store.save({
    connections: connections.map((environment, index) =>
      aConnection({ id: randomUUID(), name: `c${index}`, environment, revision: 0 }),
    ),
  });
  let fresh = 0;
  const access: AccessContext = {
    ...context,
    stepUp,
    dispatch: makeDispatch({ commands: registry, context }),
    newLink: ({ handle }) => new Secret(`https://firebreak.example/enter#for-${handle}`),
    connect: () => Promise.resolve(aView()),
    connectProvider: () => Promise.resolve(aView()),
    exportRecord: () => {
      throw new Error('Nothing is exported here.');
    },
    backUp: (by) =>
      backUp({ store, dataDir: options.dataDir, now: clock.now, newId: randomUUID }, by),
    examine: () => Promise.resolve([]),
    startWork: () => Promise.resolve(),
    operatorToken: () => {
      fresh += 1;
      return Promise.resolve(operator);
    },
    close: () => Promise.resolve(),
  };
  const entrance = localEntrance(access);
  const desk = await entrance.enter({ token: operator });
  await desk.say('person add @ben "Ben Okri" may:responder');
  return { entrance, desk, operator, clock, store, freshTokens: () => fresh };
}

const refused = { name: 'UserError', code: 'not_allowed' };

describe('a link to the console', () => {
  it('is for whoever asks for it, and for nobody else', async () => {
    const { desk, entrance, operator } = await anInstance(['drill']);
    assert.match((await desk.consoleLink()).secret.reveal(), /#for-operator$/);
    const ben = await entrance.enter({ token: operator, as: 'ben' });
    const { secret, reply } = await ben.consoleLink();
    assert.match(secret.reveal(), /#for-ben$/);
    assert.equal(
      reply.kind === 'view' && reply.title,
      'A link that opens the console once, as @ben.',
    );
    assert.doesNotMatch(JSON.stringify(reply), /#for/);
  });
});

describe('who may speak', () => {
  it('is the person whose token it is', async () => {
    const { entrance, desk } = await anInstance();
    const { secret } = await desk.issueToken('ben');
    const bens = await entrance.enter({ token: secret, as: '@Ben' });
    const me = await bens.say('me');
    assert.ok(me.kind === 'view' && me.title.includes('@ben'));
  });

  it('is nobody with an unknown, ended or foreign token', async () => {
    const { entrance, desk, operator, clock } = await anInstance();
    await assert.rejects(entrance.enter({ token: new Secret('fbt_guess') }), refused);
    await assert.rejects(entrance.enter({ token: operator, as: 'ben' }), refused);
    const { secret } = await desk.issueToken('ben');
    clock.forward(91 * 24 * 60 * 60_000);
    await assert.rejects(entrance.enter({ token: secret }), refused);
  });

  it('is nobody who was switched off', async () => {
    const { entrance, desk } = await anInstance();
    const { secret } = await desk.issueToken('ben');
    await desk.say('person disable @ben');
    await assert.rejects(entrance.enter({ token: secret }), refused);
  });

  it('is not the operator once switched off, and the refusal says how to come back', async () => {
    const { entrance, desk, operator, freshTokens } = await anInstance();
    await desk.say('person add @eve Eve may:admin');
    const invited = await desk.invite('eve');
    const eve = await entrance.enter({ token: (await entrance.redeem(invited.secret)).secret });
    assert.equal((await eve.say('person disable @operator')).kind, 'view');
    await assert.rejects(entrance.enter({ token: operator }), {
      ...refused,
      message: '@operator was switched off.',
      hint: /person enable @operator/,
    });
    assert.equal(freshTokens(), 0);
    const back = await eve.say('person enable @operator');
    assert.match(JSON.stringify(back), /need no invitation: .*data directory.*\(operator\.token\)/);
    assert.doesNotMatch(JSON.stringify(back), /person invite/);
    await assert.rejects(entrance.enter({ token: operator }), {
      code: 'not_ready',
      message: /new token/,
    });
    assert.equal(freshTokens(), 1);
  });

  it('may be anybody for the operator only where every connection is a drill', async () => {
    const drill = await anInstance(['drill', 'drill']);
    await drill.entrance.enter({ token: drill.operator, as: 'ben' });
    for (const environments of [['drill', 'production'], ['production'], []] as const) {
      const { entrance, operator } = await anInstance(environments);
      await assert.rejects(entrance.enter({ token: operator, as: 'ben' }), refused);
    }
  });
});

describe('a line that comes while its person is switched off', () => {
  it('is refused or done, and never half', async () => {
    const { entrance, desk, store } = await anInstance();
    const done: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const handle = `r${round}`;
      await desk.say(`person add @${handle} Somebody may:responder`);
      const { secret } = await desk.issueToken(handle);
      const off = desk.say(`person disable @${handle}`);
      const declare = async (at: number): Promise<void> => {
        // Reads take as long as those of the one who is being switched off, however quick that is.
        for (let read = 0; read < at * (1 + round); read += 1) await store.people.list();
        const title = `Race ${round} ${at}`;
        const reply = await said(entrance, secret, `declare ${title}`);
        if (reply.kind === 'view') done.push(title);
        else assert.match(reply.message, /was switched off/);
      };
      await Promise.all([0, 1, 2, 3, 4].map((at) => declare(at)));
      assert.equal((await off).kind, 'view');
      await assert.rejects(entrance.enter({ token: secret }), refused);
    }

    const all = await store.incidents.list(store.instance.operator, { closed: true, limit: 100 });
    assert.deepEqual(all.map(({ title }) => title).toSorted(), done.toSorted());
    for (const { id, title } of all) {
      const events = await store.timeline.latest(id, 10);
      assert.deepEqual(
        events.map(({ kind }) => kind),
        ['incident_declared'],
        title,
      );
    }
  });
});

/** What is answered to a line, also when nobody is let in with this token. */
async function said(entrance: Entrance, token: Secret, line: string): Promise<Reply> {
  try {
    return await (await entrance.enter({ token })).say(line);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message } = error;
    return { kind: 'problem', code, message, candidates: [] };
  }
}

describe('tokens and invitations', () => {
  it('trade an invitation for a token once, and before it ends', async () => {
    const { entrance, desk, clock } = await anInstance();
    const first = await desk.invite('ben');
    const { secret } = await entrance.redeem(first.secret);
    await entrance.enter({ token: secret, as: 'ben' });
    await assert.rejects(entrance.redeem(first.secret), refused);
    const second = await desk.invite('ben');
    clock.forward(25 * 60 * 60_000);
    await assert.rejects(entrance.redeem(second.secret), refused);
  });

  it('are for oneself, and for others only by an admin', async () => {
    const { entrance, desk } = await anInstance();
    const { secret } = await desk.issueToken('ben');
    const bens = await entrance.enter({ token: secret });
    await bens.issueToken(undefined);
    await assert.rejects(bens.issueToken('operator'), refused);
    await assert.rejects(bens.invite('operator'), refused);
  });

  it('of somebody whose yes counts are made anew only once another admin agrees', async () => {
    const { entrance, desk, store } = await anInstance();
    await desk.say('person add @eve Eve may:admin');
    const eves = (await entrance.redeem((await desk.invite('eve')).secret)).secret;
    const eve = await entrance.enter({ token: eves });
    const bens = (await entrance.redeem((await desk.invite('ben')).secret)).secret;
    for (const make of [() => desk.invite('ben'), () => desk.issueToken('ben')]) {
      await assert.rejects(make(), { code: /not_ready|conflict/, message: /S-1 asks/ });
    }
    assert.equal((await desk.say('request approve S-1')).kind, 'problem');
    assert.equal((await eve.say('request approve S-1')).kind, 'view');
    await assert.rejects(eve.invite('ben'), { message: /S-2 asks another admin/ });
    const presses = await Promise.allSettled([desk.invite('ben'), desk.invite('ben')]);
    assert.equal(presses.filter(({ status }) => status === 'fulfilled').length, 1);
    await assert.rejects(desk.issueToken('ben'), { code: /not_ready|conflict/ });
    assert.equal((await (await entrance.enter({ token: bens })).say('me')).kind, 'view');
    const kinds = (await store.timeline.latest('instance', 50)).map(({ kind }) => kind);
    assert.equal(kinds.filter((kind) => kind === 'invitation_issued').length, 3);
  });

  it('leave only their hash behind', async () => {
    const { desk, store } = await anInstance();
    const { secret } = await desk.issueToken('ben');
    const ben = await store.people.byHandle('ben');
    assert.ok(ben);
    const kept = JSON.stringify(await store.people.tokensOf(ben.id));
    assert.ok(!kept.includes(secret.reveal()));
    const events = JSON.stringify(await store.timeline.latest('instance', 50));
    assert.ok(!events.includes(secret.reveal()));
  });
});
