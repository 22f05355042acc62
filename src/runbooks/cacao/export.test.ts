import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

import type { Runbook } from '../../domain/runbook.ts';
import { stepAfter, stepCalled } from '../../domain/runbook.ts';
import { readRunbook } from '../parse.ts';
import { cacaoOf, commandOf } from './export.ts';
import type { CacaoStep, Playbook } from './playbook.ts';
import { leadsOf, playbook } from './playbook.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const now = new Date('2026-11-23T10:00:00Z');

async function shipped(id: string): Promise<Runbook> {
  const content = await readFile(new URL(`../../../runbooks/${id}.md`, import.meta.url), 'utf8');
  const read = readRunbook(content, `${id}.md`);
  assert.ok(read.kind === 'good');
  return read.runbook;
}

const leaked = await shipped('leaked-credential');
const exported = cacaoOf(leaked, hash, now);

function stepAt({ workflow }: Playbook, id: string): CacaoStep {
  const step = workflow[id];
  assert.ok(step, `${id} is in the workflow`);
  return step;
}

/** The names of the actions on one way, as an engine would go it. */
function walked(of: Playbook, answers: Readonly<Record<string, string>>): readonly string[] {
  const names: string[] = [];
  let step = stepAt(of, of.workflow_start);
  while (step.type !== 'end') {
    assert.ok(names.length < 100, 'it ends');
    if (step.type === 'action') names.push(step.name ?? '');
    let to = 'on_completion' in step ? step.on_completion : undefined;
    if (step.type === 'switch-condition') {
      const [, name = ''] = /^__answer_(.*)__:value$/.exec(step.switch) ?? [];
      to = step.cases[answers[name] ?? ''];
    }
    if (step.type === 'if-condition') {
      const holds = step.condition.split(' AND ').every((term) => {
        const [, name = '', answer = ''] = /^__answer_(.*)__:value = '(.*)'$/.exec(term) ?? [];
        return answers[name] === answer;
      });
      to = holds ? step.on_true : step.on_false;
    }
    step = stepAt(of, to ?? '');
  }
  return names;
}

/** The same way, as Firebreak walks it. */
function walkedHere(runbook: Runbook, answers: Readonly<Record<string, string>>) {
  const headings: string[] = [];
  const made: Record<string, string> = {};
  let step = runbook.steps.find(({ when }) => Object.keys(when).length === 0);
  while (step) {
    headings.push(step.heading);
    const answer = answers[step.id];
    if (step.answers.length > 0 && answer !== undefined) made[step.id] = answer;
    step = stepAfter(runbook, step, made);
  }
  return headings;
}

/** Each way to answer all decisions. */
function everyAnswer({ steps }: Runbook): readonly Readonly<Record<string, string>>[] {
  let all: readonly Readonly<Record<string, string>>[] = [{}];
  for (const { id, answers } of steps.filter((step) => step.answers.length > 0)) {
    all = all.flatMap((made) => answers.map(({ name }) => ({ ...made, [id]: name })));
  }
  return all;
}

describe('a runbook as a CACAO playbook', () => {
  it('is what the specification asks for, and stays so when it is read from JSON', () => {
    assert.deepEqual(playbook.parse(JSON.parse(JSON.stringify(exported))), exported);
    assert.match(exported.id, /^playbook--[0-9a-f-]{14}4[0-9a-f]{3}-[89ab]/);
    assert.equal(exported.modified, '2026-11-23T10:00:00.000Z');
    assert.ok(exported.modified > exported.created);
  });

  it('has the same ids each time, and no UUID twice', () => {
    const again = cacaoOf(leaked, hash, new Date('2027-01-01T00:00:00Z'));
    assert.deepEqual({ ...again, modified: exported.modified }, exported);
    const uuids = [
      exported.id,
      exported.created_by,
      ...Object.keys(exported.workflow),
      ...Object.keys(exported.agent_definitions ?? {}),
      ...Object.keys(exported.extension_definitions ?? {}),
    ].map((id) => id.split('--')[1]);
    assert.equal(new Set(uuids).size, uuids.length);
    const other = cacaoOf({ ...leaked, id: 'other' }, hash, now);
    const shared = Object.keys(other.workflow).filter((id) => id in exported.workflow);
    assert.deepEqual(shared, []);
  });

  it('leads only to steps that are there, and to every one but the ends after conditions', () => {
    const steps = Object.values(exported.workflow);
    const named = steps.flatMap((step) => leadsOf(step).map(({ to }) => to));
    assert.deepEqual(
      named.filter((to) => !(to in exported.workflow)),
      [],
    );
    const left = Object.keys(exported.workflow).filter((id) => !named.includes(id));
    assert.deepEqual(left, [exported.workflow_start]);
  });

  it('goes the same ways as the runbook, by every answer', () => {
    const all = everyAnswer(leaked);
    assert.ok(all.length >= 8);
    for (const answers of all) {
      assert.deepEqual(walked(exported, answers), walkedHere(leaked, answers));
    }
  });

  it('keeps owners, times and the question of a decision', () => {
    const how = stepCalled(leaked, 'how');
    const action = Object.values(exported.workflow).find(({ name }) => name === how?.heading);
    assert.ok(how && action?.type === 'action');
    assert.equal(exported.agent_definitions?.[action.agent]?.name, 'commander');
    assert.equal(action.timeout, how.withinMs);
    assert.deepEqual(action.out_args, ['__answer_how__']);
    assert.equal(action.commands[0]?.command, 'Revoke now, or replace first? Answer: now, overlap');
    assert.equal(exported.playbook_variables?.['__input_credential__']?.external, true);
  });

  it('says in words what Firebreak would do, and holds nothing that an engine could run', () => {
    const actions = Object.values(exported.workflow).filter((step) => step.type === 'action');
    assert.ok(actions.every(({ commands }) => commands.every(({ type }) => type === 'manual')));
    const disable = actions.find(({ commands }) =>
      commands[0]?.command?.includes('contain.disable'),
    );
    assert.equal(
      disable?.commands[0]?.command,
      `${disable?.name}. Make a plan to disable, and to stop the executions of, the workflows with ` +
        '(credential $credential and active true) (in Firebreak: contain.disable)',
    );
  });
});

it('says what to do in whole sentences, also under a question', () => {
  const step = stepCalled(leaked, 'disable');
  assert.ok(step);
  assert.match(commandOf({ ...step, heading: 'Is it off?' }), /^Is it off\? Make a plan/);
  assert.match(commandOf({ ...step, heading: 'Switch it off' }), /^Switch it off\. Make a plan/);
});

describe('the specification as a schema', () => {
  const changed = (change: object) => playbook.safeParse({ ...exported, ...change }).success;

  it('refuses what CACAO refuses', () => {
    assert.equal(changed({}), true);
    assert.equal(changed({ spec_version: 'cacao-1.1' }), false);
    assert.equal(
      changed({ id: 'playbook--01890a5d-ac96-774b-bcce-b302099a8057' }),
      false,
      'UUIDv7',
    );
    assert.equal(changed({ created: '2026-01-01T00:00:00+01:00' }), false);
    assert.equal(changed({ priority: 101 }), false);
    assert.equal(changed({ mood: 'good' }), false);
    assert.equal(changed({ playbook_variables: { name: { type: 'string' } } }), false);
    const [id = ''] = Object.keys(exported.workflow).filter((key) => key.startsWith('action--'));
    const action = stepAt(exported, id);
    const step = (other: object) => changed({ workflow: { [id]: { ...action, ...other } } });
    assert.equal(step({}), true);
    assert.equal(step({ on_success: id }), false, 'not beside on_completion');
    assert.equal(step({ commands: [] }), false);
    assert.equal(step({ type: 'end' }), false, 'the key says action');
  });
});
