import type { Signature, VerifyProblem, VerifyReport } from './record.ts';

/** The report as plain text for a terminal: verdict first, then what it rests on. */
export function describeReport(report: VerifyReport): string {
  const lines = [
    ...verdict(report),
    ...signatures(report),
    ...warningsOf(report),
    ...limits(report),
  ];
  return lines.map(shown).join('\n');
}

/** What a reader must know before believing a verdict, in whole sentences. */
export function warningsOf(report: VerifyReport): readonly string[] {
  const { checkpoints, declared, exportedAt, keysFrom, plans, title } = report;
  const warnings: string[] = [];
  if (keysFrom === 'file' && checkpoints.last !== undefined) {
    warnings.push(
      'The key was not checked independently: whoever made this file could have made the key too. Compare the key ID with one from another place, or give the public key: firebreak verify FILE --key KEYFILE',
    );
  }
  if (checkpoints.unchecked > 0) {
    warnings.push(
      `${count(checkpoints.unchecked, 'checkpoint', 'checkpoints')} not checked: signed with a key that is not in the key file.`,
    );
  }
  if (declared !== undefined && title !== undefined && title !== declared) {
    warnings.push(
      `The header calls it “${title}”, but its first entry, which is signed, says “${declared}”: believe the entry.`,
    );
  }
  if (plans.differ.length > 0) {
    const entries = plans.differ.slice(0, 10).join(', ');
    warnings.push(
      `What was frozen is not what its digest covers, or another digest was agreed to: ${plans.differ.length === 1 ? 'entry' : 'entries'} ${entries}. Where a name held a secret, the record has it redacted, and it cannot be checked here; else compare with \`contain status <plan> --json\` where it is kept.`,
    );
  }
  if (exportedAt !== undefined) {
    warnings.push(
      `No signature covers the header: not the name${declared === undefined ? ' and title' : ''} of the incident, its severity or its phase.`,
    );
  }
  return warnings.map(shown);
}

function verdict({ problem, ...report }: VerifyReport): readonly string[] {
  const name = report.name ?? report.incident ?? 'this timeline';
  const found = count(report.entries, 'entry', 'entries');
  if (problem === undefined) {
    return [
      `GOOD: ${found} of ${name}, unbroken and unchanged, recorded ${report.firstRecordedAt} to ${report.lastRecordedAt}.`,
    ];
  }
  return [
    `BAD${placeOf(problem)}: ${problem.reason}`,
    ...vouchedFor(report),
    ...nextSteps(report, problem),
  ];
}

function placeOf({ seq, through, isMissing }: VerifyProblem): string {
  if (seq === undefined) return '';
  if (isMissing) return seq === 1 ? ' before the first entry' : ` after entry ${seq - 1}`;
  return through === undefined ? ` at entry ${seq}` : ` at one of the entries ${seq} to ${through}`;
}

/** Empty for what never was a timeline: nobody has anything to lose by it. */
function nextSteps(
  { tenant, name, keysFrom, checkpoints }: Omit<VerifyReport, 'problem'>,
  { isMissing }: VerifyProblem,
): readonly string[] {
  if (tenant === undefined) return [];
  const which = name !== undefined && /^INC-\d{1,9}$/.test(name) ? name : 'INC-…';
  const again = `firebreak export ${which} --format json --out FILE`;
  const isOtherKey = keysFrom === 'key file' && checkpoints.good === 0;
  return [
    ...(isOtherKey
      ? [
          'First make sure that the key file is of this instance: firebreak public-key prints its key.',
        ]
      : []),
    `Keep this file as it is, and have the record exported again where it is kept: ${again}`,
    `If that one is good, only this copy was ${isMissing ? 'cut short' : 'changed'}. If it is bad too, the timeline in the database was changed: firebreak doctor looks at all of them.`,
  ];
}

function vouchedFor({ vouched, entries }: Omit<VerifyReport, 'problem'>): readonly string[] {
  const signed =
    vouched === 0
      ? 'Nothing in this file can be vouched for.'
      : `Signed heads vouch for ${span(1, vouched)}, and for nothing after ${vouched === 1 ? 'it' : 'them'}.`;
  if (entries <= vouched) return [signed];
  const hangs = entries === vouched + 1 ? 'follows' : 'hang together';
  const rest = span(vouched + 1, entries);
  return [
    signed,
    `${rest.charAt(0).toUpperCase()}${rest.slice(1)} ${hangs}, but no signature reaches ${entries === vouched + 1 ? 'it' : 'them'}.`,
  ];
}

function span(from: number, to: number): string {
  return from === to ? `entry ${from}` : `entries ${from} to ${to}`;
}

function signatures({ checkpoints, keysFrom, head, declared }: VerifyReport): readonly string[] {
  const { last } = checkpoints;
  const lines: string[] = [];
  if (head !== undefined && declared !== undefined) {
    lines.push(`About “${declared}”, as its first entry says.`);
  }
  if (head !== undefined) lines.push(`Head: ${head}`);
  if (last !== undefined) {
    lines.push(signedBy(checkpoints.signers, keysFrom, last));
  }
  return lines;
}

function signedBy(
  signers: readonly Signature[],
  keysFrom: VerifyReport['keysFrom'],
  last: { readonly seq: number; readonly time: string; readonly keyId: string },
): string {
  const keys = new Set(signers.map(({ keyId }) => keyId)).size;
  const are = keys === 1 ? 'is' : 'are';
  const origin =
    keysFrom === 'file' ? 'which came with the file' : `which ${are} in the key file that you gave`;
  const [first, ...later] = signers;
  const made = count(first?.good ?? 0, 'checkpoint', 'checkpoints');
  const end = `at entry ${last.seq} on ${last.time}.`;
  if (keys === 1) return `Signed by key ${last.keyId}, ${origin}: ${made}, the last ${end}`;
  const then = later.map(({ keyId, good }) => `, then ${good} by ${keyId}`).join('');
  const changes = signers.slice(0, -1).map((one) => `entry ${one.last}`);
  return `Signed by ${keys} keys, ${origin}: ${made} by ${first?.keyId}${then}: the key changed after ${changes.join(' and ')}. The last is ${end}`;
}

function limits(report: VerifyReport): readonly string[] {
  const lines: string[] = [];
  if (report.plans.checked > 0) {
    lines.push(
      `Of ${count(report.plans.checked, 'plan', 'plans')} the digest that was agreed to covers exactly what its entry froze.`,
    );
  }
  const { count: redacted, first } = report.redacted;
  if (redacted > 0) {
    const more = redacted > first.length ? ` and ${redacted - first.length} more` : '';
    lines.push(
      `Redacted (actor, text or data erased, the chain still holds): ${first.length === 1 ? 'entry' : 'entries'} ${first.join(', ')}${more}.`,
    );
  }
  if (report.good && report.exportedAt !== undefined) {
    // Recorded a little later than it was asked for, so its time alone would belie the last entry.
    lines.push(
      `Exported ${report.exportedAt}; it ends with the entry of that, recorded ${report.lastRecordedAt}. What was recorded after it is not in this file.`,
    );
  }
  if (report.omissions.length > 0) lines.push('The file says that it leaves out:');
  return [...lines, ...report.omissions.map((omission) => `- ${omission}`)];
}

function count(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

// The file's words may hold escape sequences or turn the reading direction.
function shown(line: string): string {
  return line.replaceAll(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
