import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { lintOthers } from './lint-others.ts';
import { readRunbook } from './parse.ts';

type Step = readonly string[];

function aFile(id: string, inputs: string, ...steps: readonly Step[]) {
  const blocks = steps.map(
    (lines, index) =>
      `## Step ${index + 1}\n\n\`\`\`yaml step\n${[`id: s${index + 1}`, ...lines].join('\n')}\n\`\`\`\n`,
  );
  const content = `---\nid: ${id}\ntitle: ${id}\n${inputs}---\n# ${id}\n${blocks.join('\n')}`;
  const file = `${id}.md`;
  return { file, content, sha256: '', read: readRunbook(content, file) };
}

const start = (id: string, more = ''): Step => [
  'kind: manual',
  'do: runbook.start',
  `with: { runbook: ${id}${more} }`,
];
const credential = 'inputs:\n  key: { type: credential, ask: Which? }\n';
const host = 'inputs:\n  host: { type: host, ask: Where? }\n';
const plain: Step = ['kind: manual'];

function textsOf(...files: readonly ReturnType<typeof aFile>[]) {
  for (const { file, read } of files) {
    if (file !== 'broken.md') assert.equal(read.kind, 'good', `${file} ${JSON.stringify(read)}`);
  }
  return lintOthers(files).map(({ file, line, text }) => `${file}:${line} ${text}`);
}

describe('runbooks that start one another', () => {
  it('are fine where each is there and is handed what it takes', () => {
    const files = [
      aFile('one', credential, start('two', ', inputs: { secret: $key }'), plain),
      aFile('two', credential.replace('key', 'secret'), plain),
    ];
    assert.deepEqual(textsOf(...files), []);
  });

  it('are blamed for what is not there, too much or of another type', () => {
    assert.deepEqual(textsOf(aFile('one', '', start('twi')), aFile('two', '', plain)), [
      'one.md:6 “Step 1” starts “twi”, but there is no such runbook: there are one and two.',
    ]);
    // What is not handed on is asked for when the step is pressed.
    assert.deepEqual(textsOf(aFile('one', '', start('two')), aFile('two', credential, plain)), []);
    assert.deepEqual(
      textsOf(
        aFile('one', host, start('two', ', inputs: { key: $host, more: $host }')),
        aFile('two', credential, plain),
      ),
      [
        'one.md:8 “Step 1” hands the host $host on as “key”, which is a credential.',
        'one.md:8 “Step 1” hands “more” on to “two”, which takes key: take it out.',
      ],
    );
  });

  it('are not blamed for another that is broken', () => {
    assert.deepEqual(
      textsOf(aFile('one', '', start('broken')), aFile('broken', '', ['kind: x'])),
      [],
    );
  });

  it('are blamed for a round on which nobody is asked, and only for that', () => {
    const [itself = ''] = textsOf(aFile('one', '', plain, start('one')));
    assert.match(itself, /^one\.md:13 “Step 2” starts itself, and nobody is asked on the way/);
    const round = [aFile('one', '', start('two')), aFile('two', '', start('one'))];
    assert.match(textsOf(...round)[0] ?? '', /starts two, which starts one again, and nobody/);
    assert.equal(textsOf(...round).length, 2);
    const asked: Step = ['kind: decide', 'answers: { yes: s2, no: end }'];
    const files = [aFile('one', '', start('two')), aFile('two', '', asked, start('one'))];
    assert.deepEqual(textsOf(...files), []);
  });
});

describe('a step that starts another runbook', () => {
  it('is refused where it does not say which, or hands on what is no input', () => {
    const read = (...more: Parameters<typeof start>) => {
      const one = aFile('one', host, start(...more)).read;
      return one.kind === 'bad' ? one.findings.map(({ line, text }) => `${line} ${text}`) : [];
    };
    assert.match(read('"Two!"')[0] ?? '', /^1\d “runbook” takes the id of a runbook/);
    assert.match(read('two', ', wait: soon')[0] ?? '', /“wait” takes `true` or `false`/);
    assert.match(read('two', ', inputs: [a]')[0] ?? '', /“inputs” takes what is handed on/);
    assert.match(
      read('two', ', inputs: { a: text }')[0] ?? '',
      /“a” takes an input of this runbook/,
    );
    assert.match(read('two', ', inputs: { a: $b }')[0] ?? '', /\$b|“b”/);
  });
});
