import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { z } from 'zod';

import type { Person } from '../domain/person.ts';
import type { Problem, Reply, View } from '../domain/reply.ts';
import { PlatformError, UserError } from '../errors.ts';
import type { Caller, Command, CommandContext } from './command.ts';
import { defineCommand } from './command.ts';
import type { Failure } from './dispatch.ts';
import { makeDispatch } from './dispatch.ts';
import { makeHelp } from './help.ts';

const ana: Person = {
  id: 'p-ana',
  handle: 'ana',
  name: 'Ana',
  permissions: ['responder'],
  addedAt: new Date(0),
  revision: 1,
};

function said(title: string): View {
  return {
    kind: 'view',
    title,
    blocks: [],
    next: [],
    audience: 'person',
    outcome: 'done',
    data: {},
  };
}

function setUp(failing?: unknown) {
  const failures: Failure[] = [];
  const phase = defineCommand({
    name: 'phase',
    summary: 'Move the incident to another phase',
    examples: ['phase containment'],
    words: ['to', 'reason…'],
    permission: 'responder',
    input: z.object({
      to: z.enum(['analysis', 'containment']),
      reason: z.string().max(20).exactOptional(),
    }),
    run: (_, input) => Promise.resolve(said(`${input.to}/${input.reason ?? ''}`)),
  });
  const plan = defineCommand({
    name: 'contain plan',
    aliases: ['contain propose'],
    summary: 'Freeze targets',
    examples: ['contain plan w1'],
    words: ['query…'],
    permission: 'responder',
    input: z.object({ query: z.string() }),
    run: (_, input) =>
      failing === undefined ? Promise.resolve(said(input.query)) : Promise.reject(failing),
  });
  const approve = defineCommand({
    ...plan,
    name: 'contain approve',
    aliases: [],
    permission: 'approver',
  });
  const commands: readonly Command[] = [phase, plan, approve, makeHelp(() => commands)];
  // Nothing here reaches the store; a command that did would say so by a TypeError.
  const context: Omit<CommandContext, 'caller'> = Object.assign(Object.create(null), {
    newId: () => '0000-deadbeef',
  });
  const dispatch = makeDispatch({
    commands,
    context,
    log: (failure) => failures.push(failure),
  });
  const say = (line: string, person: Person = ana): Promise<Reply> =>
    dispatch({ person, room: 'cli:ana', source: 'cli' } satisfies Caller, line);
  return { say, failures };
}

async function titleOf(reply: Promise<Reply>): Promise<string> {
  const answer = await reply;
  assert.equal(answer.kind, 'view', JSON.stringify(answer));
  return answer.kind === 'view' ? answer.title : '';
}

async function problem(reply: Promise<Reply>): Promise<Problem> {
  const answer = await reply;
  assert.equal(answer.kind, 'problem', JSON.stringify(answer));
  if (answer.kind !== 'problem') throw new Error('unreachable');
  return answer;
}

describe('a line', () => {
  it('finds its command however it is dressed', async () => {
    const { say } = setUp();
    for (const line of [
      'phase containment',
      '/ir phase containment',
      'ir phase containment.',
      '/phase  “containment”',
      'PHASE: containment',
      'phase:containment',
      'ir: /phase:“containment”',
      '\uFEFFphase\u00A0containment',
    ]) {
      assert.equal(await titleOf(say(line)), 'containment/', line);
    }
    assert.equal(await titleOf(say('contain propose w1')), 'w1');
    assert.equal(await titleOf(say('containment plan w1')), 'w1');
  });

  it('may mention help without asking for it', async () => {
    const { say } = setUp();
    assert.equal(await titleOf(say('phase analysis we need help')), 'analysis/we need help');
  });

  it('shows what was hidden in it', async () => {
    const { say } = setUp();
    assert.equal(await titleOf(say('contain plan a\u001B[2Jb')), 'a‹U+001B›[2Jb');
  });

  it('is refused when it is too long', async () => {
    const { code, message } = await problem(setUp().say('phase ' + 'x'.repeat(4_000)));
    assert.equal(code, 'bad_input');
    assert.match(message, /4006 characters long; a line has at most 4000/);
  });
});

describe('help', () => {
  it('is what an empty line and a bare group get', async () => {
    const { say } = setUp();
    assert.equal(await titleOf(say('')), 'What you can type');
    assert.equal(await titleOf(say('/ir')), 'What you can type');
    assert.equal(await titleOf(say('contain')), 'Verbs of contain');
  });

  it('lists only what this person may use, and counts the others', async () => {
    const reply = await setUp().say('help');
    const shown = JSON.stringify(reply);
    assert.match(shown, /contain plan/);
    assert.doesNotMatch(shown, /contain approve/);
    assert.match(shown, /1 more need a permission/);
  });

  it('has nothing to press that would act: its examples are for reading', async () => {
    const reply = await setUp().say('help contain plan');
    assert.equal(reply.kind, 'view');
    assert.deepEqual(reply.next, ['help contain']);
  });

  it('can be asked for in every order', async () => {
    const { say } = setUp();
    for (const line of ['help contain plan', 'contain plan help', 'contain plan w1 --help']) {
      assert.match(JSON.stringify(await say(line)), /Freeze targets.*contain plan <query…>/, line);
    }
    assert.equal(await titleOf(say('contain help')), 'Verbs of contain');
  });
});

describe('what cannot be run', () => {
  it('is unknown: the nearest names are offered', async () => {
    const { say } = setUp();
    const near = async (line: string) => (await problem(say(line))).candidates;
    assert.deepEqual(await near('phaes containment'), ['phase']);
    assert.deepEqual(await near('contain paln w1'), ['contain plan']);
    assert.deepEqual(await near('contian plan'), ['contain plan', 'contain']);
    assert.deepEqual(await near('plan w1'), ['contain plan']);
    assert.deepEqual(await near('approve contain'), ['contain approve']);
    assert.deepEqual(await near('contain frobnicate'), ['contain plan', 'contain approve']);
    assert.deepEqual(await near('xyzzy'), []);
    assert.deepEqual(await near('phaes:containment'), ['phase']);
    assert.equal((await problem(say('xyzzy'))).hint, '`help` lists them all.');
    assert.equal((await problem(say('constructor'))).code, 'unknown_command');
  });

  it('is not allowed: who to ask and what they type is said, before anything is read', async () => {
    const refusal = await problem(setUp().say('contain approve', { ...ana, handle: 'vic' }));
    assert.equal(refusal.code, 'not_allowed');
    assert.match(refusal.message, /needs the permission approver/);
    assert.match(refusal.hint ?? '', /`person grant @vic approver`/);
    const off = await problem(setUp().say('phase analysis', { ...ana, disabledAt: new Date(1) }));
    assert.equal(off.message, 'Your access was switched off.');
  });

  it('is wrong: one sentence, an example, the nearest choice', async () => {
    const { say } = setUp();
    const wrong = await problem(say('phase contanment'));
    assert.equal(wrong.code, 'bad_input');
    assert.equal(
      wrong.message,
      '“contanment” does not fit here: say one of analysis, containment. Nothing was changed.',
    );
    assert.equal(wrong.hint, 'e.g. `phase containment`');
    assert.deepEqual(wrong.candidates, ['containment']);
    const missing = await problem(say('phase'));
    assert.match(missing.message, /^“to” is missing: `phase <to> \[reason…\]`/);
    const long = await problem(say('phase analysis because of many reasons'));
    assert.match(long.message, /^“reason” is too long: at most 20 characters\./);
  });
});

describe('what fails while it runs', () => {
  it('is shown as it is when the person can fix it', async () => {
    const { say, failures } = setUp(
      new UserError('ambiguous', 'Which one?', { candidates: ['w1', 'w2'] }),
    );
    assert.deepEqual(await say('contain plan w'), {
      kind: 'problem',
      code: 'ambiguous',
      message: 'Which one?',
      candidates: ['w1', 'w2'],
    });
    assert.deepEqual(failures, []);
  });

  it('keeps the line that may do with a code', async () => {
    const { say } = setUp(new UserError('not_allowed', 'Say it with a code.', { asks: 'code' }));
    const answer = await problem(say('contain plan w'));
    assert.equal(answer.asks, 'code');
    assert.equal(answer.again, 'contain plan w');
  });

  it('gets a reference that is also logged when the platform failed', async () => {
    const error = new PlatformError('n8n', 'timed_out', 'n8n did not answer within 10 s.');
    const { say, failures } = setUp(error);
    const answer = await problem(say('contain plan w'));
    assert.equal(answer.code, 'platform');
    assert.equal(answer.message, 'n8n did not answer within 10 s.');
    assert.match(answer.hint ?? '', /may have happened/);
    assert.equal(answer.reference, 'deadbeef');
    assert.deepEqual(failures, [
      { reference: 'deadbeef', kind: 'platform', command: 'contain plan', person: 'p-ana', error },
    ]);
  });

  it('keeps the words of a bug to the log', async () => {
    const { say, failures } = setUp(new Error('password is hunter2'));
    const answer = await problem(say('contain plan w'));
    assert.equal(answer.code, 'bug');
    assert.doesNotMatch(JSON.stringify(answer), /hunter2/);
    assert.match(answer.hint ?? '', /deadbeef/);
    assert.equal(failures[0]?.kind, 'bug');
  });
});
