import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { it } from 'node:test';

import canonicalize from 'canonicalize';
import { z } from 'zod';

import { shippedPolicy } from './approval-policy.ts';
import { exportRecord } from './export-record.ts';
import { makeExporters } from './exports/formats.ts';
import { describeReport } from './record/describe.ts';
import { makeRecorder } from './record/recorder.ts';
import { verifyBundle } from './record/verify.ts';
import { estateBot } from './testing/estate-bot.ts';
import { textOf } from './testing/timeline.ts';

const frozenIn = z.object({ frozen: z.record(z.string(), z.unknown()) });
async function aNight() {
  const night = await estateBot((toy) => {
    toy.add('a', { name: 'Grüße' });
    toy.add('b');
  });
  const { see, store, clock } = night;
  await see('declare Worm');
  const operator = await night.person('operator');
  const record = () =>
    textOf(
      exportRecord(
        { store, exporters: makeExporters(makeRecorder()), policy: shippedPolicy, now: clock.now },
        'INC-1',
        'json',
        operator,
        'for the auditor',
      ),
    );
  return { ...night, record };
}

it('lets whoever has the record alone check what each digest covers', async () => {
  const { see, work, look, record } = await aNight();
  await see('contain plan w2');
  await see('contain run P-1');
  await work('P-1');
  await see('contain undo P-1');
  await work('P-2');
  await look();

  const text = await record();
  const report = await verifyBundle(Readable.from([text]));

  assert.equal(report.problem, undefined);
  assert.deepEqual(report.plans, { checked: 2, differ: [] });
  assert.match(describeReport(report), /Of 2 plans the digest that was agreed to covers exactly/);
  const { data } = await see('contain status P-1');
  const { frozen } = frozenIn.parse(data);
  const digest = createHash('sha256')
    .update(canonicalize(frozen) ?? '')
    .digest('hex');
  assert.equal(frozen['v'], 2);
  assert.ok(text.includes(`"digest":"${digest}"`), 'the same as status gives for machines');
});
