import { jsonExporter } from '../exports/json.ts';
import type { VerifyReport } from '../record/record.ts';
import { makeRecorder } from '../record/recorder.ts';
import { verifyBundle } from '../record/verify.ts';
import { anExportSource, textOf } from './timeline.ts';
import type { TimelineWish } from './timeline.ts';

const exporter = jsonExporter(makeRecorder());

/** An exported timeline. */
export function aBundle(wish: TimelineWish = {}): Promise<string> {
  return textOf(exporter.write(anExportSource({ chain: wish })));
}

/** Verifies a file that arrives in pieces. */
export function verify(text: string | Uint8Array, keyPem?: string): Promise<VerifyReport> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return verifyBundle(inPieces(bytes, 1000), keyPem === undefined ? {} : { keyPem });
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
