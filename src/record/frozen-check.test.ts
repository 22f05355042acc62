import assert from 'node:assert/strict';
import { it } from 'node:test';

import { jsonExporter } from '../exports/json.ts';
import { anExportSource } from '../testing/timeline.ts';
import { describeReport } from './describe.ts';
import { makeRecorder } from './recorder.ts';
import { verifyBundle } from './verify.ts';

const recorder = makeRecorder();
const { id: incident } = anExportSource().incident;

/** What an entry about a plan holds. */
function about(plan: string, frozen?: { readonly incident: string; readonly name: string }) {
  const covered = { incident, name: 'Charge' };
  const digest = recorder.sha256(recorder.canonical(covered));
  return { text: 'It was so.', data: { plan, digest, ...(frozen ? { frozen } : {}) } };
}

async function reportOf(bodies: readonly ReturnType<typeof about>[]) {
  const source = anExportSource({
    chain: {
      entries: bodies.length + 1,
      event: (seq) => {
        const body = bodies[seq - 1];
        return body ? { kind: 'plan_proposed', body } : {};
      },
    },
  });
  return await verifyBundle(jsonExporter(recorder).write(source), { endsAnywhere: true });
}

it('counts the plans whose digest covers what their entry froze', async () => {
  const frozen = { incident, name: 'Charge' };

  const report = await reportOf([about('p1', frozen), about('p1'), about('p2', frozen)]);

  assert.equal(report.good, true);
  assert.deepEqual(report.plans, { checked: 2, differ: [] });
});

it('names the entries that froze something else, and a digest that is another later', async () => {
  const other = { ...about('p3'), data: { ...about('p3').data, digest: 'f'.repeat(64) } };

  const report = await reportOf([
    about('p1', { incident, name: 'Charge ‹redacted›' }),
    about('p2', { incident: 'another', name: 'Charge' }),
    about('p3', { incident, name: 'Charge' }),
    other,
  ]);

  assert.equal(report.good, true, 'the chain holds');
  assert.deepEqual(report.plans, { checked: 1, differ: [1, 2, 4] });
  assert.match(describeReport(report), /not what its digest covers, .*: entries 1, 2, 4\./);
});

it('checks nothing of plans that their entries do not hold', async () => {
  assert.deepEqual((await reportOf([about('p1'), about('p1')])).plans, { checked: 0, differ: [] });
});
