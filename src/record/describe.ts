import type { VerifyReport } from './record.ts';

/** The report as plain text for a terminal: verdict first, then what it rests on. */
export function describeReport(report: VerifyReport): string {
  return [...verdict(report), ...signatures(report), ...limits(report)].map(shown).join('\n');
}

function verdict({ problem, ...report }: VerifyReport): readonly string[] {
  const name = report.name ?? report.incident ?? 'this timeline';
  const found = count(report.entries, 'entry', 'entries');
  if (problem === undefined) {
    return [
      `GOOD: ${found} of ${name}, unbroken and unchanged, recorded ${report.firstRecordedAt} to ${report.lastRecordedAt}.`,
    ];
  }
  const first =
    problem.seq === undefined
      ? 'BAD: '
      : problem.through === undefined
        ? `BAD at entry ${problem.seq}: `
        : `BAD at one of the entries ${problem.seq} to ${problem.through}: `;
  const before =
    report.entries > 0
      ? `The ${found} before it ${report.entries === 1 ? 'is' : 'are'} unbroken; nothing after it can be vouched for.`
      : 'Nothing in this file can be vouched for.';
  return [first + problem.reason, before];
}

function signatures({ checkpoints, keysFrom, head, good }: VerifyReport): readonly string[] {
  const { last, unchecked } = checkpoints;
  const lines: string[] = [];
  if (head !== undefined) lines.push(`Head: ${head}`);
  if (last !== undefined) {
    const origin =
      keysFrom === 'file' ? 'which came with the file' : 'which is in the key file that you gave';
    lines.push(
      `Signed by key ${last.keyId}, ${origin}: ${count(checkpoints.good, 'checkpoint', 'checkpoints')}, the last at entry ${last.seq} on ${last.time}.`,
    );
  }
  if (unchecked > 0) {
    lines.push(
      `${count(unchecked, 'checkpoint', 'checkpoints')} not checked: signed with a key that is not in the key file.`,
    );
  }
  if (good && keysFrom === 'file') {
    lines.push(
      'The key was not checked independently: whoever made this file could have made the key too.',
      'Compare the key ID with one from another place, or give the public key: firebreak verify FILE --key KEYFILE',
    );
  }
  return lines;
}

function limits(report: VerifyReport): readonly string[] {
  const lines: string[] = [];
  const { count: redacted, first } = report.redacted;
  if (redacted > 0) {
    const more = redacted > first.length ? ` and ${redacted - first.length} more` : '';
    lines.push(
      `Redacted (actor, text or data erased, the chain still holds): ${first.length === 1 ? 'entry' : 'entries'} ${first.join(', ')}${more}.`,
    );
  }
  if (report.exportedAt !== undefined) {
    lines.push(
      `Exported ${report.exportedAt}. What was recorded after the last checkpoint is not in this file, and no signature covers its header.`,
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
