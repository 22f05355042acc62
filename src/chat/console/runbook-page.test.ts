import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { it } from 'node:test';

import { runbookSvg } from '../../domain/runbook-svg.ts';
import type { RunbookStep } from '../../domain/runbook.ts';
import { stepKinds } from '../../domain/step-actions.ts';

it('the picture of a runbook has each of its colours for dark pages too', async () => {
  const steps = stepKinds.map((kind): RunbookStep => {
    const answers = kind === 'decide' ? [{ name: 'yes', to: 'end' }] : [];
    return { id: kind, heading: kind, prose: [], kind, answers, when: {}, line: 1 };
  });
  const svg = runbookSvg({
    id: 'x',
    title: 'X',
    version: 1,
    for: [],
    roles: [],
    tripwire: false,
    regimes: [],
    attack: [],
    csf: [],
    inputs: [],
    prose: [],
    steps,
  });
  const css = await readFile(new URL('assets/console.css', import.meta.url), 'utf8');
  const used = new Set(svg.match(/(?:fill|stroke)="#[0-9a-f]{6}"/g));
  assert.ok(used.size > 10);
  const missing = [...used].filter((one) => !css.includes(`[${one.replaceAll('"', "'")}]`));
  assert.deepEqual(missing, []);
});
