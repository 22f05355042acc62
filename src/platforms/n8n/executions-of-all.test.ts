import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { connected } from '../../testing/n8n/connect.ts';
import { chain, nothing, webhook } from '../../testing/n8n/nodes.ts';
import { aClock } from '../../testing/store.ts';
import type { N8nExecution } from './answers.ts';
import { ExecutionsOfAll } from './executions-of-all.ts';

const never = new AbortController().signal;
const perPage = 10;

function execution(id: number, workflow: string, status = 'success'): N8nExecution {
  const at = new Date(Date.UTC(2026, 10, 23, 8, 0, id));
  return {
    id: String(id),
    status,
    mode: 'webhook',
    workflowId: workflow,
    startedAt: at,
    stoppedAt: at,
    waitTill: null,
  };
}

/** n8n’s list, newest first, and how often it was asked. */
class Listing {
  readonly all: N8nExecution[] = [];
  running: N8nExecution[] = [];
  asked = 0;
  failure: Error | undefined;

  add(count: number, workflow = 'w0', status = 'success'): void {
    for (let more = 0; more < count; more += 1) {
      this.all.unshift(execution(this.all.length + 1, workflow, status));
    }
  }

  page(from = '0') {
    this.asked += 1;
    if (this.failure) return Promise.reject(this.failure);
    const start = Number(from);
    const items = this.all.slice(start, start + perPage);
    const isLast = start + perPage >= this.all.length;
    return Promise.resolve({
      items,
      unreadable: 0,
      ...(isLast ? {} : { next: String(start + perPage) }),
    });
  }
}

function ofAll(listing: Listing) {
  const clock = aClock();
  const options = { newestForMs: 5_000, now: clock.now };
  const all = new ExecutionsOfAll(
    (from) => listing.page(from),
    () => Promise.resolve(listing.running),
    options,
  );
  const askTimes = async (times: number): Promise<void> => {
    for (let asked = 0; asked < times; asked += 1) await all.of('w1');
  };
  const idsOf = async (workflow: string) => (await all.of(workflow))?.map(({ id }) => id);
  return { all, clock, askTimes, idsOf };
}

describe('the executions of all workflows', () => {
  it('are read once so many were asked for that it is less work', async () => {
    const listing = new Listing();
    listing.add(15);
    listing.add(3, 'w1');
    const { askTimes, idsOf } = ofAll(listing);

    await askTimes(15);
    assert.equal(listing.asked, 1, 'the first page is paid for, the second is not yet');
    // The second page, and the newest once more.
    assert.deepEqual(await idsOf('w1'), ['18', '17', '16']);
    assert.deepEqual(await idsOf('w2'), []);
    assert.equal((await idsOf('w0'))?.length, 15);
    assert.equal(listing.asked, 3);
  });

  it('hold what ended since, and are read anew after a minute', async () => {
    const listing = new Listing();
    listing.add(3, 'w1');
    const { clock, askTimes, idsOf } = ofAll(listing);
    await askTimes(8);

    listing.add(25, 'w1');
    clock.forward(5_001);
    assert.equal((await idsOf('w1'))?.length, 28);
    clock.forward(60_000);
    assert.equal(await idsOf('w1'), undefined);
  });

  it('say nothing of what has not ended, then or since', async () => {
    const listing = new Listing();
    listing.add(1, 'sleeps', 'waiting');
    listing.add(1, 'w1');
    const { askTimes, idsOf } = ofAll(listing);
    await askTimes(8);

    assert.equal(await idsOf('sleeps'), undefined);
    listing.running = [execution(99, 'runs', 'running')];
    assert.equal(await idsOf('runs'), undefined);
    listing.running = [];
    assert.equal(await idsOf('runs'), undefined, 'it ended as nobody knows');
    assert.deepEqual(await idsOf('w1'), ['2']);
  });

  it('are given up when they cannot be read, or are too many', async () => {
    const cut = new Listing();
    cut.add(1, 'w1');
    cut.failure = new Error('The line was cut.');
    const failing = ofAll(cut);
    await failing.askTimes(8);
    cut.failure = undefined;
    assert.equal(await failing.idsOf('w1'), undefined);
    assert.equal(cut.asked, 1);

    const long = new Listing();
    long.add(41 * perPage, 'w1');
    const many = ofAll(long);
    await many.askTimes(8 * 45);
    assert.equal(await many.idsOf('w1'), undefined);
    assert.equal(long.asked, 40);
  });

  it('are in the evidence of each of many as its own list would be', async (test) => {
    const n8n = await connected(test);
    const ids: string[] = [];
    for (let count = 0; count < 12; count += 1) {
      const name = `hook-${count}`;
      const id = await n8n.live(chain(name, [webhook(name), nothing()]));
      n8n.fake.executions.start(id, 'v', 'webhook', count === 11 ? 'waiting' : 'success');
      ids.push(id);
    }
    const kept = async (id: string): Promise<string> => {
      const captured = await n8n.platform.capture(id, never);
      const found = captured.find(({ title }) => title === 'executions.json');
      return new TextDecoder().decode(found?.bytes);
    };
    const early = await kept(ids[0] ?? '');
    const late = new Map<string, string>();
    for (const id of ids) late.set(id, await kept(id));

    assert.equal(late.get(ids[0] ?? ''), early);
    for (const [id, text] of late) assert.match(text, new RegExp(`"workflowId": "${id}"`));
    assert.match(late.get(ids[11] ?? '') ?? '', /"status": "waiting"/);
    const own = n8n.calls.filter(({ url }) => /executions\?workflowId=/.test(url));
    // Seven before it pays, and the one that waits.
    assert.equal(own.length, 8);
    assert.match(await kept(ids[0] ?? ''), /"status": "success"/);
  });
});
