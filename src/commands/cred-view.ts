import type { JsonObject } from '../domain/json.ts';
import type { Block } from '../domain/reply.ts';
import type { RevocationRecord, RevocationWay, Testimony } from '../domain/revocation.ts';
import { revocationWords } from '../domain/revocation.ts';
import type { CommandContext } from './command.ts';
import type { Names } from './deciding.ts';
import { said, warned } from './incident-view.ts';
import { showBoth } from './show-time.ts';
import { zoneOf } from './when.ts';

/** Who revokes it, in a cell. */
export function wayWords({ kind }: RevocationWay): string {
  return kind === 'firebreak' ? 'Firebreak' : 'hand';
}

/** What people do where Firebreak cannot, and how they write it down. */
export function byHandSteps(
  ref: string,
  way: Extract<RevocationWay, { kind: 'by_hand' }>,
  record: Pick<RevocationRecord, 'doneByHand'> | undefined,
): readonly Block[] {
  return [
    warned(`Not verified by Firebreak. This is done outside, by hand: ${way.why}.`),
    { kind: 'list', items: way.steps },
    ...(way.couldLearn === undefined
      ? []
      : [
          said(
            `Firebreak does it itself, and proves it, once an admin gives it the way in a shell: \`firebreak provider ${way.couldLearn} ${ref}\`.`,
          ),
        ]),
    said(
      record?.doneByHand
        ? `A second person tries it and types \`cred confirm ${ref} <what you saw>\`.`
        : `Who has done it types \`cred done ${ref} <what was done>\`; a second person tries it and types \`cred confirm ${ref} <what you saw>\`.`,
    ),
  ];
}

/** One row for each credential of the incident: its state, and what shows it. */
export function revocationTable(
  context: CommandContext,
  records: readonly RevocationRecord[],
  names: Names,
): readonly Block[] {
  if (records.length === 0) return [];
  return [
    {
      kind: 'table',
      columns: ['ref', 'credential', 'revoked', 'since', 'because'],
      rows: records.map((record) => [
        record.ref,
        record.name,
        revocationWords(record),
        showBoth(record.at, zoneOf(context)),
        [record.text, ...testimonies(record, names)].join(' '),
      ]),
    },
  ];
}

function testimonies(
  { doneByHand, confirmedByHand }: RevocationRecord,
  names: Names,
): readonly string[] {
  return [doneByHand, confirmedByHand].flatMap((one) =>
    one ? [`${names(one.by)}: ${one.text}`] : [],
  );
}

/** What became of a credential, for machines. */
export function revocationJson(record: RevocationRecord, names: Names): JsonObject {
  return {
    ref: record.ref,
    name: record.name,
    id: record.credential,
    state: record.state,
    text: record.text,
    at: record.at.toISOString(),
    verifiedByFirebreak: record.state !== 'manual_required',
    doneByHand: testimonyJson(record.doneByHand, names),
    confirmedByHand: testimonyJson(record.confirmedByHand, names),
  };
}

function testimonyJson(one: Testimony | undefined, names: Names): JsonObject | null {
  return one ? { by: names(one.by), at: one.at.toISOString(), text: one.text } : null;
}
