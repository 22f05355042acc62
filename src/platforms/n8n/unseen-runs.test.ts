import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { connected } from '../../testing/n8n/connect.ts';
import type { Connected } from '../../testing/n8n/connect.ts';
import type { ApiNode, NewApiWorkflow } from '../../testing/n8n/n8n-api.ts';
import { chain, http, node, nothing, webhook } from '../../testing/n8n/nodes.ts';

const never = new AbortController().signal;
const sends = (name: string) => [webhook(name), http('https://api.example/x')];

function withSettings(workflow: NewApiWorkflow, settings: object): NewApiWorkflow {
  return { ...workflow, settings: { ...workflow.settings, ...settings } };
}

/** What speaks against its stop although nothing of it is listed. */
async function doubts(n8n: Connected, workflow: NewApiWorkflow) {
  const { platform } = n8n;
  const id = await n8n.live(workflow);
  const { memo } = await platform.observe(id, never);
  const [reading] = await platform.checkStopped(
    [{ workflow: id, memo, acceptedAt: new Date() }],
    never,
  );
  assert.equal(reading?.proofs[0]?.finding, 'agrees');
  return reading.doubts;
}

function runs(source: string, given: object, waits = false): ApiNode {
  const options = { waitForSubWorkflow: waits };
  return node('n8n-nodes-base.executeWorkflow', 1.2, 'Run it', { source, ...given, options });
}

describe('a stop of what n8n may run without listing it', () => {
  it('is doubted where what meets a time limit leaves no record', async (test) => {
    const n8n = await connected(test);
    const off = { saveDataErrorExecution: 'none' };
    const limit = { executionTimeout: 5 };

    const [unkept = ''] = await doubts(n8n, withSettings(chain('a', sends('a')), off));
    assert.match(unkept, /no record of its failed executions, .*may go on inside “HTTP”/);
    const [unseen = ''] = await doubts(n8n, withSettings(chain('b', sends('b')), limit));
    assert.match(unseen, /a time limit of 5 s, and it was not seen that n8n keeps a record/);
    const kept = { ...limit, saveDataErrorExecution: 'all' };
    assert.deepEqual(await doubts(n8n, withSettings(chain('c', sends('c')), kept)), []);
    const ends = chain('d', [webhook('d'), nothing()]);
    assert.deepEqual(await doubts(n8n, withSettings(ends, off)), []);
  });

  it('is not doubted where n8n was seen to keep a failure of this hour', async (test) => {
    const n8n = await connected(test);
    const other = await n8n.live(chain('other', sends('other')));
    const failed = n8n.fake.executions.start(other, 'v', 'webhook');
    failed.status = 'error';
    failed.stoppedAt = failed.startedAt;
    const limited = (name: string) =>
      withSettings(chain(name, sends(name)), { executionTimeout: 5 });

    assert.deepEqual(await doubts(n8n, limited('a')), []);
    failed.startedAt = new Date(Date.now() - 2 * 60 * 60_000).toISOString();
    assert.equal((await doubts(n8n, limited('b'))).length, 1, 'n8n may be set otherwise since');
  });

  it('is doubted where a workflow that is given to a node is not waited for', async (test) => {
    const n8n = await connected(test);
    const of = (name: string, run: ApiNode) =>
      withSettings(chain(name, [webhook(name), run]), { saveDataErrorExecution: 'all' });
    const forged = { workflowJson: JSON.stringify({ id: 'another', nodes: [] }) };

    const [doubt = ''] = await doubts(n8n, of('forged', runs('parameter', forged)));
    assert.match(doubt, /“Run it” starts a workflow that is given to it .* as another workflow/);
    const elsewhere = runs('url', { workflowUrl: 'https://thief.example/w.json' });
    assert.equal((await doubts(n8n, of('elsewhere', elsewhere))).length, 1);
    const plain = { workflowJson: JSON.stringify({ nodes: [] }) };
    assert.deepEqual(await doubts(n8n, of('plain', runs('parameter', plain))), []);
    assert.deepEqual(await doubts(n8n, of('waits', runs('parameter', forged, true))), []);
  });
});
