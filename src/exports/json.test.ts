import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { it } from 'node:test';

import { makeRecorder } from '../record/recorder.ts';
import { verifyBundle } from '../record/verify.ts';
import { anExportSource, aTimeline, textOf } from '../testing/timeline.ts';
import { jsonExporter } from './json.ts';

const exporter = jsonExporter(makeRecorder());

it('is one JSON document with every entry on a line of its own', async () => {
  const text = await textOf(exporter.write(anExportSource({ chain: { entries: 4 } })));

  const document: unknown = JSON.parse(text);
  assert.ok(typeof document === 'object' && document !== null);
  assert.deepEqual(Object.keys(document), [
    'format',
    'exported_at',
    'incident',
    'genesis',
    'keys',
    'checkpoints',
    'entries',
    'omissions',
  ]);
  assert.equal(text.split('\n').filter((line) => line.includes('"prev":')).length, 4);
});

it('ends with the last signed entry, although others append meanwhile', async () => {
  const timeline = aTimeline({ entries: 700, checkpointEvery: 100 });
  const source = anExportSource({
    timeline: { ...timeline, checkpoints: timeline.checkpoints.slice(0, 6) },
  });

  const report = await verifyBundle(exporter.write(source), { endsAnywhere: true });

  assert.equal(report.good, true);
  assert.equal(report.entries, 600);
});

it('refuses to export what nobody signed', async () => {
  const source = anExportSource({ timeline: { ...aTimeline(), checkpoints: [] } });
  await assert.rejects(textOf(exporter.write(source)), /Sign the head/);
});

it('exports a chain that was cut as it is, says so, and is not good', async () => {
  const timeline = { ...aTimeline({ entries: 9 }), entries: aTimeline({ entries: 7 }).entries };
  const text = await textOf(exporter.write(anExportSource({ timeline })));
  assert.match(text, /2 entries are missing from the database although the head was signed/);

  const report = await verifyBundle(Readable.from([text]));
  assert.equal(report.problem?.seq, 8);
  assert.match(report.problem?.reason ?? '', /covers 9 entries, the file has 7/);
});

it('states what it leaves out: what the caller says, what was erased, what no chain holds', async () => {
  const report = await verifyBundle(
    exporter.write(
      anExportSource({
        chain: { entries: 3, event: (seq) => ({ erased: seq === 2 }) },
        omissions: ['Two notes under legal hold.'],
      }),
    ),
  );

  assert.deepEqual(report.omissions, [
    'Two notes under legal hold.',
    'The actor or text of 1 entry was erased; it is shown as redacted.',
    'Plans, approvals, actions and evidence are here only as far as the timeline tells of them.',
  ]);
});

it('takes any title, since the header is no part of the chain', async () => {
  const { incident } = anExportSource();
  const source = anExportSource({ incident: { ...incident, title: 'e\u0301\ud800\0' } });
  const report = await verifyBundle(exporter.write(source));
  assert.equal(report.title, 'é\ufffd\ufffd');
});

it('reads no further ahead than it is read, so that memory stays flat', async () => {
  let pagesRead = 0;
  const { entries, ...timeline } = aTimeline({ entries: 5000 });
  async function* counted(): typeof entries extends AsyncIterable<infer T>
    ? AsyncGenerator<T>
    : never {
    for await (const page of entries) {
      pagesRead += 1;
      yield page;
    }
  }
  let longest = 0;
  let piecesSeen = 0;
  for await (const piece of exporter.write(
    anExportSource({ timeline: { ...timeline, entries: counted() } }),
  )) {
    longest = Math.max(longest, piece.length);
    if (pagesRead > 0) piecesSeen += 1;
    assert.ok(pagesRead <= piecesSeen + 1);
  }
  assert.equal(pagesRead, 10);
  assert.ok(longest < 1024 * 1024);
});
