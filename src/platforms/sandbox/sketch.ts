import { chanceOf, idOf } from './chance.ts';
import type { Base, Definition, SandboxWorkflow, Step } from './model.ts';

const dayMs = 86_400_000;

/** A workflow as it is written down: what it refers to, it names by key. */
export type WorkflowSketch = {
  readonly key: string;
  readonly name: string;
  /** Key of a person. */
  readonly owner: string;
  readonly tags?: readonly string[];
  readonly steps: readonly Step[];
  /** The draft, where it is no longer what is live. */
  readonly draft?: readonly Step[];
  readonly isOff?: true;
  readonly isArchived?: true;
  readonly keepsNoExecutions?: true;
  /** A customer calls its webhook about as often. */
  readonly visitorEverySeconds?: number;
  /** Key of the workflow that is started when this one fails. */
  readonly reportsTo?: string;
  /** Somebody means well and switches it on again so much later. */
  readonly helpedAfterMs?: number;
  /** How many days ago it was last saved; about a year at most without it. */
  readonly savedDaysAgo?: number;
};

/** An estate as it is written down. */
export type EstateSketch = {
  readonly project: string;
  readonly people: readonly (readonly [key: string, name: string, email: string, role: string])[];
  readonly credentials: readonly (readonly [
    key: string,
    name: string,
    type: string,
    owner: string,
  ])[];
  readonly workflows: readonly WorkflowSketch[];
};

/** Which credential a step uses, by its key. */
export function uses(credential: string): Pick<Step, 'credential'> {
  return { credential: { id: credential, name: credential } };
}

/** Makes an estate of its sketch: ids from the seed, times from when it was made. */
export function drawn(
  sketch: EstateSketch,
  { seed, bornAt }: { readonly seed: string; readonly bornAt: Date },
): Base {
  const people = new Map(
    sketch.people.map(([key, name, email, role]) => [
      key,
      {
        id: idOf(seed, 'user', key),
        name,
        email,
        role,
        hasMfa: role !== 'global:member' || chanceOf(`${seed} ${key} factor`) < 0.5,
        lastActiveAt: bornAt.getTime() - Math.floor(chanceOf(`${seed} ${key} seen`) * 20 * dayMs),
      },
    ]),
  );
  const nameOf = (key: string): string => {
    const person = people.get(key);
    if (!person) throw new RangeError(`Nobody has the key ${key}.`);
    return `${person.name} <${person.email}>`;
  };
  const credentials = new Map(
    sketch.credentials.map(([key, name, type, owner]) => [
      key,
      {
        id: idOf(seed, 'credential', key),
        name,
        type,
        owner: nameOf(owner),
        changedAt: bornAt.getTime() - Math.floor(chanceOf(`${seed} ${key}`) * 300 * dayMs),
      },
    ]),
  );
  const keys = new Set(sketch.workflows.map(({ key }) => key));
  const workflowId = (key: string): string => {
    if (!keys.has(key)) throw new RangeError(`No workflow has the key ${key}.`);
    return idOf(seed, 'workflow', key);
  };
  const resolved = (step: Step): Step => {
    const credential = step.credential && credentials.get(step.credential.id);
    if (step.credential && !credential) {
      throw new RangeError(`No credential has the key ${step.credential.id}.`);
    }
    return {
      ...step,
      ...(credential ? { credential: { id: credential.id, name: credential.name } } : {}),
      ...(step.calls === undefined ? {} : { calls: workflowId(step.calls) }),
    };
  };
  const around = { seed, bornAt: bornAt.getTime(), project: sketch.project };
  return {
    users: [...people.values()],
    credentials: [...credentials.values()],
    workflows: sketch.workflows.map((one) =>
      workflowOf(one, { ...around, nameOf, workflowId, resolved }),
    ),
  };
}

type Around = {
  readonly seed: string;
  readonly bornAt: number;
  readonly project: string;
  readonly nameOf: (key: string) => string;
  readonly workflowId: (key: string) => string;
  readonly resolved: (step: Step) => Step;
};

function workflowOf(sketch: WorkflowSketch, around: Around): SandboxWorkflow {
  const { key, name, tags, draft, visitorEverySeconds, reportsTo, helpedAfterMs } = sketch;
  const { seed, bornAt, project, nameOf, workflowId, resolved } = around;
  const owner = nameOf(sketch.owner);
  const days = sketch.savedDaysAgo ?? 5 + Math.floor(chanceOf(`${seed} saved ${key}`) * 350);
  const savedAt = bornAt - days * dayMs - Math.floor(chanceOf(`${seed} at ${key}`) * dayMs);
  const definition = (which: string, steps: readonly Step[], at: number): Definition => ({
    version: idOf(seed, 'version', key, which),
    steps: steps.map(resolved),
    ...(reportsTo === undefined ? {} : { errorWorkflow: workflowId(reportsTo) }),
    savedBy: owner,
    savedAt: at,
  });
  const live = definition('live', sketch.steps, savedAt);
  return {
    id: workflowId(key),
    name,
    owner,
    project,
    tags: [...(tags ?? [])],
    ...(sketch.isArchived ? { isArchived: true } : {}),
    ...(sketch.keepsNoExecutions ? { keepsNoExecutions: true } : {}),
    ...(visitorEverySeconds === undefined
      ? {}
      : { visitors: visitorsOf(`${seed} ${key}`, visitorEverySeconds) }),
    ...(helpedAfterMs === undefined ? {} : { helpedAfterMs }),
    draft: draft ? definition('draft', draft, savedAt + dayMs / 2) : live,
    versions: [live],
    switches: sketch.isOff
      ? []
      : [{ at: savedAt, on: true, version: live.version, by: owner, effectAt: savedAt }],
  };
}

function visitorsOf(seed: string, seconds: number) {
  const everyMs = seconds * 1_000;
  return { everyMs, phaseMs: Math.floor(chanceOf(seed) * everyMs), words: 'customers' };
}
