/**
 * Runs test files with node's own runner and ends with `N passed, N failed` alone on a line.
 *
 *   node src/testing/run.ts [--concurrency N] 'src/**\/*.test.ts'
 */
import { globSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: 'string', default: '2' } },
});
const files = positionals.flatMap((pattern) => globSync(pattern)).toSorted();
if (files.length === 0) {
  process.stderr.write(`No test file matches ${positionals.join(' ')}.\n`);
  process.exit(1);
}

let passed = 0;
let failed = 0;
let skipped = 0;
const stream = run({ files, concurrency: Number(values.concurrency) });
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite') return;
  if (event.skip === undefined || event.skip === false) passed += 1;
  else skipped += 1;
});
stream.on('test:fail', (event) => {
  if (event.details.type !== 'suite') failed += 1;
});
const shown = stream.compose(spec);
shown.pipe(process.stdout);
shown.on('end', () => {
  const tail = skipped > 0 ? `, ${skipped} skipped` : '';
  process.stdout.write(`\n${passed} passed, ${failed} failed${tail}\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
});
