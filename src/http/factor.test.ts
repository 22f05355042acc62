import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { Secret } from '../domain/secret.ts';
import { aConsole } from '../testing/console.ts';
import { estateBot } from '../testing/estate-bot.ts';
import { totp } from '../totp.ts';

const stepMs = 30_000;

describe('a factor in the console', async () => {
  const night = await estateBot((toy) => {
    for (let number = 1; number <= 8; number += 1) toy.add(`wf${number}`);
  });
  const console = await aConsole(night);
  after(() => console.close());
  const { clock } = night;
  const ana = await console.browser('ana');
  let key = new Secret('');
  const code = (): string => {
    clock.forward(stepMs);
    return totp.codeAt(key, clock.now()).reveal();
  };

  it('is shown in one answer that no cache keeps, and counts after its first code', async () => {
    const answer = await ana.post('/factor', {});
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const page = await answer.text();
    assert.match(page, /<svg class="qr"/);
    const [, secret = ''] = /secret=([A-Z2-7]{32})/.exec(page) ?? [];
    key = new Secret(secret);
    assert.doesNotMatch(await (await ana.get('/factor')).text(), /secret=/);
    assert.match(await (await ana.post('/factor/confirm', { code: '000000' })).text(), /wrong/);
    assert.match(
      await (await ana.post('/factor/confirm', { code: code() })).text(),
      /You have one/,
    );
    assert.match(await (await ana.post('/factor', {})).text(), /You have a factor already/);
  });

  it('is asked for beside the line, whose answer never holds the code', async () => {
    await night.see('declare Worm severity:sev2');
    await night.see('contain plan active:true');
    const json = { accept: 'application/json' };
    const asked = await (
      await ana.post('/say', { line: 'contain run P-1', page: 'INC-1' }, json)
    ).text();
    assert.match(asked, /autocomplete=\\"one-time-code\\"/);
    assert.match(asked, /name=\\"page\\" value=\\"INC-1\\"/);
    const typed = code();
    const ran = await ana.post(
      '/say',
      { line: 'contain run P-1', page: 'INC-1', code: typed },
      json,
    );
    const text = await ran.text();
    assert.match(text, /P-1 runs: 8 workflows/);
    assert.ok(!text.includes(typed));
  });
});
