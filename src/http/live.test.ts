import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Look, StreamEnd } from './live.ts';
import { watch } from './live.ts';

const panel = { id: 'status', html: '<h1>INC-1</h1>' };

/** What a stream says of these looks, and how long it waited after each of them, in ms. */
async function streamOf(looks: readonly (Look | StreamEnd | Error)[]) {
  const waits: number[] = [];
  const failures: unknown[] = [];
  let released = 0;
  const events = watch({
    look: (round) => {
      const found = looks[round] ?? 'ended';
      return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
    },
    onFailure: (error) => failures.push(error),
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    signal: new AbortController().signal,
    release: () => {
      released += 1;
    },
  });
  const said: string[] = [];
  for await (const bytes of events) said.push(new TextDecoder().decode(bytes));
  return { said, waits, failures, released };
}

describe('a live stream', () => {
  it('sends a panel once, and again when it changed, with the number of the event', async () => {
    const changed = { ...panel, html: '<h1>INC-1, sev1</h1>' };
    const { said, released } = await streamOf([
      { panels: [panel], event: 7 },
      { panels: [panel], event: 7 },
      { panels: [changed], event: 8 },
    ]);
    assert.deepEqual(said, [
      `id: 7\nevent: panel\ndata: ${JSON.stringify(panel)}\n\n`,
      'event: alive\ndata: \n\n',
      `id: 8\nevent: panel\ndata: ${JSON.stringify(changed)}\n\n`,
      'event: ended\ndata: \n\n',
    ]);
    assert.equal(released, 1);
  });

  it('numbers the last of several panels alone, so that a cut between them loses none', async () => {
    const second = { id: 'plans', html: '<h2>Containment</h2>' };
    const { said } = await streamOf([{ panels: [panel, second], event: 9 }]);
    assert.deepEqual(
      said.slice(0, 2).map((text) => text.startsWith('id: 9\n')),
      [false, true],
    );
  });

  it('says that it is behind while it cannot look, and that it lives as soon as it can', async () => {
    const trouble = new Error('The database is away.');
    const { said, waits, failures } = await streamOf([trouble, trouble, { panels: [] }]);
    assert.deepEqual(said, [
      'event: behind\ndata: \n\n',
      'event: behind\ndata: \n\n',
      'event: alive\ndata: \n\n',
      'event: ended\ndata: \n\n',
    ]);
    assert.deepEqual(waits, [10_000, 10_000, 1_000]);
    assert.deepEqual(failures, [trouble, trouble]);
  });

  it('tells a session that ended from an incident that is not for these eyes', async () => {
    assert.deepEqual((await streamOf(['gone'])).said, ['event: gone\ndata: \n\n']);
    assert.deepEqual((await streamOf(['ended'])).said, ['event: ended\ndata: \n\n']);
  });
});
