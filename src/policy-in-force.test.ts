import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { shippedPolicy } from './approval-policy.ts';
import type { PolicyChanges } from './changed-policy.ts';
import { adoptPolicy, policyAsked, policyInForce } from './policy-in-force.ts';
import { bot, shown } from './testing/bot.ts';

const stricter = { classes: { R1: { targetsAtMost: 3 } } };
const looser = { classes: { R1: { targetsAtMost: 12 } }, aloneEachHour: 50 };

describe('the policy of a file', async () => {
  let holds = shippedPolicy;
  const night = await bot({ policyNow: () => holds });
  const { store, see, refused, timeline, clock, person } = night;
  const whys: string[] = [];
  const started = async (changes: PolicyChanges) => {
    whys.length = 0;
    const { recorder } = night.opened.options;
    const asking = { store, recorder, now: clock.now, newId: randomUUID, newNonce: randomUUID };
    holds = await adoptPolicy(asking, changes, (why) => whys.push(why));
    return [holds.version, holds.classes.R1.targetsAtMost];
  };
  const first = shippedPolicy.version;

  it('leaves no trace while it is the one that ships', async () => {
    const before = await timeline('instance');
    assert.deepEqual(await started({}), [first, 5]);
    assert.deepEqual(await started({ classes: { R1: { targetsAtMost: 5 } } }), [first, 5]);
    assert.deepEqual(await timeline('instance'), before);
  });

  it('holds at once when it is stricter, with a number of its own, also for others', async () => {
    await letIn('root');
    await see('declare Worm');
    assert.deepEqual(await started(stricter), [first + 1, 3]);
    assert.deepEqual(await started(stricter), [first + 1, 3], 'a second start changes nothing');
    assert.equal((await policyInForce(store)).version, first + 1);
    const told = (await timeline('instance')).filter(({ kind }) => kind === 'policy_adopted');
    assert.deepEqual(
      told.map(({ text, data }) => [text, data?.['changes']]),
      [[`Approval policy ${first + 1} holds from now on.`, stricter]],
    );
    assert.match(shown(await see('me', 'root')), /took up another approval policy/);
  });

  it('waits while an incident is open when it is looser, and is asked of nobody', async () => {
    assert.deepEqual(await started(looser), [first + 1, 3]);
    assert.match(whys.join(), /does not hold yet: It is looser, and an incident is open\./);
    assert.deepEqual(await store.securityRequests.open(), []);
    await see('resolve it was a test');
    await see('close');
  });

  it('waits for another admin when it is looser, and then for the next start', async () => {
    assert.deepEqual(await started(looser), [first + 1, 3]);
    assert.match(whys.join(), /S-1 asks another admin to loosen the approval policy: aloneEach/);
    assert.deepEqual(await started(looser), [first + 1, 3]);
    assert.match(whys.join(), /S-1 asks for the very same already/);
    assert.match((await refused('request approve S-1', 'operator')).message, /Another admin/);
    const view = await see('request approve S-1', 'root');
    assert.match(shown(view), /It holds from the next start of the server on/);
    assert.equal((await policyInForce(store)).version, first + 1, 'not before');
    assert.deepEqual(await started({ ...looser, aloneEachHour: 500 }), [first + 1, 3]);
    assert.match(whys.join(), /S-2 asks another admin/, 'what was agreed to is that file alone');
    assert.deepEqual(await started(looser), [first + 2, 12]);
    assert.deepEqual((await policyInForce(store)).looser, [
      'aloneEachHour is 50, not 20.',
      'classes.R1.targetsAtMost is 12, not 5.',
    ]);
    const event = (await timeline('instance')).at(-1);
    assert.match(event?.text ?? '', /It asks less than before: aloneEachHour is 50, not 20\./);
    assert.equal(event?.data?.['name'], 'S-1');
  });

  it('is gone with the file, and its number never comes again', async () => {
    assert.deepEqual(await started({}), [first + 3, 5]);
    assert.deepEqual(await started(stricter), [first + 4, 3]);
    assert.deepEqual(await started({}), [first + 4, 3], 'back is looser, and asked again');
    assert.match(whys.join(), /S-3 asks another admin/);
  });

  async function letIn(handle: string): Promise<void> {
    const { id } = await person(handle);
    const token = { id: randomUUID(), kind: 'cli', sha256: randomUUID() } as const;
    await store.save({ tokens: [{ ...token, person: id, issuedAt: clock.now() }] });
  }
});

describe('a file with a policy', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'firebreak-policy-'));
  after(() => rm(directory, { recursive: true }));
  const read = async (text: string) => {
    const path = join(directory, 'policy.json');
    await writeFile(path, text);
    return await policyAsked(path);
  };

  it('is read, and without one there is nothing to change', async () => {
    assert.deepEqual(await read(JSON.stringify(stricter)), stricter);
    assert.deepEqual(await policyAsked(undefined), {});
  });

  it('is refused with every fault in it', async () => {
    const faults = { aloneEachHour: 0, nobody: 1, classes: { R1: { lifeMs: 'long' }, R9: {} } };
    await assert.rejects(read(JSON.stringify(faults)), (error: Error) => {
      for (const name of ['aloneEachHour', 'nobody', 'classes.R1.lifeMs', 'R9']) {
        assert.ok(error.message.includes(name), `${name}: ${error.message}`);
      }
      return true;
    });
    await assert.rejects(read('{"version": 7}'), /version: Firebreak counts it itself/);
    for (const text of ['[]', '"x"', '{', '', 'null']) {
      await assert.rejects(read(text), /holds no JSON object/, text);
    }
    await assert.rejects(policyAsked(join(directory, 'none.json')), { code: 'bad_input' });
  });

  it('never lets one person do what cannot be taken back', async () => {
    const alone = [{ persons: 1, others: [], stepUp: true }];
    const tried = (name: string) => read(JSON.stringify({ classes: { [name]: { ways: alone } } }));
    await assert.rejects(tried('R3'), /two persons, or an override/);
    await assert.rejects(tried('R4'), /two persons, and credentials that are final/);
    await assert.rejects(tried('R5'), /needs two admins/);
  });

  it('asks for nothing that nobody would hold it to', async () => {
    const two = { persons: 2, others: ['approver'], stepUp: true };
    const unheard: readonly (readonly [string, object, RegExp])[] = [
      ['R0s', { ways: [{ ...two, reason: true }] }, /classes\.R0s\.ways: these cannot/],
      ['R1', { ways: [{ ...two, reason: true }] }, /a reason is asked in R0s alone/],
      ['R2', { ways: [{ ...two, takesAway: true }] }, /takesAway is of R5 alone/],
      ['R2', { ways: [{ ...two, others: [] }] }, /nobody may be one of others/],
      ['R2', { targetsAtMost: 50 }, /only that of R1/],
      ['R1', { evidence: 'sealed' }, /classes\.R1\.evidence: it cannot/],
    ];
    for (const [name, rule, words] of unheard) {
      await assert.rejects(read(JSON.stringify({ classes: { [name]: rule } })), words);
    }
  });
});
