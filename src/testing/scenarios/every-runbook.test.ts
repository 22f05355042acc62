/**
 * Each runbook that ships can be started on the simulated platform and walked to its end, every way.
 * What its steps do is done in `every-drill.test.ts`.
 */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { z } from 'zod';

import type { InputType, Runbook } from '../../domain/runbook.ts';
import { readRunbook } from '../../runbooks/parse.ts';
import type { SandboxBot } from '../sandbox-bot.ts';
import { sandboxBot } from '../sandbox-bot.ts';

const folder = join(import.meta.dirname, '../../../runbooks');

/** Of the simulated shop, something that each question can be answered with. */
const given: Readonly<Record<InputType, string>> = {
  credential: '"Stripe live"',
  workflow: '"Charge card"',
  host: 'collect.evil.example',
  person: '@ben',
  connection: 'shop',
  text: 'milo@acme.test',
  choice: '',
  time: '2026-11-01',
};

const stood = z.object({
  run: z.object({ state: z.string(), name: z.string() }),
  step: z
    .object({
      id: z.string(),
      position: z.number(),
      kind: z.string(),
      answers: z.array(z.string()),
    })
    .optional(),
});

/** Walks a run to its end; an answer that was never given goes before one that was, then each in turn. */
async function walk(
  { see }: SandboxBot,
  runbook: Runbook,
  answered: Set<string>,
  turn: number,
): Promise<void> {
  const inputs = runbook.inputs.map(({ name, type }) => `${name}:${given[type]}`);
  let view = await see(`runbook start ${runbook.id} ${inputs.join(' ')}`);
  for (let pressed = 0; pressed < 100; pressed += 1) {
    const { run, step } = stood.parse(view.data);
    if (run.state !== 'running') {
      assert.equal(run.state, 'finished', runbook.id);
      return;
    }
    assert.ok(step, 'it stands at a step');
    const fresh = step.answers.find((answer) => !answered.has(`${step.id} ${answer}`));
    const answer = fresh ?? step.answers[(turn + pressed) % Math.max(1, step.answers.length)];
    if (answer !== undefined) answered.add(`${step.id} ${answer}`);
    const on = `run:${run.name} step:${step.position}`;
    view = await see(
      answer === undefined
        ? `runbook skip only the ways are walked here ${on}`
        : `runbook done ${answer} ${on}`,
    );
  }
  assert.fail(`${runbook.id} does not end.`);
}

describe('every runbook that ships', async () => {
  const bot = await sandboxBot();
  await bot.see('declare Walking severity:sev3');
  await bot.see('person add @ben "Ben Lind" may:responder,approver');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.md'));
  assert.equal(files.length, 16);
  for (const file of files) {
    it(`${file} is walked to its end by every answer`, async () => {
      const read = readRunbook(await readFile(join(folder, file), 'utf8'), file);
      assert.ok(read.kind === 'good');
      const answers = read.runbook.steps.flatMap(({ id, answers: all }) =>
        all.map(({ name }) => `${id} ${name}`),
      );
      const answered = new Set<string>();
      for (let runs = 0; runs === 0 || answered.size < answers.length; runs += 1) {
        assert.ok(runs < 8, `never given: ${answers.filter((one) => !answered.has(one)).join()}`);
        await walk(bot, read.runbook, answered, runs);
      }
      assert.deepEqual([...answered].toSorted(), answers.toSorted());
    });
  }
});
