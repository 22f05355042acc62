import { stopOf } from './action.ts';
import type { Connection, PlatformKind } from './connection.ts';
import type { Credential, Fact } from './inventory.ts';
import { keyText } from './inventory.ts';
import { couldNotStop } from './not-stopped.ts';
import { wasRun } from './plan-progress.ts';
import type { Action, Plan } from './plan.ts';
import { listed } from './wording.ts';

/** What is known around runs that may go on, to find what they can be cut off from. */
export type Reach = {
  /** By `keyText`, of their workflows. */
  readonly facts: ReadonlyMap<string, readonly Fact[]>;
  readonly credentials: readonly Credential[];
  readonly connections: readonly Pick<Connection, 'id' | 'kind' | 'capabilities'>[];
  /** Those of the incident: what they took away already is not offered. */
  readonly plans: readonly Plan[];
};

/** What is left to do about runs that may go on although they were stopped. */
export type CutOff = {
  readonly refs: readonly string[];
  /** What they can still use, and can be kept from. */
  readonly credentials: readonly Credential[];
  /** To be typed, one for each: a block where there is one, because it can be taken back. */
  readonly lines: readonly string[];
  /** How people end every run there by hand. */
  readonly byHand: readonly string[];
};

/** How many credentials are named at once. */
const namedAtMost = 5;

const restarts: Readonly<Record<PlatformKind, string>> = {
  n8n: 'restart its process on its host, and its workers where it has any (with Docker: `docker restart <container>`)',
  'node-red':
    'restart its process on its host (“Restart Flows” in its editor does not end them), and end there what its commands started',
  sandbox: 'nothing restarts a sandbox; on a real platform its process is restarted',
};

/**
 * True for a stop that failed, or of which something may go on unseen: inside a node that a stop does
 * not end, say.
 * Where nothing was met and the entrance is not proved shut, that is what is left to do first.
 *
 * @param entrance the action that shuts the same workflow's entrance
 */
export function mayRunOn(action: Action, entrance: Action | undefined): boolean {
  if (couldNotStop(action, entrance)) return true;
  if (action.lever !== 'stop' || action.state !== 'unverifiable') return false;
  // Somebody wanted it on again.
  if (entrance?.state === 'undone') return false;
  return entrance?.state === 'verified' || (stopOf(action)?.wereRunning.length ?? 0) > 0;
}

/** What is left to do about these stops; undefined for none. */
export function cutOffOf(stops: readonly Action[], reach: Reach): CutOff | undefined {
  const [first] = stops;
  if (first === undefined) return undefined;
  const used = new Set(stops.flatMap((stop) => usedBy(stop, reach)));
  const taken = new Set(
    reach.plans.filter(takesAway).flatMap(({ targets }) => targets.map(keyText)),
  );
  const credentials = reach.credentials.filter(
    (one) => used.has(keyText(one)) && !taken.has(keyText(one)),
  );
  const on = reach.connections.filter(({ id }) =>
    stops.some(({ connection }) => connection === id),
  );
  return {
    refs: [...new Set(stops.map(({ ref }) => ref))],
    credentials,
    lines: credentials.map((one) => `cred ${canBlock(one, reach) ? 'block' : 'revoke'} ${one.ref}`),
    byHand: [...new Set(on.map(({ kind }) => restarts[kind]))],
  };
}

function usedBy({ connection, workflow }: Action, { facts }: Reach): readonly string[] {
  const own = facts.get(keyText({ connection, id: workflow })) ?? [];
  return own
    .filter(({ kind, disabled }) => kind === 'credential' && disabled !== true)
    .map(({ value }) => keyText({ connection, id: value }));
}

/** Not of what ended before it began, or only gives back. */
function takesAway(plan: Plan): boolean {
  return ['block', 'overwrite', 'revoke', 'delete'].includes(plan.purpose) && wasRun(plan);
}

function canBlock({ connection, onlyReferenced }: Credential, { connections }: Reach): boolean {
  const on = connections.find(({ id }) => id === connection);
  return !onlyReferenced && on?.capabilities.blockCredentials !== undefined;
}

/** In sentences: what may go on, what keeps it from doing harm, and what ends it. */
export function cutOffWords(cutOff: CutOff): string {
  const tries = cutOff.lines.length === 0 ? '' : ` Left to try: ${tryWords(cutOff)}.`;
  return `What may still run of ${listed(cutOff.refs, 20)} ${usesWords(cutOff)}.${tries} To end every run by hand: ${byHandWords(cutOff)}.`;
}

/** `can use c1 “Stripe live”` */
export function usesWords({ credentials, refs }: CutOff): string {
  const named = credentials.map(({ ref, name }) => `${ref} “${name}”`);
  return credentials.length > 0
    ? `can use ${listed(named, namedAtMost)}`
    : `${refs.length === 1 ? 'uses' : 'use'} no credential that could be taken from it`;
}

/** How people end every run there. */
export function byHandWords({ byHand }: CutOff): string {
  return byHand.join('; ');
}

/** The lines that take from it what it can use; there is one at least. */
export function tryWords({ lines, credentials: [first] }: CutOff): string {
  const [line, ...others] = lines.slice(0, namedAtMost).map((one) => `\`${one}\``);
  const forGood = `\`cred revoke ${first?.ref ?? ''}\``;
  const all = [line, ...others].join(', ');
  return others.length === 0 && line === forGood ? all : `${all}, or for good ${forGood}`;
}
