import type { PersonId } from '../domain/person.ts';
import { readEntry } from './entry.ts';
import type { Exporter, ExportSource } from './export.ts';
import { capital, code, inert, row, table } from './markdown.ts';
import {
  connectionsSection,
  evidenceSection,
  plansSection,
  revocationsSection,
} from './md-sections.ts';
import type { ShowMoment } from './moment.ts';
import { showMoment } from './moment.ts';
import type { SignedHead } from './signed.ts';
import { commonOmissions, SignedEntries, signedHead } from './signed.ts';

/** A timeline that a post-mortem writer can paste. */
export function markdownExporter(): Exporter {
  return {
    format: 'md',
    summary: 'Markdown to paste into a post-mortem',
    mediaType: 'text/markdown',
    write: writeMarkdown,
  };
}

async function* writeMarkdown(source: ExportSource): AsyncGenerator<string> {
  const head = signedHead(source.timeline.checkpoints);
  const show = showMoment(source.timeZone);
  const nameOf = (person: PersonId): string => inert(source.peopleNames.get(person) ?? person);
  yield facts(source, show, nameOf);
  yield timelineHead(show);
  const entries = new SignedEntries(source, head);
  const codes = new Map<string, string>();
  for await (const page of entries) {
    const read = page.map(readEntry);
    for (const { proved } of read) if (proved) codes.set(proved.plan, proved.code);
    yield read.map((entry) => timelineRow(entry, show)).join('');
  }
  yield plansSection(source, show, { nameOf, codes });
  yield revocationsSection(source, show, nameOf);
  yield evidenceSection(source, show, nameOf);
  yield connectionsSection(source, show);
  yield omissionsSection(source, entries);
  yield verifySection(source, head, show);
}

function facts(
  source: ExportSource,
  show: ShowMoment,
  nameOf: (person: PersonId) => string,
): string {
  const { incident } = source;
  const rows: (readonly [string, string])[] = [
    ['Severity', incident.severity],
    ['Phase', incident.phase],
    ['Declared', `${show.both(incident.declaredAt)} by ${nameOf(incident.declaredBy)}`],
  ];
  if (incident.resolvedAt) rows.push(['Resolved', show.both(incident.resolvedAt)]);
  if (incident.closedAt) rows.push(['Closed', show.both(incident.closedAt)]);
  for (const { role, person, since } of incident.roles) {
    rows.push([capital(role), `${nameOf(person)} since ${show.both(since)}`]);
  }
  rows.push(['Exported', `${show.both(source.exportedAt)} by ${nameOf(source.exportedBy)}`]);
  const notes = [
    ...(incident.drill ? ['> **This was a drill.**\n'] : []),
    ...(incident.visibility === 'private'
      ? ['> **This incident is private.** Share this document only with its members.\n']
      : []),
  ];
  return [
    `# ${incident.drill ? 'DRILL ' : ''}${inert(incident.name)}: ${inert(incident.title)}\n`,
    ...notes,
    table(['', ''], rows),
    '',
  ].join('\n');
}

function timelineHead({ zone, isUtc }: ShowMoment): string {
  const times = isUtc ? ['UTC'] : [inert(zone), 'UTC'];
  return [
    '## Timeline\n',
    'In the order of recording. Times are when it happened; where it was recorded more than a',
    'minute later, that is said.\n',
    row(['#', ...times, 'Who', 'What']),
    row(['---:', ...times.map(() => '---'), '---', '---']),
    '',
  ].join('\n');
}

const worthSayingMs = 60_000;

function timelineRow(entry: ReturnType<typeof readEntry>, show: ShowMoment): string {
  const { occurredAt, recordedAt, skewMs } = entry;
  const what = [entry.text === undefined ? '*redacted*' : inert(entry.text)];
  if (Math.abs(recordedAt.getTime() - occurredAt.getTime()) > worthSayingMs) {
    what.push(`*(recorded ${show.both(recordedAt)})*`);
  }
  if (skewMs !== undefined) what.push(`*(clock off by ${(skewMs / 1000).toFixed(1)} s)*`);
  const who = entry.who === undefined ? '*redacted*' : inert(entry.who);
  const local = show.isUtc ? [] : [show.local(occurredAt)];
  const cells = [String(entry.seq), ...local, show.utc(occurredAt), who];
  return `${row([...cells, what.join(' ')])}\n`;
}

function omissionsSection(source: ExportSource, entries: SignedEntries): string {
  const omissions = [
    ...commonOmissions(source, entries),
    'The data for machines of each entry; the JSON export has it.',
    ...(source.plans === undefined ? ['Plans, approvals and actions as lists.'] : []),
    ...(source.revocations === undefined ? ['What became of credentials.'] : []),
    ...(source.evidence === undefined
      ? ['The list of evidence.']
      : ['The bytes of the evidence; its SHA-256 stands above.']),
    ...(source.connections === undefined ? ['What each connection could see.'] : []),
    'What was recorded after the last entry above.',
  ];
  return ['\n## Omissions\n', ...omissions.map((omission) => `- ${inert(omission)}`), '\n'].join(
    '\n',
  );
}

function verifySection(source: ExportSource, head: SignedHead, show: ShowMoment): string {
  const name = inert(source.incident.name);
  return [
    '## How to verify\n',
    'This document is a copy for reading. What can be verified is the JSON export of the same',
    'timeline, offline, with `firebreak verify FILE`, or with any program that follows its format.',
    `Ask for the JSON export of ${name} and compare:\n`,
    table(
      ['', ''],
      [
        ['Entries', String(head.seq)],
        ['Head', code(head.head)],
        ['Signed', show.both(new Date(head.time))],
        ['Key ID', code(head.key_id)],
      ],
    ),
  ].join('\n');
}
