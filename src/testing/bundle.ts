import { jsonExporter } from '../exports/json.ts';
import type { VerifyReport } from '../record/record.ts';
import { makeRecorder } from '../record/recorder.ts';
import { verifyBundle } from '../record/verify.ts';
import { anExportSource, textOf } from './timeline.ts';
import type { TimelineWish } from './timeline.ts';

const exporter = jsonExporter(makeRecorder());

/** An exported timeline, whose last entry says that it was exported. */
export function aBundle({ event, ...wish }: TimelineWish = {}): Promise<string> {
  const { exportedAt } = anExportSource();
  const last = wish.entries ?? 3;
  const chain: TimelineWish = {
    ...wish,
    entries: last,
    event: (seq) => ({
      ...event?.(seq),
      ...(seq === last && { kind: 'record_exported', occurredAt: exportedAt }),
    }),
  };
  return textOf(exporter.write(anExportSource({ chain })));
}

/** Verifies a file that arrives in pieces. */
export function verify(text: string | Uint8Array, keyPem?: string): Promise<VerifyReport> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return verifyBundle(inPieces(bytes, 1000), keyPem === undefined ? {} : { keyPem });
}

/** The file cut back to the first entries, as if it had been exported when they were signed. */
export function cutBack(bundle: string, entries: number): string {
  return withEntries(signedUpTo(bundle, entries), (lines) => lines.slice(0, entries));
}

/** The file with only those signed heads that reach up to an entry. */
export function signedUpTo(bundle: string, entry: number): string {
  const [before = '', rest = ''] = bundle.split('"checkpoints":[\n');
  const [checkpoints = '', after = ''] = rest.split('\n],\n"entries"');
  const kept = checkpoints
    .split(',\n')
    .filter((one) => Number(/"seq":(\d+)/.exec(one)?.[1]) <= entry);
  return `${before}"checkpoints":[\n${kept.join(',\n')}\n],\n"entries"${after}`;
}

export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The file with its entry lines changed, as somebody with a text editor would. */
export function withEntries(bundle: string, change: (lines: string[]) => string[]): string {
  const [before = '', rest = ''] = bundle.split('"entries":[\n');
  const [entries = '', after = ''] = rest.split('\n],\n"omissions"');
  const lines = change(entries.split(',\n'));
  return `${before}"entries":[\n${lines.join(',\n')}\n],\n"omissions"${after}`;
}
