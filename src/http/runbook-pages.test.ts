import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { readRunbook } from '../runbooks/parse.ts';
import type { RunbookFile } from '../runbooks/runbook.ts';
import { bot } from '../testing/bot.ts';
import type { TestBrowser, TestConsole } from '../testing/console.ts';
import { aBrowser, aConsole } from '../testing/console.ts';

const written = `---
id: leaky
title: "Leaky <b>host</b>"
inputs:
  host: { type: host, ask: "Which <host>?" }
---
# Leaky

Read *this* first.

## Is it \\<img src=x onerror=alert(1)>?

\`\`\`yaml step
id: look
kind: decide
owner: commander
within: 5m
answers: { ours: tell, theirs: end }
\`\`\`

## Tell

- one
- two

\`\`\`yaml step
id: tell
kind: comms
when: { look: ours }
\`\`\`
`;

const starter = `---
id: starter
title: Starter
---
# Starter

## Begin

\`\`\`yaml step
id: begin
kind: manual
do: runbook.start
with: { runbook: nowhere }
\`\`\`
`;

function aFile(file: string, content: string): RunbookFile {
  return { file, content, sha256: '', read: readRunbook(content, file) };
}

describe('the pages of runbooks', () => {
  let served: TestConsole;
  let ana: TestBrowser;
  const files = [
    aFile('broken.md', written.replace('kind: comms', 'kind: magic')),
    aFile('leaky.md', written),
    aFile('starter.md', starter),
  ];

  before(async () => {
    const night = await bot();
    const runbooks = { list: () => Promise.resolve(files), read: readRunbook };
    served = await aConsole(night, undefined, undefined, runbooks);
    ana = await served.browser('ana');
  });
  after(() => served.close());

  it('are for whoever is signed in', async () => {
    const stranger = aBrowser(served.url);
    for (const path of ['/runbooks', '/runbooks/leaky', '/runbooks/none']) {
      const answer = await stranger.get(path);
      assert.equal(answer.status, 303, path);
      assert.equal(answer.headers.get('location'), '/enter');
    }
  });

  it('show a runbook: text, inputs, steps, ways and the picture', async () => {
    const answer = await ana.get('/runbooks/leaky');
    assert.equal(answer.status, 200);
    const page = await answer.text();
    for (const part of [
      '<p>Read this first.</p>',
      '<code>$host</code> (host): Which &lt;host&gt;?',
      'decide · commander · within 5 min',
      '<code>ours</code> → <a href="#step-tell">Tell</a>',
      '<code>theirs</code> → the end',
      'only when look was answered ours',
      '<li>one</li>',
      'The check finds nothing to mend.',
      '<svg xmlns=',
    ]) {
      assert.ok(page.includes(part), part);
    }
  });

  it('escape what others wrote, and hold nothing that the policy would stop', async () => {
    const answer = await ana.get('/runbooks/leaky');
    assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    const page = await answer.text();
    assert.doesNotMatch(page, /<img src=x|<b>host|style=|onerror="|javascript:/);
    assert.match(page, /Leaky &lt;b&gt;host/);
  });

  it('name each mistake of a broken one at its place', async () => {
    const page = await (await ana.get('/runbooks/broken')).text();
    assert.match(page, /1 finding<\/strong>: nobody can start it/);
    assert.match(page, /<code>broken\.md:\d+:1<\/code> “kind” must be one of/);
    const list = await (await ana.get('/runbooks')).text();
    assert.match(
      list,
      /href="\/runbooks\/broken"[^]*1 finding[^]*href="\/runbooks\/leaky"[^]*nothing/,
    );
  });

  it('name what is wrong between one and another that it starts, and show it all the same', async () => {
    const page = await (await ana.get('/runbooks/starter')).text();
    assert.match(
      page,
      /1 finding<\/strong>: it can be started, but not every step of it can be done/,
    );
    assert.match(page, /<code>starter\.md:7:1<\/code>.*starts “nowhere”, but there is no such/);
    assert.match(page, /does runbook\.start nowhere/);
    assert.match(page, /<strong>Firebreak:<\/strong> Start the runbook nowhere</);
  });

  it('say what there is when one is not there', async () => {
    const answer = await ana.get('/runbooks/%3Cscript%3E');
    assert.equal(answer.status, 404);
    const page = await answer.text();
    assert.match(page, /There is no such runbook/);
    assert.doesNotMatch(page, /<script>/);
  });
});
