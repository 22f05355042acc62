import type { Incident } from '../domain/incident.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import type { Block, View } from '../domain/reply.ts';
import { stepOwner } from '../domain/runbook-assign.ts';
import { pathOf } from '../domain/runbook-back.ts';
import { conditionWords, inputWords, stepText } from '../domain/runbook-input.ts';
import type { MadePlan } from '../domain/runbook-proof.ts';
import { isSeenByFirebreak, needsWord } from '../domain/runbook-proof.ts';
import type { StepVisit, Walk } from '../domain/runbook-run.ts';
import type { RunbookStep } from '../domain/runbook.ts';
import { stepCalled } from '../domain/runbook.ts';
import { bringsBack, disables, isByHand, stepActionOf } from '../domain/step-actions.ts';
import { counted, listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import type { Names } from './deciding.ts';
import { namesOf } from './deciding.ts';
import { said, warned } from './incident-view.ts';
import { stepOfOthers } from './others-decide.ts';
import { audienceOf } from './plan-view.ts';
import { backWords } from './runbook-bring-back.ts';
import { changedSince } from './runbook-changed.ts';
import type { StepCredential } from './runbook-credential.ts';
import { isByHandHere, stepCredential } from './runbook-credential.ts';
import { timeLeft } from './runbook-due.ts';
import { containmentOf, keptOffWords } from './runbook-kept-off.ts';
import { stepLines } from './runbook-lines.ts';
import { nodesWords } from './runbook-nodes.ts';
import { plansOf } from './runbook-of.ts';
import type { Origin } from './runbook-other.ts';
import {
  originFields,
  originOf,
  otherWords,
  runWords,
  startedHere,
  startOtherLine,
  stillRunning,
} from './runbook-other.ts';
import { missingOf } from './runbook-reached.ts';
import { workflowsOf } from './runbook-workflows.ts';
import { showBoth } from './show-time.ts';
import { zoneOf } from './when.ts';

/** A run where it stands: what to do now, and the lines that do it. */
export type StandingView = Pick<View, 'title' | 'blocks' | 'next' | 'data'>;

/** The current step of a run, or that it is over. */
export async function standingView(
  context: CommandContext,
  walk: Walk,
  incident: Incident,
): Promise<StandingView> {
  const { run } = walk;
  const visit = walk.visits.find(({ state }) => state === 'current');
  const step = visit && stepCalled(walk.runbook, visit.step);
  if (run.state !== 'running' || !visit || !step) return overView(context, walk, incident);
  const credential = await stepCredential(context, walk, step);
  const byHand = isByHandHere(credential);
  const plan = visit.plan === undefined ? undefined : await context.store.plans.byId(visit.plan);
  const { person } = context.caller;
  const made = await provingPlans(context, walk, incident, step);
  const proves = made.findLast((one) => one.plan.startedAt !== undefined)?.plan;
  const missing = await missingOf(context, walk, incident, step);
  const other = step.deed?.runbook;
  const started = other && (await startedHere(context, walk));
  const starts = other && (await startOtherLine(context, walk, other));
  const origin = await originOf(context, walk, incident);
  return {
    title: `${run.name} ${run.title}, step ${visit.position}: ${step.heading}`,
    blocks: [
      ...(await changedSince(context, walk)),
      ...step.prose,
      ...cautions(step, credential),
      {
        kind: 'fields',
        fields: [
          ...(await stepFields(context, { walk, incident, visit, step, plan, credential })),
          ...(started ? [['started', runWords(started)] as const] : []),
          ...originFields(origin),
        ],
      },
      ...(plan ? stepOfOthers(plan, person) : []),
    ],
    next: [
      ...stepLines(
        step,
        { plan, proves, started, starts, byHand, person, isReached: missing === undefined },
        `run:${run.name} step:${visit.position}`,
      ),
      `runbook assign … run:${run.name} step:${visit.position}`,
      ...backLines(walk, visit),
      ...claimLines(step, visit, incident),
    ],
    data: {
      run: runJson(walk, incident, origin),
      step: {
        ...(await stepJson(context, { incident, visit, step, plan })),
        verifiedByFirebreak: isSeenByFirebreak(step, byHand),
        started: started?.name ?? null,
      },
    },
  };
}

async function overView(
  context: CommandContext,
  walk: Walk,
  incident: Incident,
): Promise<StandingView> {
  const { run } = walk;
  const origin = await originOf(context, walk, incident);
  const left = await stillRunning(context, walk);
  const ended = run.finishedAt ? `, ${showBoth(run.finishedAt, zoneOf(context))}` : '';
  return {
    title: `${run.name} ${run.title}: ${run.state}`,
    blocks: [
      said(`This run is ${run.state}${ended}.`),
      ...left.map((one) => said(`${runWords(one)}, goes on: this run had started it.`)),
      ...(origin ? [{ kind: 'fields', fields: originFields(origin) } as const] : []),
    ],
    next: [
      ...(origin ? [origin.onward] : []),
      ...left.map(({ name }) => `runbook next ${name}`),
      `runbook show ${run.name}`,
      `status in:${incident.name}`,
    ],
    data: { run: runJson(walk, incident, origin) },
  };
}

/** Where nobody has the role that the step waits for, whoever reads it may take it. */
function claimLines(step: RunbookStep, visit: StepVisit, incident: Incident): readonly string[] {
  const { owner } = step;
  if (owner === undefined || owner === 'responder' || owner === 'approver') return [];
  // A step that gives the role by a press needs no line of its own.
  if (step.deed?.action === 'role.claim') return [];
  return stepOwner(incident, step, visit) === undefined
    ? [`role claim ${owner} in:${incident.name}`]
    : [];
}

function backLines({ run, visits }: Walk, { position }: StepVisit): readonly string[] {
  return pathOf(visits).length === 0 ? [] : [`runbook back run:${run.name} step:${position}`];
}

/** The plans that a step of proof looks at. */
async function provingPlans(
  context: CommandContext,
  walk: Walk,
  incident: Incident,
  { kind, deed }: RunbookStep,
): Promise<readonly MadePlan[]> {
  if (kind !== 'verify') return [];
  if (deed?.action !== 'contain.verify') return await plansOf(context, walk);
  return (await containmentOf(context, { walk, incident })).plans;
}

/** The view after a press, for everyone in the room. */
export async function pressedView(
  context: CommandContext,
  walk: Walk,
  incident: Incident,
  told: {
    readonly text: string;
    readonly blocks?: readonly Block[];
    /** Lines that only this press leads to. */
    readonly next?: readonly string[];
  },
): Promise<View> {
  const standing = await standingView(context, walk, incident);
  return {
    kind: 'view',
    ...standing,
    blocks: [said(told.text), ...(told.blocks ?? []), ...standing.blocks],
    next: [...new Set([...standing.next, ...(told.next ?? [])])],
    audience: audienceOf(incident),
    outcome: 'done',
  };
}

type Standing = {
  readonly walk: Walk;
  readonly incident: Incident;
  readonly visit: StepVisit;
  readonly step: RunbookStep;
  readonly plan: Plan | undefined;
  readonly credential: StepCredential | undefined;
};

async function stepFields(
  context: CommandContext,
  { walk, incident, visit, step, plan, credential }: Standing,
): Promise<readonly (readonly [string, string])[]> {
  const names = await namesOf(context);
  const owner = ownerWords(step, visit, incident, names);
  const inputs = walk.runbook.inputs.map(
    ({ name }) => `${name} ${inputWords(walk.run.inputs[name])}`,
  );
  return [
    ['kind', step.kind],
    ...(owner === undefined ? [] : [['owner', owner] as const]),
    ...(visit.dueAt ? [['time', timeLeft(visit.dueAt, context.now())] as const] : []),
    ...(step.deed
      ? [['does', await deedWords(context, { walk, incident, step, credential })] as const]
      : []),
    ...(plan ? [['plan', `${plan.name}, ${plan.state}`] as const] : []),
    ...(step.answers.length > 0
      ? [['answers', step.answers.map(({ name }) => name).join(', ')] as const]
      : []),
    ...(inputs.length > 0 ? [['about', inputs.join(', ')] as const] : []),
  ];
}

/** The handle of whom the step waits for; null while it is anybody's. */
async function waitsFor(
  context: CommandContext,
  incident: Incident,
  step: RunbookStep,
  visit: StepVisit,
): Promise<string | null> {
  const owner = stepOwner(incident, step, visit);
  return owner === undefined ? null : (await namesOf(context))(owner);
}

function ownerWords(
  step: RunbookStep,
  visit: StepVisit,
  incident: Incident,
  names: Names,
): string | undefined {
  const { owner } = step;
  if (visit.assigned !== undefined) return `${names(visit.assigned)}, who was given this step`;
  if (owner === undefined || owner === 'responder' || owner === 'approver') return owner;
  const holder = stepOwner(incident, step, visit);
  return holder === undefined ? `${owner} (nobody yet)` : `${owner} (${names(holder)})`;
}

/** What a press would do, with what it would be done to now. */
async function deedWords(
  context: CommandContext,
  { walk, incident, step, credential }: Pick<Standing, 'walk' | 'incident' | 'step' | 'credential'>,
): Promise<string> {
  const { deed } = step;
  if (!deed) return '';
  const { does } = stepActionOf(deed.action);
  if (credential) {
    const what = `${credential.ref} “${credential.name}”`;
    return isByHandHere(credential) ? `People, by hand: ${what}` : `${does} ${what}`;
  }
  if (bringsBack(deed.action))
    return `${does} ${await backWords(context, { walk, incident }, deed)}`;
  if (deed.nodes) return `${does} ${nodesWords(walk, deed)}`;
  if (deed.runbook) return `${does} ${otherWords(walk, deed.runbook)}`;
  if (deed.value) return `${does} ${stepText(deed.value, walk.run.inputs)}`;
  if (deed.connection !== undefined && !deed.where) {
    return `${does} ${inputWords(walk.run.inputs[deed.connection])}`;
  }
  if (!deed.where) return does;
  const words = conditionWords(deed.where, walk.run.inputs);
  const { hits, total } = await workflowsOf(context, walk, deed.where);
  const refs = listed(
    hits.map(({ workflow }) => workflow.ref),
    10,
  );
  const found = `${does} ${counted(total, 'workflow')}${refs === '' ? '' : ` (${refs})`}, found now by ${words}`;
  const kept = disables(deed.action)
    ? await keptOffWords(context, { walk, incident }, deed.where)
    : undefined;
  return kept === undefined ? found : `${found}; ${kept}`;
}

function cautions(step: RunbookStep, credential: StepCredential | undefined): readonly Block[] {
  const byHand = isByHandHere(credential);
  if (!needsWord(step, byHand)) return [];
  if (credential?.way.kind === 'by_hand' && step.kind === 'act') {
    const { why, steps } = credential.way;
    return [
      warned(
        `Not verified by Firebreak. This is done outside, by hand: ${why}. Write down what was done and how you know.`,
      ),
      { kind: 'list', items: steps },
    ];
  }
  const what =
    isByHand(step.deed?.action) || step.deed?.action === 'user.lock'
      ? 'This is done outside, by hand.'
      : 'Only you can look.';
  return [warned(`Not verified by Firebreak. ${what} Write down what was done and how you know.`)];
}

async function stepJson(
  context: CommandContext,
  { incident, visit, step, plan }: Pick<Standing, 'incident' | 'visit' | 'step' | 'plan'>,
): Promise<JsonObject> {
  return {
    id: step.id,
    position: visit.position,
    heading: step.heading,
    kind: step.kind,
    owner: step.owner ?? null,
    waitsFor: await waitsFor(context, incident, step, visit),
    dueAt: visit.dueAt?.toISOString() ?? null,
    does: step.deed?.action ?? null,
    answers: step.answers.map(({ name }) => name),
    plan: plan?.name ?? null,
  };
}

function runJson({ run }: Walk, incident: Incident, origin: Origin | undefined): JsonObject {
  return {
    name: run.name,
    incident: incident.name,
    runbook: run.runbook,
    title: run.title,
    sha256: run.contentSha256,
    state: run.state,
    startedAt: run.startedAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
    from: origin ? { run: origin.run.name, step: origin.position } : null,
  };
}
