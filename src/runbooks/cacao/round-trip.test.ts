import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { Prose, Runbook, RunbookStep } from '../../domain/runbook.ts';
import { hash, jsonOf } from '../../testing/cacao.ts';
import { readRunbook } from '../parse.ts';
import { cacaoOf, commandOf } from './export.ts';
import { importPlaybook } from './import.ts';

const now = new Date('2026-11-23T10:00:00Z');
const folder = new URL('../../../runbooks/', import.meta.url);
const files = await readdir(folder);

function imported(playbook: unknown) {
  const made = importPlaybook(jsonOf(playbook), 'p.json', hash);
  assert.ok(made.kind === 'good', JSON.stringify(made));
  return made;
}

/** The parts that a round trip keeps. What Firebreak would do is a sentence more. */
function kept(step: RunbookStep) {
  const { id, heading, owner, withinMs, answers, next, when } = step;
  return { id, heading, owner, withinMs, answers, next, when };
}

function textOf(step: RunbookStep): readonly Prose[] {
  return step.deed ? [...step.prose, { kind: 'text', text: commandOf(step) }] : step.prose;
}

function assertRoundTrip(runbook: Runbook): void {
  const { runbook: back, warnings } = imported(cacaoOf(runbook, hash, now));
  assert.deepEqual(warnings, []);
  assert.deepEqual(back.steps.map(kept), runbook.steps.map(kept));
  assert.deepEqual(
    back.steps.map(({ prose }) => prose),
    runbook.steps.map(textOf),
  );
  assert.ok(back.steps.every(({ deed }) => deed === undefined));
  const { steps: _before, ...front } = runbook;
  const { steps: _after, ...frontBack } = back;
  assert.deepEqual(frontBack, front);
}

describe('a runbook that is exported and imported', () => {
  for (const file of files) {
    it(`${file} keeps steps, order, branches and text`, async () => {
      const read = readRunbook(await readFile(new URL(file, folder), 'utf8'), file);
      assert.ok(read.kind === 'good');
      assertRoundTrip(read.runbook);
    });
  }

  it('is the same whatever its text looks like, and whichever way its steps lead', () => {
    fc.assert(
      fc.property(aRunbook(), (runbook) => {
        assertRoundTrip(runbook);
      }),
      { numRuns: 200 },
    );
  });

  it('is read by its workflow, with a warning, when somebody changed that elsewhere', async () => {
    const content = await readFile(new URL('leaked-credential.md', folder), 'utf8');
    const read = readRunbook(content, 'leaked-credential.md');
    assert.ok(read.kind === 'good');
    const playbook = cacaoOf(read.runbook, hash, now);
    const [changed] = Object.entries(playbook.workflow).filter(([, { type }]) => type === 'action');
    assert.ok(changed);
    const [id, step] = changed;
    const { runbook, warnings } = imported({
      ...playbook,
      workflow: { ...playbook.workflow, [id]: { ...step, timeout: 1000, on_success: undefined } },
    });
    assert.deepEqual(warnings, []);
    assert.equal(runbook.steps[0]?.withinMs, 1000, 'a changed text or time is taken as it is');
    const { [playbook.workflow_start]: begin, ...rest } = playbook.workflow;
    assert.ok(begin?.type === 'start');
    const led = Object.entries(rest).find(([, one]) => one.type === 'switch-condition');
    assert.ok(led?.[1].type === 'switch-condition');
    const [key, choice] = led;
    const { clean = '' } = choice.cases;
    const other = imported({
      ...playbook,
      workflow: { ...playbook.workflow, [key]: { ...choice, cases: { clean, infected: clean } } },
      workflow_exception: choice.cases['infected'],
    });
    assert.match(other.warnings.join(' '), /changed since Firebreak exported it/);
    assert.ok(other.runbook.steps.every(({ deed }) => deed === undefined));
  });
});

/** Text with all that means something in markdown, YAML and JSON. */
const words = fc
  .string({
    unit: fc.constantFrom(...Array.from('ab c*_`#>-+|[](){}\\!~&;:.,$%^"\'<1/=é漢')),
    minLength: 1,
    maxLength: 40,
  })
  .map((text) => text.replaceAll(/\s+/g, ' ').trim())
  .filter((text) => text !== '' && !text.includes('{{') && !/https?:\/\//.test(text));

const plainObjects = { noNullPrototype: true } as const;

const prose: fc.Arbitrary<Prose> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text: words }, plainObjects),
  fc.record({ kind: fc.constant('code' as const), text: words }, plainObjects),
  fc.record(
    {
      kind: fc.constant('list' as const),
      items: fc.array(
        words.filter((text) => !/^\d+\. /.test(text)),
        { minLength: 1, maxLength: 3 },
      ),
    },
    plainObjects,
  ),
);

/** Two lists in a row are one list in markdown. */
function apart(parts: readonly Prose[]): readonly Prose[] {
  return parts.filter((part, index) => part.kind !== 'list' || parts[index - 1]?.kind !== 'list');
}

/** Runbooks of steps that lead forward anywhere, with decisions and conditions on them. */
function aRunbook(): fc.Arbitrary<Runbook> {
  const step = fc.record({
    heading: words,
    prose: fc.array(prose, { maxLength: 3 }).map(apart),
    decides: fc.boolean(),
    leads: fc.tuple(fc.nat(3), fc.nat(3)),
    owner: fc.constantFrom('commander' as const, 'responder' as const, undefined),
    withinMs: fc.constantFrom(90_000, 600_000, 86_400_000, undefined),
    asks: fc.boolean(),
  });
  return fc.array(step, { minLength: 1, maxLength: 7 }).map((given) => {
    const name = (index: number) => (index < given.length ? `s${index}` : 'end');
    return {
      id: 'made',
      title: 'Made up',
      version: 1,
      for: [],
      roles: [],
      tripwire: false,
      regimes: [],
      attack: [],
      csf: [],
      inputs: [],
      prose: [],
      steps: given.map((one, index): RunbookStep => {
        // Every step is reached from the one before it.
        const answers = one.decides
          ? [
              { name: 'yes', to: name(index + 1) },
              { name: 'no', to: name(index + 1 + one.leads[0]) },
            ]
          : [];
        const before = index > 1 && given[index - 2]?.decides === true && one.asks;
        return {
          id: `s${index}`,
          heading: one.heading,
          prose: one.prose,
          kind: one.decides ? 'decide' : 'manual',
          answers,
          ...(one.owner === undefined ? {} : { owner: one.owner }),
          ...(one.withinMs === undefined ? {} : { withinMs: one.withinMs }),
          when: before ? { [`s${index - 2}`]: 'yes' } : {},
          line: 1,
        };
      }),
    };
  });
}
