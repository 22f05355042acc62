import { z } from 'zod';

import type { Plan } from '../domain/plan.ts';
import type { View } from '../domain/reply.ts';
import type { Runbook } from '../domain/runbook.ts';
import type { Scenario } from '../domain/scenario.ts';
import type { StepActionName } from '../domain/step-actions.ts';
import { bringsBack, isByHand, isOnWord, stepActions } from '../domain/step-actions.ts';
import type { SandboxBot } from './sandbox-bot.ts';

/** The incident of the only drill of a bot. */
export const drillName = 'INC-1';

const actions = Object.keys(stepActions);

const stood = z.object({
  run: z.object({ state: z.string(), name: z.string() }),
  step: z
    .object({
      id: z.string(),
      position: z.number(),
      kind: z.string(),
      does: z
        .custom<StepActionName>((name) => typeof name === 'string' && actions.includes(name))
        .nullable(),
      answers: z.array(z.string()),
      plan: z.string().nullable(),
    })
    .optional(),
});
type Standing = z.infer<typeof stood>;
type Step = NonNullable<Standing['step']>;

/** More steps than this no run of a runbook that ships has. */
const stepsAtMost = 60;

/** What no scenario can know: who it is about among the people of this Firebreak. */
const somebody = '@ben';

/** One person leads, two more say yes; the drill begins and its estate is ready. */
export async function beginDrill(bot: SandboxBot, { id }: Scenario): Promise<View> {
  await bot.see('person add @ben "Ben Lind" may:responder,approver');
  await bot.see('person add @cleo "Cleo Ray" may:responder,approver');
  const started = await bot.see(`drill start ${id}`);
  await bot.setStage(drillName);
  return started;
}

/**
 * Walks every run of a scenario by its answers, and has done what each step says: plans with the
 * leave of as many others as the policy asks for.
 *
 * @param beforeBack called before anything is switched on again
 * @returns the ids of the steps that were ended, in order
 */
export async function walkDrill(
  bot: SandboxBot,
  scenario: Scenario,
  runbook: Runbook,
  beforeBack: () => Promise<void>,
): Promise<readonly string[]> {
  const walked: string[] = [];
  for (const given of scenario.answer.runs ?? [{}]) {
    const view = await bot.see(startLine(runbook, given));
    walked.push(...(await walkRun({ ...bot, beforeBack }, scenario, stood.parse(view.data))));
  }
  return walked;
}

function startLine({ id, inputs }: Runbook, given: Readonly<Record<string, string>>): string {
  const values = inputs.map(
    ({ name, type }) => `${name}:"${given[name] ?? (type === 'person' ? somebody : '')}"`,
  );
  return ['runbook start', id, ...values, `in:${drillName}`].join(' ');
}

type Walker = SandboxBot & { readonly beforeBack: () => Promise<void> };

async function walkRun(bot: Walker, scenario: Scenario, first: Standing) {
  const walked: string[] = [];
  let standing = first;
  while (standing.run.state === 'running' && standing.step) {
    if (walked.length > stepsAtMost) throw new Error(`${scenario.id} does not end.`);
    walked.push(standing.step.id);
    standing = await endStep(bot, scenario, standing, standing.step);
  }
  if (standing.run.state !== 'finished') throw new Error(`${scenario.id}: ${standing.run.state}.`);
  return walked;
}

/** Does what the step says, then ends it; where people do it, with a word of theirs. */
async function endStep(
  bot: Walker,
  { answer }: Scenario,
  { run }: Standing,
  step: Step,
): Promise<Standing> {
  const press = async (line: string, as?: string) =>
    stood.parse((await bot.see(`${line} run:${run.name} step:${step.position}`, as)).data);
  if (step.kind === 'decide') {
    return await press(`runbook done ${answer.decisions?.[step.id] ?? step.answers[0]}`);
  }
  if (step.does === null || isByHand(step.does)) return await press('runbook done said aloud');
  if (step.does === 'user.confirm') return await press('runbook done saw it refused', 'ben');
  if (bringsBack(step.does)) {
    await bot.beforeBack();
    await convict(bot, answer.hostile ?? []);
  }
  const after = await press(await doLine(bot, run.name));
  if (step.does === 'incident.private') await callIn(bot);
  if (after.step?.position !== step.position) return after;
  if (after.step.plan !== null) await carryThrough(bot, after.step.plan);
  if (step.does === 'evidence.snapshot') await bot.seal(drillName);
  if (step.kind === 'verify') await workAtAll(bot);
  return await press(isOnWord(step.does) ? 'runbook done said aloud' : 'runbook done');
}

/** The line that does the step; where it asks for a host, one that is hostile is given. */
async function doLine({ see }: SandboxBot, run: string): Promise<string> {
  const { next } = await see(`runbook next ${run}`);
  return next.some((line) => line.startsWith('runbook do host:…'))
    ? 'runbook do host:collect.evil.example'
    : 'runbook do';
}

/** Who must say yes has to see it. */
async function callIn({ see }: SandboxBot): Promise<void> {
  for (const approver of ['ben', 'cleo']) await see(`private add @${approver} in:${drillName}`);
}

/** Marks what must not come on again. */
async function convict(bot: SandboxBot, hostile: readonly string[]): Promise<void> {
  for (const name of hostile) {
    const found = await bot.store.inventory.resolve('workflow', name);
    const ref = found.find((one) => one.name === name)?.ref;
    const reply = await bot.say(`scope convict ${ref} found so in:${drillName}`);
    if (reply.kind === 'problem' && reply.code !== 'conflict') throw new Error(reply.message);
  }
}

/** A plan as persons bring it to its end: agreed to by as many as it needs, run, and worked at. */
async function carryThrough(bot: SandboxBot, plan: string): Promise<void> {
  for (const approver of ['ben', 'cleo']) {
    const found = (await plansOf(bot)).find(({ name }) => name === plan);
    if (found?.state !== 'proposed') break;
    await bot.see(`contain approve ${plan} in:${drillName}`, approver);
  }
  // What takes back begins as it is made, where nobody else has to agree.
  const made = (await plansOf(bot)).find(({ name }) => name === plan);
  if (made?.state !== 'running') await bot.see(`contain run ${plan}`);
  await bot.work(plan);
}

/** What is looked at again is seen to by a worker, whichever plan it belongs to. */
async function workAtAll(bot: SandboxBot): Promise<void> {
  for (const { name, startedAt } of await plansOf(bot)) if (startedAt) await bot.work(name);
}

async function plansOf({ store }: SandboxBot): Promise<readonly Plan[]> {
  const incident = await store.incidents.byName(drillName, store.instance.operator);
  return incident ? await store.plans.ofIncident(incident.id) : [];
}
