import { chanceOf, pickBy } from './chance.ts';
import type { Step } from './model.ts';
import type { EstateSketch, WorkflowSketch } from './sketch.ts';
import { uses } from './sketch.ts';
import {
  code,
  dailyAt,
  everyMinutes,
  guardedWebhook,
  http,
  httpAnywhere,
  nothing,
  openWebhook,
} from './steps.ts';

const nouns = ['Invoice', 'Order', 'Lead', 'Ticket', 'Backup', 'Report', 'Refund', 'Payroll'];
const verbs = ['sync', 'export', 'notify', 'enrich', 'approve', 'archive', 'import', 'check'];
const teams = ['billing', 'sales', 'support', 'platform', 'people', 'growth'];

/** The same estate with more workflows, up to `size`, the same ones for the same seed. */
export function filledUp(sketch: EstateSketch, seed: string, size: number): EstateSketch {
  const count = Math.max(0, size - sketch.workflows.length);
  const more = Array.from({ length: count }, (_, index) => filler(sketch, seed, index));
  return { ...sketch, workflows: [...sketch.workflows, ...more] };
}

function filler(sketch: EstateSketch, seed: string, index: number): WorkflowSketch {
  const dice = (what: string): string => `${seed} ${what} ${index}`;
  const [credential] = pickBy(dice('credential'), sketch.credentials);
  const [owner] = pickBy(dice('owner'), sketch.people);
  const host = `api${Math.floor(chanceOf(dice('host')) * 400)}.vendor.example`;
  const steps: Step[] = [
    entryOf(dice('entry'), index),
    http('Call', host, chanceOf(dice('uses')) < 0.5 ? uses(credential) : {}),
    ...(chanceOf(dice('code')) < 0.3 ? [code('Shape', 'return $input.all();')] : []),
    ...(chanceOf(dice('runtime')) < 0.08 ? [httpAnywhere('Follow link')] : []),
    nothing(),
  ];
  return {
    key: `filler${index}`,
    name: `${pickBy(dice('noun'), nouns)} ${pickBy(dice('verb'), verbs)} ${index}`,
    owner,
    tags: [pickBy(dice('tag'), teams)],
    steps,
    ...(chanceOf(dice('off')) < 0.4 ? { isOff: true } : {}),
  };
}

function entryOf(dice: string, index: number): Step {
  const chance = chanceOf(dice);
  if (chance < 0.17) return openWebhook(`filler/${index}`);
  if (chance < 0.4) return guardedWebhook(`filler/${index}`);
  return chance < 0.7 ? everyMinutes(30) : dailyAt('03:00');
}
