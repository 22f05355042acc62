import { UserError } from '../errors.ts';
import { couldNotDisable, fallbackOf, objectOf } from './action.ts';
import type { Connection } from './connection.ts';
import { connectLine, tellsNoPermissions } from './enter-again.ts';
import type { Action, Fallback, Plan } from './plan.ts';
import { listed } from './wording.ts';

/** @throws UserError `not_ready` when none of them can archive */
export function assertArchives(connections: readonly Connection[]): void {
  if (connections.some(({ capabilities }) => capabilities.archive)) return;
  const names = connections.map(({ name }) => name);
  throw new UserError('not_ready', `Firebreak cannot archive workflows on ${listed(names)}.`, {
    hint: archiveHint(connections),
  });
}

function archiveHint(connections: readonly Connection[]): string {
  const could = connections.filter((one) => one.kind === 'n8n' && !tellsNoPermissions(one));
  const lines = could.map((one) => `\`${connectLine(one)}\``);
  if (lines.length > 0) {
    return `n8n asks the scope workflow:delete for it; give it to the key, and have an admin enter it again: ${listed(lines)}.`;
  }
  const old = connections.filter(tellsNoPermissions).map((one) => `${one.name}, ${one.version}`);
  const why =
    old.length === 0
      ? 'Only n8n has an archive.'
      : `It needs n8n 2.20 or newer (${listed(old)}), and no key or permission changes that.`;
  return `${why} Plan it without \`else:archive\`.`;
}

/** What is done to workflows that do not go off, as the plan is proposed; empty for nothing. */
export function fallbackWords({ connections }: Plan): string {
  const names = connections.filter(({ fallbacks }) => fallbacks).map(({ name }) => name);
  return names.length === 0 ? '' : `What does not go off on ${listed(names)} is archived. `;
}

/**
 * What the plan has done to a workflow of which disabling failed or was contradicted.
 *
 * @returns undefined when that was done already, or nothing of the kind was approved
 */
export function nextFallback(plan: Plan, action: Action): Fallback | undefined {
  if (!mayFallBack(action)) return undefined;
  return plan.connections.find(({ id }) => id === action.connection)?.fallbacks?.[0];
}

/** True for what is still to be asked for, or may be asked for once more, when the plan goes on. */
export function isLeftToDo(plan: Plan, action: Action): boolean {
  if (['planned', 'requested'].includes(action.state)) return true;
  return nextFallback(plan, action) !== undefined;
}

/** Records that a fallback is about to be taken: written before the platform is called. */
export function takeFallback(action: Action, fallback: Fallback): Action {
  const { reason: _reason, settledAt: _settledAt, settleBy: _settleBy, ...rest } = action;
  // How often it was asked to disable is told; from here on other calls are counted.
  const { tries: _tries, ...memo } = objectOf(action.memo);
  return { ...rest, state: 'requested', memo: { ...memo, fallback, disabling: action.state } };
}

/** What became of disabling before the fallback was taken: `disabling was contradicted; archiving it`. */
export function fallbackPrefix(action: Action): string {
  const { disabling } = objectOf(action.memo);
  if (fallbackOf(action) === undefined) return '';
  const before = disabling === 'contradicted' ? 'was contradicted' : 'failed';
  const too = action.state === 'contradicted' || action.state === 'failed' ? ', too' : '';
  return `disabling ${before}; archiving it${too}: `;
}

/** An action that is only looked at from now on, whatever is seen. */
export function withoutFallbacks(action: Action): Action {
  if (action.lever !== 'disable') return action;
  return { ...action, memo: { ...objectOf(action.memo), looksOnly: true } };
}

/** The line that would try harder, where a plan ends with a workflow that did not go off. */
export function fallbackOffer(plan: Plan, action: Action, canArchive: boolean): string {
  if (!canArchive || !isArchiveLeft(plan, action)) return '';
  return `Left to try: archive it, with \`contain plan ${action.ref} else:archive\`.`;
}

/** True where disabling did not do, and the plan was not to archive. */
export function isArchiveLeft(plan: Plan, action: Action): boolean {
  const archives = plan.connections.some(
    ({ id, fallbacks }) => id === action.connection && fallbacks,
  );
  return !archives && mayFallBack(action);
}

/**
 * That a workflow which could not be disabled is not contained, and what to do about it; empty
 * where the plan goes on by itself.
 */
export function afterFailure(plan: Plan, action: Action, canArchive: boolean): string {
  if (plan.purpose !== 'contain' || !couldNotDisable(action) || nextFallback(plan, action)) {
    return '';
  }
  const offer = fallbackOffer(plan, action, canArchive);
  return `It is NOT contained. ${offer === '' ? `Next: \`contain plan ${action.ref}\`.` : offer}`;
}

/** It was asked to go off, and did not; what was skipped was not asked. */
function mayFallBack(action: Action): boolean {
  const { lever, state, requestedAt, memo } = action;
  if (lever !== 'disable' || requestedAt === undefined) return false;
  if (fallbackOf(action) || objectOf(memo)['looksOnly']) return false;
  return state === 'contradicted' || state === 'failed';
}
