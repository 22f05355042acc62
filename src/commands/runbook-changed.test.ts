import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { makeRecorder } from '../record/recorder.ts';
import { readRunbook } from '../runbooks/parse.ts';
import { bot, shown } from '../testing/bot.ts';

const recorder = makeRecorder();

const begun = `---
id: talk
title: Talk
---
# Talk
## Step one
Say it.

\`\`\`yaml step
id: one
kind: manual
\`\`\`
`;

describe('a runbook whose file is edited while it is walked', async () => {
  let content = begun;
  const list = () =>
    Promise.resolve([
      {
        file: 'talk.md',
        content,
        sha256: recorder.sha256(content),
        read: readRunbook(content, 'talk.md'),
      },
    ]);
  const { see } = await bot({ runbooks: { list, read: readRunbook } });
  await see('declare Somebody edits');
  await see('runbook start talk');

  it('says nothing while it is the same', async () => {
    assert.doesNotMatch(shown(await see('runbook show')), /changed|Changed/);
  });

  it('says on the card how much was changed, and in the run what', async () => {
    content = begun.replace('Say it.', 'Say something else.');
    const card = shown(await see('runbook next'));
    assert.match(
      card,
      /talk\.md was changed since this run began \(1 line taken away, 1 line added\).*`runbook show R-1`/,
    );
    assert.match(card, /"Say it\."/);
    assert.ok(
      (await see('runbook show R-1')).blocks.some(
        (block) =>
          block.kind === 'code' && block.text === '-   7  Say it.\n+   7  Say something else.',
      ),
    );
  });

  it('tells of an edit that cannot be read, and shows more of a long one when asked', async () => {
    content = `${begun}${'## No step\n'.repeat(20)}`;
    const some = shown(await see('runbook show R-1'));
    assert.match(some, /\(20 lines added\)/);
    assert.match(some, /And 8 more lines: `runbook show R-1 all`/);
    const all = await see('runbook show R-1 all');
    assert.doesNotMatch(shown(all), /more lines/);
    const code = all.blocks.find(({ kind }) => kind === 'code');
    assert.equal(code?.kind === 'code' && code.text.split('\n').length, 20);
  });

  it('tells of other ends of lines, in which no line is changed', async () => {
    content = begun.replaceAll('\n', '\r\n');
    const run = shown(await see('runbook show R-1'));
    assert.match(run, /\(only the ends of its lines\)/);
    assert.doesNotMatch(run, /Changed in/);
  });
});
