import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { bot } from '../testing/bot.ts';
import type { TestBrowser, TestConsole } from '../testing/console.ts';
import { aConsole } from '../testing/console.ts';

describe('the console, of what is too much', () => {
  let served: TestConsole;
  let ana: TestBrowser;

  before(async () => {
    served = await aConsole(await bot());
    ana = await served.browser('ana');
  });
  after(() => served.close());

  it('says of a line that it is too long, and of a request that it is too large', async () => {
    const json = { accept: 'application/json' };
    const long = await ana.post('/say', { line: 'x'.repeat(12_000) }, json);
    const { html } = JSON.parse(await long.text());
    assert.match(String(html), /Not done.*12000 characters long; a line has at most 4000/s);
    assert.match(await (await ana.post('/say', {})).text(), /A line is needed/);
    for (const [accept, shape] of [
      ['application/json', /^\{"html":".*Not done/],
      ['text/html', /^<!doctype html>/],
      ['*/*', /^\{"refused":\{"code":"bad_input"/],
    ] as const) {
      const answer = await ana.post('/say', { line: 'x'.repeat(400_000) }, { accept });
      assert.equal(answer.status, 413, accept);
      const text = await answer.text();
      assert.match(text, shape);
      assert.match(text, /More was sent than Firebreak reads at once: at most 256 KiB/);
    }
    assert.deepEqual(served.failures, []);
  });
});
