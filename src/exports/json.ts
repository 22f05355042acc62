import type { Json } from '../domain/json.ts';
import type { Recorder, StoredEntry } from '../record/record.ts';
import { bundleFormat } from '../record/record.ts';
import type { Exporter, ExportSource } from './export.ts';
import { commonOmissions, SignedEntries, signedHead } from './signed.ts';

/** The timeline as one JSON document that can be checked offline (docs/timeline-format.md). */
export function jsonExporter(recorder: Recorder): Exporter {
  return {
    format: 'json',
    summary: 'The signed timeline; check it with `firebreak verify FILE`',
    mediaType: 'application/json',
    write: (source) => writeBundle(recorder, source),
  };
}

// Every value stands on a line of its own in RFC 8785 form: readers need no streaming JSON parser,
// and no two parsers can read a line differently.
async function* writeBundle(recorder: Recorder, source: ExportSource): AsyncGenerator<string> {
  const { timeline, incident } = source;
  const head = signedHead(timeline.checkpoints);
  const { tenant, incident: chain, created_at, key_id, nonce } = timeline.genesis;
  const line = (value: Json): string => recorder.canonical(value);
  yield `{"format":${line(bundleFormat)},\n`;
  yield `"exported_at":${line(source.exportedAt.toISOString())},\n`;
  yield `"incident":${line(header(incident))},\n`;
  yield `"genesis":${line({ tenant, incident: chain, created_at, key_id, nonce })},\n`;
  const keys = timeline.keys.map((key) =>
    line({ key_id: key.keyId, public_key_pem: key.publicKeyPem }),
  );
  yield `"keys":[\n${keys.join(',\n')}\n],\n`;
  const checkpoints = timeline.checkpoints.map(
    ({ canonical, signature }) => `{"checkpoint":${canonical},"signature":${line(signature)}}`,
  );
  yield `"checkpoints":[\n${checkpoints.join(',\n')}\n],\n`;
  yield '"entries":[\n';
  const entries = new SignedEntries(source, head);
  let separator = '';
  for await (const page of entries) {
    yield separator + page.map((entry) => entryLine(recorder, entry)).join(',\n');
    separator = ',\n';
  }
  yield `\n],\n"omissions":${line(bundleOmissions(source, entries))}\n}\n`;
}

function header(incident: ExportSource['incident']): Json {
  return {
    name: incident.name,
    title: tidy(incident.title),
    severity: incident.severity,
    phase: incident.phase,
    visibility: incident.visibility,
    drill: incident.drill,
    declared_at: incident.declaredAt.toISOString(),
    resolved_at: incident.resolvedAt?.toISOString() ?? null,
    closed_at: incident.closedAt?.toISOString() ?? null,
  };
}

// The header is no part of the chain, so what it holds was never checked for the format's rules.
function tidy(text: string): string {
  return text.toWellFormed().normalize('NFC').replaceAll('\0', '\ufffd');
}

function entryLine(recorder: Recorder, entry: StoredEntry): string {
  return (
    `{${part(recorder, 'actor', entry.actor)}${part(recorder, 'body', entry.body)}` +
    `"entry":${entry.canonical},"hash":"${entry.hash}"}`
  );
}

function part(recorder: Recorder, name: string, salted: StoredEntry['actor']): string {
  if (salted === undefined) return '';
  return `"${name}":{"salt":"${salted.salt}","value":${recorder.canonical(asJson(salted.value))}},`;
}

/** Sound because `canonical` refuses whatever is not allowed JSON. */
function asJson(value: unknown): Json {
  return value as Json; // oxlint-disable-line typescript/no-unsafe-type-assertion
}

function bundleOmissions(source: ExportSource, entries: SignedEntries): readonly string[] {
  return [
    ...commonOmissions(source, entries).map(tidy),
    'Plans, approvals, actions and evidence are here only as far as the timeline tells of them.',
  ];
}
