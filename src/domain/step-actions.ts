import type { Permission } from './person.ts';
import type { LockLever } from './plan.ts';

/** What a parameter of a step action takes: a condition on workflows, one value, or an input. */
export type StepParameter =
  | 'where'
  | 'credential'
  | 'connection'
  | 'workflow'
  | 'nodes'
  | 'user'
  | 'severity'
  | 'phase'
  | 'role'
  | 'text'
  | 'runbook'
  | 'inputs'
  | 'wait';

/** One entry of the closed table of what a runbook step can have Firebreak do. */
export type StepAction = {
  /** The verb whose rules hold. Absent: people do it, Firebreak only writes it down. */
  readonly command?: string;
  /** That verb's; a test compares them. */
  readonly permission: Permission;
  /** The kinds of step that may use it. */
  readonly kinds: readonly StepKind[];
  readonly parameters: Readonly<Partial<Record<StepParameter, 'required' | 'optional'>>>;
  /** What it does, for the step view; what it is done to follows. */
  readonly does: string;
  /** It locks a credential on its platform by this lever. */
  readonly lock?: LockLever;
  /** Firebreak says how and keeps what is said; people do it, and its end is their word. */
  readonly isOnWord?: true;
  /** It cannot be taken back: evidence comes before it. */
  readonly isForGood?: true;
};

export const stepKinds = [
  'decide',
  'identify',
  'capture',
  'act',
  'verify',
  'comms',
  'clock',
  'manual',
] as const;
/** What a step is for. */
export type StepKind = (typeof stepKinds)[number];

/** Everything that `do` may name. What is not in here, no runbook can have done. */
export const stepActions = {
  'scope.find': {
    command: 'scope find',
    permission: 'viewer',
    kinds: ['identify'],
    parameters: { where: 'required' },
    does: 'Find',
  },
  'scope.add': {
    command: 'scope add',
    permission: 'responder',
    kinds: ['identify'],
    parameters: { where: 'required' },
    does: 'Bring into the scope of the incident',
  },
  'scope.convict': {
    command: 'scope convict',
    permission: 'responder',
    kinds: ['manual'],
    parameters: { where: 'required' },
    does: 'Mark as hostile, so that no undo switches them on,',
  },
  'evidence.snapshot': {
    command: 'evidence snapshot',
    permission: 'responder',
    kinds: ['capture'],
    parameters: { where: 'required' },
    does: 'Seal what the platform holds of',
  },
  'contain.disable': {
    command: 'contain plan',
    permission: 'responder',
    kinds: ['act'],
    parameters: { where: 'required' },
    does: 'Make a plan to disable, and to stop the executions of,',
  },
  'contain.nodes': {
    command: 'contain plan',
    permission: 'responder',
    kinds: ['act'],
    parameters: { workflow: 'required', nodes: 'required' },
    does: 'Make a plan to switch off nodes alone, the rest of their workflow staying on:',
  },
  'contain.freeze': {
    command: 'contain freeze',
    permission: 'responder',
    kinds: ['act'],
    parameters: { connection: 'required' },
    does: 'Make a plan to disable all that is on, and to keep it so until it is thawed:',
  },
  'contain.thaw': {
    command: 'contain thaw',
    permission: 'responder',
    kinds: ['manual'],
    parameters: { connection: 'required' },
    does: 'Switch on again at once, as it was, what a freeze has disabled:',
  },
  'contain.undo': {
    command: 'contain undo',
    permission: 'responder',
    kinds: ['manual'],
    parameters: { where: 'optional' },
    does: 'Switch on again at once, as it was, what this run has disabled:',
  },
  'contain.verify': {
    command: 'contain verify',
    permission: 'responder',
    kinds: ['verify'],
    parameters: {},
    does: 'Look again whether everything that this run contained still holds',
  },
  'cred.list': {
    command: 'cred list',
    permission: 'viewer',
    kinds: ['identify'],
    parameters: { connection: 'required' },
    does: 'Show the credentials, who uses them, and who can revoke them, of',
  },
  'cred.revoke': {
    command: 'cred revoke',
    permission: 'responder',
    kinds: ['act'],
    parameters: { credential: 'required' },
    does: 'Make a plan to revoke, at its provider and for good,',
    isForGood: true,
  },
  'cred.verify': {
    command: 'contain verify',
    permission: 'responder',
    kinds: ['verify'],
    parameters: { credential: 'required' },
    does: 'Ask the provider whether it refuses',
  },
  'cred.block': {
    command: 'cred block',
    permission: 'responder',
    kinds: ['act'],
    parameters: { credential: 'required' },
    does: 'Make a plan to keep workflows from using, on its platform,',
    lock: 'block',
  },
  'cred.overwrite': {
    command: 'cred overwrite',
    permission: 'responder',
    kinds: ['act'],
    parameters: { credential: 'required' },
    does: 'Make a plan to make worthless on its platform, for good,',
    lock: 'overwrite',
    isForGood: true,
  },
  'user.list': {
    command: 'user list',
    permission: 'viewer',
    kinds: ['identify'],
    parameters: { user: 'optional' },
    does: 'Show what platforms tell of their users',
  },
  'user.lock': {
    command: 'user lock',
    permission: 'responder',
    kinds: ['manual'],
    parameters: { user: 'required', connection: 'optional' },
    does: 'Say, click by click, how people lock out',
    isOnWord: true,
  },
  'user.confirm': {
    command: 'user confirm',
    permission: 'approver',
    kinds: ['verify'],
    parameters: { user: 'required', connection: 'optional' },
    does: 'Keep what another person saw who tried to get in as',
    isOnWord: true,
  },
  'incident.private': {
    command: 'private',
    permission: 'responder',
    kinds: ['manual', 'comms'],
    parameters: {},
    does: 'Hide the incident from all but its people',
  },
  'incident.sev': {
    command: 'sev',
    permission: 'responder',
    kinds: ['manual', 'comms'],
    parameters: { severity: 'required' },
    does: 'Set the severity to',
  },
  'incident.phase': {
    command: 'phase',
    permission: 'responder',
    kinds: ['manual', 'comms'],
    parameters: { phase: 'required' },
    does: 'Move the incident to the phase',
  },
  'incident.update': {
    command: 'update',
    permission: 'responder',
    kinds: ['comms'],
    parameters: { text: 'required' },
    does: 'Tell everyone who follows the incident:',
  },
  'role.claim': {
    command: 'role claim',
    permission: 'responder',
    kinds: ['manual', 'comms'],
    parameters: { role: 'required' },
    does: 'Make whoever presses',
  },
  'runbook.start': {
    command: 'runbook start',
    permission: 'responder',
    kinds: ['manual', 'comms', 'clock'],
    parameters: { runbook: 'required', inputs: 'optional', wait: 'optional' },
    does: 'Start the runbook',
  },
  'hand.revoke': {
    permission: 'responder',
    kinds: ['manual'],
    parameters: {},
    does: 'Revoke at the provider, by hand',
    isForGood: true,
  },
  'hand.delete': {
    permission: 'responder',
    kinds: ['manual'],
    parameters: {},
    does: 'Delete on the platform, by hand',
    isForGood: true,
  },
} as const satisfies Readonly<Record<string, StepAction>>;
/** The name of an entry. */
export type StepActionName = keyof typeof stepActions;

/** The entry of a name. */
export function stepActionOf(name: StepActionName): StepAction {
  return stepActions[name];
}

/** True for a deed that switches workflows off: those of its `where`. */
export function disables(name: StepActionName | undefined): boolean {
  return name === 'contain.disable' || name === 'contain.freeze';
}

/** True for a deed that switches on again what was switched off. */
export function bringsBack(name: StepActionName | undefined): boolean {
  return name === 'contain.undo' || name === 'contain.thaw';
}

/** True for a deed that ends by what a person says, though Firebreak has a part in it. */
export function isOnWord(name: StepActionName | undefined): boolean {
  return name !== undefined && stepActionOf(name).isOnWord === true;
}

/** True for what only people do, outside, where Firebreak cannot look. */
export function isByHand(name: StepActionName | undefined): boolean {
  return name !== undefined && stepActionOf(name).command === undefined;
}
