import { createHash } from 'node:crypto';

import canonicalize from 'canonicalize';

import type { Fact } from '../../domain/inventory.ts';
import { definitionOf, listedAt } from './activation.ts';
import type { Definition, Step, WorkflowNow } from './model.ts';

type Fingerprint = (secret: string) => string;
type StepFact = Omit<Fact, 'in'>;

/** What the model says of a workflow: its draft and what is live, told apart where they differ. */
export function factsOf(workflow: WorkflowNow, now: number, fingerprint: Fingerprint): Fact[] {
  const draft = definitionFacts(workflow.draft, fingerprint);
  const live = definitionOf(workflow, listedAt(workflow, now));
  if (!live) return draft.map((fact) => ({ ...fact, in: 'draft' }));
  if (stepsHash(live) === stepsHash(workflow.draft)) {
    return draft.map((fact) => ({ ...fact, in: 'both' }));
  }
  const lively = definitionFacts(live, fingerprint);
  const inDraft = new Set(draft.map(keyOf));
  const inLive = new Set(lively.map(keyOf));
  return [
    ...draft.map((fact): Fact => ({ ...fact, in: inLive.has(keyOf(fact)) ? 'both' : 'draft' })),
    ...lively
      .filter((fact) => !inDraft.has(keyOf(fact)))
      .map((fact): Fact => ({ ...fact, in: 'live' })),
  ];
}

export type Hashes = {
  /** Draft, live version and activation. */
  readonly whole: string;
  /** The draft alone. */
  readonly content: string;
  /** What is live alone; absent while nothing is. */
  readonly live?: string;
  readonly draftDiffers: boolean;
};

/** SHA-256 of what makes a workflow what it is, the same from a listing and from a single look. */
export function hashesOf(workflow: WorkflowNow, now: number): Hashes {
  const version = listedAt(workflow, now);
  const live = definitionOf(workflow, version);
  const content = stepsHash(workflow.draft);
  const liveSteps = live ? stepsHash(live) : null;
  const parts = [content, liveSteps, version ?? null, workflow.isArchived ?? false];
  return {
    whole: sha256(JSON.stringify(parts)),
    content,
    ...(live ? { live: sha256(JSON.stringify([liveSteps, version])) } : {}),
    draftDiffers: liveSteps !== null && liveSteps !== content,
  };
}

const known = new WeakMap<Definition, string>();

/** Definitions never change, so one hash serves as long as the definition is held. */
function stepsHash(definition: Definition): string {
  const found = known.get(definition);
  if (found !== undefined) return found;
  const { steps, errorWorkflow } = definition;
  const hash = sha256(canonicalize({ steps, errorWorkflow: errorWorkflow ?? null }) ?? '');
  known.set(definition, hash);
  return hash;
}

function definitionFacts(definition: Definition, fingerprint: Fingerprint): StepFact[] {
  const facts = definition.steps.flatMap((step) => stepFacts(step, fingerprint));
  const { errorWorkflow } = definition;
  const types = new Map<string, Step>();
  for (const step of definition.steps) {
    const other = types.get(step.type);
    if (!other || (other.isDisabled && !step.isDisabled)) types.set(step.type, step);
  }
  return [
    ...[...types].map(([type, step]) => shown(step, { kind: 'node', value: type })),
    ...facts,
    ...(errorWorkflow === undefined
      ? []
      : [{ kind: 'error_workflow' as const, value: errorWorkflow }]),
  ];
}

function stepFacts(step: Step, fingerprint: Fingerprint): StepFact[] {
  const { webhook, schedule, host, credential, calls, secret } = step;
  const facts: StepFact[] = [];
  if (webhook) {
    const { path, method, auth } = webhook;
    facts.push({ kind: 'webhook', value: path, method, auth });
  }
  if (schedule) facts.push({ kind: 'schedule', value: schedule.words, label: 'UTC' });
  if (step.listens) facts.push({ kind: 'trigger', value: step.type });
  if (host !== undefined) facts.push({ kind: 'host', value: host });
  if (step.runtimeHost) facts.push({ kind: 'runtime_host', value: step.name });
  if (credential) facts.push({ kind: 'credential', value: credential.id, label: credential.name });
  if (calls !== undefined) facts.push({ kind: 'calls', value: calls });
  if (step.code !== undefined) facts.push({ kind: 'code', value: step.name });
  if (secret) facts.push({ kind: 'secret', value: fingerprint(secret.text), label: secret.label });
  if (step.package !== undefined) facts.push({ kind: 'package', value: step.package });
  if (step.readsEnv) facts.push({ kind: 'env', value: step.name });
  if (step.usesPlatformApi) facts.push({ kind: 'platform_api', value: step.name });
  return facts.map((fact) => shown(step, fact));
}

function shown(step: Step, fact: StepFact): StepFact {
  return { ...fact, node: step.name, ...(step.isDisabled ? { disabled: true } : {}) };
}

function keyOf(fact: StepFact): string {
  return JSON.stringify(fact);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
