import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { scriptedEntrance } from '../testing/shell.ts';
import { startServer } from './server.ts';

const mebibyte = 1024 * 1024;

const whole = (bytes: number) => new Uint8Array(bytes);
const inParts = (bytes: number) => new Blob([whole(bytes)]).stream();

describe('what Slack sends', () => {
  it('is taken up to 4 MB, said beforehand or not', async (test) => {
    const taken: number[] = [];
    const server = await startServer({
      port: 0,
      instanceId: 'instance-1',
      entrance: scriptedEntrance({}),
      answerSlack: async ({ body }) => {
        taken.push(body.length);
        return { status: 200 };
      },
      onFailure: () => 'ref-1',
    });
    test.after(() => server.close());
    const send = async (body: Uint8Array<ArrayBuffer> | ReadableStream): Promise<number> => {
      const url = `${server.url}/slack/events`;
      const answer = await fetch(url, { method: 'POST', body, duplex: 'half' });
      await answer.text();
      return answer.status;
    };
    for (const bodyOf of [whole, inParts]) {
      assert.equal(await send(bodyOf(4 * mebibyte)), 200);
      assert.equal(await send(bodyOf(4 * mebibyte + 1)).catch(() => 413), 413);
    }
    assert.deepEqual(taken, [4 * mebibyte, 4 * mebibyte]);
  });
});
