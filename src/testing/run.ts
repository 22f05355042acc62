/**
 * Runs test files with node's own runner and ends with `N passed, N failed` alone on a line, and
 * `, N skipped` behind it when tests or whole suites were not tried; what and why is said before it.
 *
 *   node src/testing/run.ts [--concurrency N] [--seconds N] [--together N] 'src/**\/*.test.ts'
 *
 * `--together` puts that many files into one process, but for those that must be alone.
 *
 * Exits 1 when a test failed, a file crashed, has no test or does not end within `--seconds`, when
 * no file matches, and when every test was skipped.
 */
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EventData } from 'node:test';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';

import { batchFiles, toldBatch } from './batches.ts';
import { shareCluster } from './postgres.ts';
import { keptFolder, openScratch } from './scratch.ts';

/** A hanging test is named by its own timeout before its file is killed. */
const graceMs = 5000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    // One more than the processors of a small machine: some files wait for a clock.
    concurrency: { type: 'string', default: '3' },
    // A busy machine takes ten times as long as a quiet one.
    seconds: { type: 'string', default: '400' },
    together: { type: 'string', default: '1' },
  },
});
const concurrency = positive('--concurrency', values.concurrency);
const together = positive('--together', values.together);
const fileMs = positive('--seconds', values.seconds) * 1000;
const files = [...new Set(positionals.flatMap((pattern) => globSync(pattern)))]
  .map((file) => resolve(file))
  .toSorted();
if (files.length === 0) {
  process.stderr.write(`No test file matches ${positionals.join(' ') || 'nothing'}.\n`);
  process.exit(1);
}

const counted = { passed: 0, failed: 0, skipped: 0 };
/** What was not tried, by its reason or else its name, and how often. */
const untried = new Map<string, number>();
const silent = new Set(files);
const preloaded = [`end-within.ts?ms=${fileMs}`, 'quick-imports.ts'].flatMap((file) => [
  '--import',
  new URL(file, import.meta.url).href,
]);
// Compiled once for all the files, and for the processes that they start.
process.env['NODE_COMPILE_CACHE'] ??= join(keptFolder, 'compiled');
// Who names a place for temporary files means it, an outer run too.
const scratch = process.env['TMPDIR'] === undefined ? await openScratch() : undefined;
if (scratch) process.env['TMPDIR'] = scratch.dir;
const cluster = await shareCluster();
const batches = await batchFiles(files, together);
/** The batches that failed as a whole. */
const fallen = new Set<readonly string[]>();
const stream = run({
  files: [...batches.entries],
  concurrency,
  timeout: Math.max(fileMs - graceMs, fileMs / 2),
  execArgv: preloaded,
});
stream.on('test:pass', (event) => {
  // Of a skipped suite no test is heard.
  if (isSkipped(event)) noteSkipped(event);
  else if (isTest(event)) counted.passed += 1;
});
stream.on('test:fail', (event) => {
  heard(event);
  // Under the file's own name: it crashed, or was killed after its tests had passed.
  if (isTest(event) || event.name === event.file) counted.failed += 1;
  const held = event.name === event.file ? batches.heldBy(event.name) : undefined;
  if (held) fallen.add(held);
});
const shown = stream.compose(spec);
shown.pipe(process.stdout);
await once(shown, 'end');
await cluster?.stop();
await batches.remove();
await scratch?.remove();
for (const held of fallen) {
  process.stdout.write(toldBatch(held));
  // Counted once, as the batch.
  for (const file of held) silent.delete(file);
}
for (const file of silent) process.stdout.write(`\n${file} has no test.\n`);
counted.failed += silent.size;
const told = [...untried].map(([what, times]) => `${what}${times > 1 ? ` (${times} times)` : ''}`);
if (told.length > 0)
  process.stdout.write(`\n${told.map((what) => `!!! NOT TESTED: ${what}\n`).join('')}`);
const tail = counted.skipped > 0 ? `, ${counted.skipped} skipped` : '';
process.stdout.write(`\n${counted.passed} passed, ${counted.failed} failed${tail}\n`);
process.exitCode = counted.failed === 0 && counted.passed > 0 ? 0 : 1;

function isSkipped({ skip }: EventData.TestPass): boolean {
  return skip !== undefined && skip !== false;
}

function noteSkipped(event: EventData.TestPass): void {
  heard(event);
  counted.skipped += 1;
  const what = typeof event.skip === 'string' && event.skip !== '' ? event.skip : event.name;
  untried.set(what, (untried.get(what) ?? 0) + 1);
}

/** Suites are not tests, and node reports a whole file under its own name when no test was heard. */
function isTest(event: EventData.TestPass | EventData.TestFail): boolean {
  if (event.details.type === 'suite' || event.name === event.file) return false;
  heard(event);
  return true;
}

/** A contract's tests stand in another file than the one that runs them, which node names apart. */
function heard(event: EventData.TestPass | EventData.TestFail): void {
  const entry: unknown = 'entryFile' in event ? event.entryFile : event.file;
  if (typeof entry === 'string') silent.delete(entry);
  if (event.file !== undefined) silent.delete(event.file);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  process.stderr.write(`${name} wants a number above 0, not ${text}.\n`);
  process.exit(1);
}
