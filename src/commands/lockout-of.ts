import type { Incident } from '../domain/incident.ts';
import type { Lockout, LockoutChange } from '../domain/lockout.ts';
import { wordOf } from '../domain/lockout.ts';
import type { Block, View } from '../domain/reply.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { said, warned } from './incident-view.ts';
import { audienceOf } from './plan-view.ts';

/**
 * The one whom people lock out in this incident, by reference or name.
 *
 * @throws UserError `not_found` when nobody asked for it
 */
export async function lockoutOf(
  { store }: CommandContext,
  incident: Incident,
  typed: string,
): Promise<Lockout> {
  const all = await store.lockouts.ofIncident(incident.id);
  const wanted = typed.trim().toLowerCase();
  const found = all.filter(
    ({ ref, name }) => ref.toLowerCase() === wanted || name.toLowerCase() === wanted,
  );
  const [one, ...others] = found;
  if (one && others.length === 0) return one;
  if (one) {
    throw new UserError('ambiguous', `Several are called “${typed}”. Say which one.`, {
      hint: `e.g. \`${wordOf(one)}\``,
      candidates: found.map(({ ref, name }) => `${ref} ${name}`),
    });
  }
  throw new UserError('not_found', `Nobody asked for “${typed}” to be locked out by hand.`, {
    hint: '`user lock <user>` says what is to be done, and `user status` shows who is.',
  });
}

/** What was written down about somebody whom people lock out; never called done by Firebreak. */
export function lockoutView(
  incident: Incident,
  change: LockoutChange,
  around: { readonly note: readonly Block[]; readonly next: readonly string[] },
): View {
  const [lockout] = change.lockouts;
  return {
    kind: 'view',
    title: `${lockout?.ref ?? ''} “${lockout?.name ?? ''}”: written down`,
    blocks: [
      ...around.note,
      ...change.events.map(({ text }) => said(text)),
      warned('Not verified by Firebreak: it is the word of people.'),
    ],
    next: around.next,
    audience: audienceOf(incident),
    outcome: 'done',
    data: {
      incident: incident.name,
      ref: lockout?.ref ?? null,
      confirmed: lockout?.confirmedByHand !== undefined,
      verifiedByFirebreak: false,
    },
  };
}
