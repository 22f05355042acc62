import type { IncidentRole, Severity } from './incident.ts';
import type { Comparison, QueryField } from './query.ts';
import type { StepActionName, StepKind } from './step-actions.ts';

/** What an input of a runbook may be. */
export const inputTypes = [
  'credential',
  'workflow',
  'host',
  'person',
  'connection',
  'text',
  'choice',
  'time',
] as const;
export type InputType = (typeof inputTypes)[number];

/** What a run must be told before it starts. */
export type RunbookInput = {
  readonly name: string;
  readonly type: InputType;
  /** The question, for whoever starts it. */
  readonly ask: string;
  /** For `choice`. */
  readonly choices: readonly string[];
};

/**
 * A condition on workflows with holes for inputs. A hole is filled with a term, never with text, so
 * what an input is called cannot change what is asked.
 */
export type Condition =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'flag'; readonly field: 'active' | 'archived'; readonly value: boolean }
  | { readonly kind: 'text'; readonly field: QueryField; readonly value: string }
  | { readonly kind: 'input'; readonly field: InputField; readonly input: string }
  | {
      readonly kind: 'time';
      readonly field: 'changed' | 'ran';
      readonly comparison: Comparison;
      readonly input: string;
    };

/** The fields that an input may fill, and with which types. */
export const inputFields = {
  credential: ['credential'],
  workflow: ['workflow'],
  host: ['host', 'text'],
  connection: ['connection'],
  owner: ['text'],
  tag: ['text', 'choice'],
  name: ['text'],
  project: ['text', 'choice'],
  environment: ['choice'],
  package: ['text'],
} as const satisfies Readonly<Record<string, readonly InputType[]>>;
export type InputField = keyof typeof inputFields;

/** A value of a step action: as written in the runbook, or taken from an input. */
export type StepValue =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'input'; readonly input: string };

/** What a step has done, and to what. */
export type StepDeed = {
  readonly action: StepActionName;
  /** Which workflows; where a whole connection is meant, all of it. */
  readonly where?: Condition;
  /** The name of the input that says which connection. */
  readonly connection?: string;
  /** The name of the input that says which credential. */
  readonly credential?: string;
  /** Severity, phase, role, text or user, as the action asks. */
  readonly value?: StepValue;
  /** The name of the input that says of which workflow nodes are meant, and their names or ids. */
  readonly nodes?: { readonly workflow: string; readonly called: StepValue };
  /** Which other runbook is started. */
  readonly runbook?: OtherRunbook;
};

/** Another runbook that a step starts. */
export type OtherRunbook = {
  readonly id: string;
  /** Names of inputs of the runbook that starts it, by the names that they have in the other. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The step is done when the other run is at its end; else as soon as that has begun. */
  readonly waits: boolean;
};

/** One answer to a `decide` step and the step it leads to. */
export type Answer = { readonly name: string; readonly to: string };

/** A paragraph, list or code sample of a step as people read it. */
export type Prose =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] };

/** Where a run goes when nothing more is to be done. */
export const endOfRunbook = 'end';

/** One `##` of a runbook. */
export type RunbookStep = {
  readonly id: string;
  readonly heading: string;
  readonly prose: readonly Prose[];
  readonly kind: StepKind;
  readonly owner?: StepOwner;
  /** How long it may take, in ms. */
  readonly withinMs?: number;
  readonly deed?: StepDeed;
  /** For `decide`. */
  readonly answers: readonly Answer[];
  /** A step or `end`; without it the step that follows. */
  readonly next?: string;
  /** It is passed over unless these decisions were answered so, by step. */
  readonly when: Readonly<Record<string, string>>;
  /** In the file, from 1. */
  readonly line: number;
};

/** Who does a step: an incident role, or anybody with the permission. */
export type StepOwner = IncidentRole | 'responder' | 'approver';

/** A runbook as it was read from its file. */
export type Runbook = {
  readonly id: string;
  readonly title: string;
  readonly version: number;
  /** Kinds of incident it is for, in the team's words. */
  readonly for: readonly string[];
  readonly severity?: Severity;
  /** Incident roles that should be filled. */
  readonly roles: readonly IncidentRole[];
  /** Revoking may set off what destroys: a decision called `tripwire` comes before it, on every way. */
  readonly tripwire: boolean;
  /** Laws and contracts whose clocks it may start, in the team's words: `gdpr`. */
  readonly regimes: readonly string[];
  /** Techniques of MITRE ATT&CK or ATLAS that it answers: `T1552.001`, `AML.T0051`. */
  readonly attack: readonly string[];
  /** Subcategories of NIST CSF 2.0 that it serves: `RS.MI-01`. */
  readonly csf: readonly string[];
  readonly inputs: readonly RunbookInput[];
  readonly prose: readonly Prose[];
  /** In the order of the file; never empty. */
  readonly steps: readonly RunbookStep[];
};

/** What is wrong in a runbook's file, where, and how to mend it. */
export type Finding = {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
};

/** A runbook's file as it is now, for whoever looks at it before it is walked. */
export type RunbookPreview = {
  /** Of the runbook; of a broken one the name of its file. */
  readonly id: string;
  readonly file: string;
  /** Absent while something is wrong in it. */
  readonly runbook?: Runbook;
  /** What is wrong in it, or between it and others that it starts. */
  readonly findings: readonly Finding[];
};

/** What a step has done, as its block says it: `contain.disable`, `runbook.start account-takeover`. */
export function deedCalled({ action, runbook }: StepDeed): string {
  return runbook === undefined ? action : `${action} ${runbook.id}`;
}

/** The step of an id. */
export function stepCalled(runbook: Runbook, id: string): RunbookStep | undefined {
  return runbook.steps.find((step) => step.id === id);
}

/** Which decisions were made so far, by the id of the step. */
export type Decisions = Readonly<Record<string, string>>;

/**
 * The step that comes after this one, or undefined at the end. Steps whose `when` does not hold are
 * passed over; `next` of a step that is passed over does not count, the one that follows it does.
 */
export function stepAfter(
  runbook: Runbook,
  step: RunbookStep,
  decisions: Decisions,
): RunbookStep | undefined {
  const answer = step.answers.find(({ name }) => name === decisions[step.id]);
  const to = answer?.to ?? step.next;
  if (to === endOfRunbook) return undefined;
  const from =
    to === undefined
      ? runbook.steps.indexOf(step) + 1
      : runbook.steps.findIndex(({ id }) => id === to);
  return runbook.steps.slice(from).find((one) => holds(one, decisions));
}

/** True when the step is to be walked after these decisions. */
function holds(step: RunbookStep, decisions: Decisions): boolean {
  return Object.entries(step.when).every(([id, answer]) => decisions[id] === answer);
}
