import type { Holder } from '../../domain/holders.ts';
import type { Proof } from '../../domain/verification.ts';
import { shownName } from '../hard-coded-secrets.ts';
import type { Ran } from './holders.ts';
import type { Look } from './look.ts';
import type { Memo } from './memo.ts';
import { tracelessAt } from './same-address.ts';
import type { Traceless } from './same-address.ts';

/** Says of whom nothing would show it; that is no reason to doubt that this one is off. */
export function tracelessProofs(
  { look, traceless }: { readonly look: Look; readonly traceless: readonly Traceless[] },
  { active, entries }: Memo,
  holders: readonly Holder[],
): readonly Proof[] {
  if (!active) return [];
  const seen = new Set(holders.map(({ id }) => id));
  const unseen = traceless.filter(({ id }) => !seen.has(id));
  return tracelessAt(unseen, entries).map(({ id, name, wasPublished }) => ({
    method: 'list',
    finding: 'silent',
    text:
      `“${shownName(name)}” (id ${id}) has the same address, ${tracelessWords(wasPublished)}. ` +
      'Archive it, or contain it too.',
    at: look.at,
  }));
}

/** Says of what ran since that it may have had its address, where n8n did not show its versions. */
export function unreadVersions(
  { look, ran }: { readonly look: Look; readonly ran: readonly Ran[] },
  { active, entries }: Memo,
): readonly Proof[] {
  if (!active || entries.length === 0) return [];
  return ran.flatMap(({ workflow: { id, name }, unread }) =>
    unread === undefined
      ? []
      : [
          {
            method: 'list',
            finding: 'silent',
            text:
              `“${shownName(name)}” (id ${id}) ran since, and its versions of then could not be ` +
              `read, so nothing shows whether it had the same address. ${unread}`,
            at: look.at,
          },
        ],
  );
}

function tracelessWords(wasPublished: boolean): string {
  return wasPublished
    ? 'is off just now, and n8n keeps no record of what it runs: nothing shows whether it was on in between'
    : 'was never published so far, and n8n keeps no record of what it runs: nothing will show what it does once it is';
}
