import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { View } from '../../domain/reply.ts';
import { makeRecorder } from '../../record/recorder.ts';
import { readRunbook } from '../../runbooks/parse.ts';
import type { Runbooks } from '../../runbooks/runbook.ts';
import { kindsOf, shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { unhurried } from '../../testing/unhurried.ts';
import { aStep } from '../../testing/written-runbook.ts';
import { formsOf } from '../form.ts';
import { registry } from '../registry.ts';

const recorder = makeRecorder();

/** Runbooks of no file, each with the same input. */
function shelf(steps: Readonly<Record<string, readonly string[]>>): Runbooks {
  const list = Object.entries(steps).map(([id, some]) => {
    const front = `id: ${id}\ntitle: The ${id}\ninputs:\n  key: { type: credential, ask: Which? }\n`;
    const content = `---\n${front}---\n# ${id}\n\n${some.join('\n')}`;
    const file = `${id}.md`;
    return { file, content, sha256: recorder.sha256(content), read: readRunbook(content, file) };
  });
  return { list: () => Promise.resolve(list), read: readRunbook };
}

const starts = (id: string, more = '') =>
  aStep(
    'other',
    'kind: manual',
    'do: runbook.start',
    `with: { runbook: ${id}, inputs: { key: $key }${more} }`,
  );
const plain = (id: string) => aStep(id, 'kind: manual');

async function begun(steps: Readonly<Record<string, readonly string[]>>) {
  const night = unhurried(await estateBot(undefined, { runbooks: shelf(steps) }));
  await night.see('declare Key leaked');
  const view = await night.see('runbook start leak key:c1');
  return { ...night, view };
}

function fieldsOf({ blocks }: View): Readonly<Record<string, string>> {
  return Object.fromEntries(
    blocks.flatMap((block) => (block.kind === 'fields' ? block.fields : [])),
  );
}

describe('a step that starts another runbook', () => {
  it('hands its inputs on, waits for the other run, and is shown in both', async () => {
    const night = await begun({
      leak: [starts('account'), plain('after')],
      account: [plain('one'), plain('two')],
    });
    const { see, refused, timeline, view } = night;
    assert.match(fieldsOf(view)['does'] ?? '', /^Start the runbook account about key c1 “Stripe/);
    assert.deepEqual(view.next.slice(0, 1), ['runbook do run:R-1 step:1']);
    assert.match((await refused('runbook done')).message, /account was not started/);

    const before = (await timeline()).length;
    const started = await see('runbook do run:R-1 step:1');
    assert.equal(fieldsOf(started)['started'], 'R-2 The account, running');
    assert.equal(started.next[0], 'runbook next R-2');
    const told = (await timeline()).slice(before);
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ['runbook_started', 'runbook_step_run'],
    );
    assert.match(told[1]?.text ?? '', /R-1 “Step other”: started the runbook “The account”/);
    assert.match((await refused('runbook do run:R-1 step:1')).message, /has started R-2 already/);
    assert.match(
      (await refused('runbook done run:R-1')).message,
      /R-2 “The account” is not at its/,
    );

    const other = await see('runbook next R-2');
    assert.equal(fieldsOf(other)['from'], 'R-1 The leak, step 1');
    assert.match(fieldsOf(other)['about'] ?? '', /^key c1 “Stripe live”$/);
    await see('runbook done one run:R-2');
    const end = await see('runbook done two run:R-2');
    assert.match(end.title, /^R-2 The account: finished$/);
    assert.equal(end.next[0], 'runbook done run:R-1 step:1');
    assert.match((await see('runbook done run:R-1 step:1')).title, /step 2: Step after$/);
    assert.equal((await see('runbook show R-2')).next[0], 'runbook next R-1');
    assert.equal((await kindsOf(night)).filter((kind) => kind === 'runbook_started').length, 2);
  });

  it('asks whoever presses for what nobody hands on', async () => {
    const { see, refused, view, timeline } = await begun({
      leak: [aStep('other', 'kind: clock', 'do: runbook.start', 'with: { runbook: account }')],
      account: [plain('one')],
    });
    assert.equal(view.next[0], 'runbook do key:… run:R-1 step:1');
    const before = await timeline();
    const asked = await refused('runbook do');
    assert.match(asked.message, /^account asks: key: Which\?$/);
    assert.match(asked.hint ?? '', /`runbook do key:… run:R-1 step:1`/);
    assert.equal((await refused('runbook do key:c99')).code, 'not_found');
    assert.match((await refused('runbook do other:c1')).message, /is no input/);
    assert.deepEqual(await timeline(), before);
    // As the form of its button says it.
    const form = formsOf(registry).formFor('runbook do key:… run:R-1 step:1') ?? assert.fail();
    const filled = Object.fromEntries(form.fields.map(({ id, value = '' }) => [id, value]));
    const line = formsOf(registry).lineOf(form.command, { ...filled, inputs: 'key:c1' });
    await see(line ?? assert.fail());
    assert.equal(fieldsOf(await see('runbook next R-2'))['about'], 'key c1 “Stripe live”');
    assert.match((await refused('runbook do please run:R-2')).message, /Firebreak does nothing in/);
  });

  it('goes on at once where it is said not to wait, and says what is left running', async () => {
    const { see } = await begun({
      leak: [starts('account', ', wait: false'), plain('after')],
      account: [plain('one')],
    });
    const first = await see('runbook do run:R-1 step:1');
    assert.match(first.title, /step 2: Step after$/);
    assert.equal(first.next.at(-1), 'runbook next R-2');
    const end = await see('runbook done it was told run:R-1');
    assert.match(shown(end), /R-2 The account, running, goes on: this run had started it/);
    assert.ok(end.next.includes('runbook next R-2'));
    assert.equal((await see('runbook done done run:R-2')).next[0], 'runbook next R-1');
  });

  it('may start it again when that was stopped, and goes on without by a skip', async () => {
    const { see, refused } = await begun({
      leak: [starts('account'), plain('after')],
      account: [plain('one')],
    });
    await see('runbook do run:R-1');
    await see('runbook stop wrong account run:R-2');
    assert.match((await refused('runbook done run:R-1')).message, /was stopped before its end/);
    assert.match(fieldsOf(await see('runbook do run:R-1'))['started'] ?? '', /^R-3 .*running$/);
    assert.match((await see('runbook skip no time run:R-1')).title, /step 2/);
  });

  it('starts one run on two presses at once', async () => {
    const { say, store, timeline } = await begun({
      leak: [starts('account')],
      account: [plain('one')],
    });
    const both = await Promise.all([
      say('runbook do run:R-1 step:1'),
      say('runbook do run:R-1 step:1', 'bo'),
    ]);
    assert.deepEqual(both.map(({ kind }) => kind).toSorted(), ['problem', 'view']);
    const [first] = await timeline();
    assert.equal((await store.runbookRuns.ofIncident(first?.chain ?? '')).length, 2);
  });

  it('is refused for a run about the same, for a runbook that is gone, and below the fourth', async () => {
    const { see, refused } = await begun({
      leak: [starts('b')],
      b: [starts('c')],
      c: [starts('d')],
      d: [starts('e')],
      e: [starts('gone')],
    });
    for (const run of ['R-1', 'R-2', 'R-3']) await see(`runbook do run:${run}`);
    const deep = await refused('runbook do run:R-4');
    assert.equal(deep.code, 'conflict');
    assert.match(deep.message, /no more than 4 may follow one another/);
    assert.match(deep.hint ?? '', /`runbook start e …`/);
    await see('runbook start e key:c1');
    assert.match((await refused('runbook do run:R-5')).message, /There is no runbook “gone”/);
    await see('runbook stop again run:R-2');
    assert.match((await see('runbook next R-1')).next[0] ?? '', /^runbook do/);
    await see('runbook start b key:c1');
    assert.match((await refused('runbook do run:R-1')).message, /is running about the same/);
  });
});
