import { z } from 'zod';

/** When something starts by itself: at `phaseMs` after the epoch, and again every `everyMs`. */
const rule = z.object({
  everyMs: z.number().int().positive(),
  phaseMs: z.number().int().nonnegative(),
  words: z.string(),
});

/** One step of a workflow. Analysis reads these fields; nothing of a step is ever executed. */
export const step = z.object({
  /** As the editor shows it. */
  name: z.string(),
  /** Type of node, in lower case. */
  type: z.string(),
  webhook: z
    .object({ path: z.string(), method: z.enum(['GET', 'POST']), auth: z.string() })
    .exactOptional(),
  schedule: rule.exactOptional(),
  /** Another trigger, which only the platform sees. */
  listens: z.literal(true).exactOptional(),
  host: z.string().exactOptional(),
  /** The host is only known when it runs. */
  runtimeHost: z.literal(true).exactOptional(),
  credential: z.object({ id: z.string(), name: z.string() }).exactOptional(),
  calls: z.string().exactOptional(),
  code: z.string().exactOptional(),
  /** Written into the step by somebody; analysis shows its fingerprint only. */
  secret: z.object({ label: z.string(), text: z.string() }).exactOptional(),
  package: z.string().exactOptional(),
  readsEnv: z.literal(true).exactOptional(),
  usesPlatformApi: z.literal(true).exactOptional(),
  /** How long the step keeps its execution running. */
  worksMs: z.number().int().positive().exactOptional(),
  /** How long the execution waits here. */
  waitsMs: z.number().int().positive().exactOptional(),
  /** It sends all its items even when its execution is stopped meanwhile. */
  goesOn: z.literal(true).exactOptional(),
  isDisabled: z.literal(true).exactOptional(),
});

const definition = z.object({
  version: z.string(),
  steps: z.array(step),
  errorWorkflow: z.string().exactOptional(),
  savedBy: z.string(),
  savedAt: z.number(),
});

/** Somebody switched a workflow on or off. Instants are ms since the epoch. */
const change = z.object({
  at: z.number(),
  on: z.boolean(),
  version: z.string().exactOptional(),
  by: z.string(),
  /** When it becomes true of what runs; null when it never does. */
  effectAt: z.number().nullable(),
  /** It only happens when the workflow is off by then. */
  ifOff: z.literal(true).exactOptional(),
  /** It takes effect once the platform is no longer slow. */
  isHeld: z.literal(true).exactOptional(),
});

const workflow = z.object({
  id: z.string(),
  name: z.string(),
  owner: z.string().exactOptional(),
  project: z.string().exactOptional(),
  tags: z.array(z.string()),
  isArchived: z.literal(true).exactOptional(),
  keepsNoExecutions: z.literal(true).exactOptional(),
  /** Customers who call its webhooks, as often as this. */
  visitors: rule.exactOptional(),
  /** Somebody switches it on again so many ms after it was switched off. */
  helpedAfterMs: z.number().int().positive().exactOptional(),
  draft: definition,
  versions: z.array(definition),
  switches: z.array(change),
});

/** What happened to one workflow since the estate was made. */
const touched = z.object({
  draft: definition.exactOptional(),
  versions: z.array(definition),
  switches: z.array(change),
  calls: z.array(z.object({ at: z.number(), mode: z.enum(['webhook', 'manual']) })),
  stops: z.array(z.number()),
  /** When somebody woke up what was waiting, and how many stops had by then come too early. */
  wakes: z.array(z.object({ at: z.number(), missedBy: z.number() })).default([]),
  /** Whether it was archived since, or brought back. */
  isArchived: z.boolean().exactOptional(),
});

export const calls = [
  'probe',
  'inventory',
  'observe',
  'capture',
  'disable',
  'stop',
  'enable',
  'check',
  'withdraw',
  'lock',
  'people',
  'archive',
] as const;

export const fault = z.object({
  /** Which call it meets; every call without it. */
  call: z.enum(calls).exactOptional(),
  /** Which workflow, or credential, it meets, also among others in one check; every one without it. */
  workflow: z.string().exactOptional(),
  /** How many calls it meets; all without it. */
  times: z.number().int().positive().exactOptional(),
  does: z.discriminatedUnion('kind', [
    /**
     * Says yes and does not do it. `keeps running`: a switch changes what is listed, and nothing
     * else; `stays active`: not even that.
     */
    z.object({ kind: z.literal('lies'), how: z.enum(['keeps running', 'stays active']) }),
    /** Switches are answered, and take effect once this fault is taken back. */
    z.object({ kind: z.literal('holds') }),
    /** Switches are answered, and take effect so much later, as n8n's from 2.40 on. */
    z.object({ kind: z.literal('delays'), ms: z.number() }),
    z.object({ kind: z.literal('rate_limited'), retryAfterMs: z.number() }),
    z.object({
      kind: z.literal('fails'),
      code: z.enum(['unauthorized', 'refused', 'unavailable', 'unreadable']),
    }),
    z.object({ kind: z.literal('cuts'), when: z.enum(['before', 'after']) }),
    z.object({ kind: z.literal('is_slow'), ms: z.number() }),
    /** The answer comes byte by byte and without end: every `everyMs` of real time another one. */
    z.object({ kind: z.literal('drips'), everyMs: z.number().int().positive() }),
    /** The answer comes as fast as it is read, and without end. */
    z.object({ kind: z.literal('floods') }),
    /** Somebody edits it, and publishes what was on, just before the call is served. */
    z.object({ kind: z.literal('drifts') }),
    /** Somebody switches it on again so much after it was switched off. */
    z.object({ kind: z.literal('resurrects'), afterMs: z.number() }),
    /** Somebody wakes up what waits just as a stop comes, which so misses it. */
    z.object({ kind: z.literal('wakes') }),
  ]),
});

/** What became of a credential that workflows may use as they are told. Hosts: none for any. */
const locked = z.object({
  changedAt: z.number(),
  isBlocked: z.boolean(),
  hosts: z.array(z.string()),
  /** What stands in place of its value. */
  dud: z.string().exactOptional(),
});

/** All that an estate remembers: what it was made of is made again from its address. */
export const changesSchema = z.object({
  form: z.literal(1),
  bornAt: z.number(),
  touched: z.record(z.string(), touched),
  added: z.array(workflow),
  faults: z.array(z.object({ id: z.string(), fault })),
  /** When credentials were withdrawn by who gave them out. */
  withdrawn: z.record(z.string(), z.number()).default({}),
  locked: z.record(z.string(), locked).default({}),
  /** When credentials were deleted. */
  deleted: z.record(z.string(), z.number()).default({}),
  /** To whom workflows and credentials were given, as `owner` says it. */
  given: z.record(z.string(), z.string()).default({}),
  /** When users were deleted. */
  removed: z.record(z.string(), z.number()).default({}),
});

export type Rule = z.infer<typeof rule>;
export type Step = z.infer<typeof step>;
export type Definition = z.infer<typeof definition>;
export type Switch = z.infer<typeof change>;
export type SandboxWorkflow = z.infer<typeof workflow>;
export type Locked = z.infer<typeof locked>;
export type Touched = z.infer<typeof touched>;
export type Call = (typeof calls)[number];
export type SandboxFault = z.infer<typeof fault>;
export type Changes = z.infer<typeof changesSchema>;

export type SandboxCredential = {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly owner: string;
  readonly changedAt: number;
};

export type SandboxUser = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly hasMfa: boolean;
  readonly lastActiveAt: number;
};

/** What an estate is made of before anything happens to it. */
export type Base = {
  readonly workflows: readonly SandboxWorkflow[];
  readonly credentials: readonly SandboxCredential[];
  readonly users: readonly SandboxUser[];
};

/** A workflow with all that happened to it. */
export type WorkflowNow = SandboxWorkflow & {
  readonly calls: Touched['calls'];
  readonly stops: readonly number[];
  readonly wakes: Touched['wakes'];
};

/** The estate before anything happened. */
export function unchanged(bornAt: Date): Changes {
  return {
    form: 1,
    bornAt: bornAt.getTime(),
    touched: {},
    added: [],
    faults: [],
    withdrawn: {},
    locked: {},
    deleted: {},
    given: {},
    removed: {},
  };
}

/** What happened to a workflow, made ready to take more. */
export function touch(changes: Changes, id: string): Touched {
  return (changes.touched[id] ??= {
    versions: [],
    switches: [],
    calls: [],
    stops: [],
    wakes: [],
  });
}

/** A workflow as it stands, with what happened to it laid over what it was made of. */
export function withTouches(made: SandboxWorkflow, changed: Touched | undefined): WorkflowNow {
  if (!changed) return { ...made, calls: [], stops: [], wakes: [] };
  const { isArchived: wasArchived, ...rest } = made;
  const isArchived = changed.isArchived ?? wasArchived ?? false;
  return {
    ...rest,
    ...(isArchived ? { isArchived } : {}),
    draft: changed.draft ?? made.draft,
    versions: [...made.versions, ...changed.versions],
    switches: [...made.switches, ...changed.switches],
    calls: changed.calls,
    stops: changed.stops,
    wakes: changed.wakes,
  };
}
