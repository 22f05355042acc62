import type { Incident } from '../domain/incident.ts';
import type { Credential } from '../domain/inventory.ts';
import type { Block, View } from '../domain/reply.ts';
import type { ByHandChange } from '../domain/revoking-by-hand.ts';
import { said, warned } from './incident-view.ts';
import { audienceOf } from './plan-view.ts';

/** What was written down about a credential that people revoke; never called done by Firebreak. */
export function byHandView(
  incident: Incident,
  credential: Credential,
  change: ByHandChange,
  around: { readonly note: readonly Block[]; readonly next: readonly string[] },
): View {
  const [record] = change.revocations;
  return {
    kind: 'view',
    title: `${credential.ref} “${credential.name}”: written down`,
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
      ref: credential.ref,
      state: record?.state ?? null,
      confirmed: record?.confirmedByHand !== undefined,
      verifiedByFirebreak: false,
    },
  };
}
