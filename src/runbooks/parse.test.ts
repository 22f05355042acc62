import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

import type { Finding, Runbook } from '../domain/runbook.ts';
import { stepActions, stepKinds } from '../domain/step-actions.ts';
import { readRunbook } from './parse.ts';

const front = `---
id: leak
title: A leak
inputs:
  credential: { type: credential, ask: Which one? }
  since: { type: time, ask: Since when? }
---
`;

/** A step block; its lines are the ones given. */
function block(...lines: readonly string[]): string {
  return ['```yaml step', ...lines, '```', ''].join('\n');
}

const verify = `## Prove it\n${block('id: prove', 'kind: verify', 'do: contain.verify')}`;

function findings(content: string): readonly Finding[] {
  const read = readRunbook(content, 'leak.md');
  return read.kind === 'bad' ? read.findings : [];
}

function places(content: string): readonly string[] {
  return findings(content).map(
    ({ file, line, column, text }) => `${file}:${line}:${column} ${text}`,
  );
}

function good(content: string): Runbook {
  const read = readRunbook(content, 'leak.md');
  assert.ok(read.kind === 'good', JSON.stringify(read));
  return read.runbook;
}

describe('a runbook', () => {
  it('is its front matter, its prose and one step for each second heading', () => {
    const runbook = good(
      `${front}# A leak\nWhat *this* is for.\n\n## Close it\nFirst \`this\`.\n\n- one\n- [two](https://acme.test/x)\n\n` +
        block(
          'id: close',
          'kind: act',
          'owner: operations',
          'within: 10m',
          'do: contain.disable',
          'with: { where: [{ credential: $credential }, { active: true }, { changed: { after: $since } }] }',
        ) +
        verify,
    );
    assert.deepEqual(runbook.prose, [{ kind: 'text', text: 'What this is for.' }]);
    const [close] = runbook.steps;
    assert.deepEqual(close, {
      id: 'close',
      heading: 'Close it',
      prose: [
        { kind: 'text', text: 'First this.' },
        { kind: 'list', items: ['one', 'two (https://acme.test/x)'] },
      ],
      kind: 'act',
      owner: 'operations',
      withinMs: 600_000,
      deed: {
        action: 'contain.disable',
        where: {
          kind: 'all',
          of: [
            { kind: 'input', field: 'credential', input: 'credential' },
            { kind: 'flag', field: 'active', value: true },
            { kind: 'time', field: 'changed', comparison: '>', input: 'since' },
          ],
        },
      },
      answers: [],
      when: {},
      line: 11,
    });
  });

  it('says in plain words what a value must be', () => {
    const odd = front
      .replace('title: A leak', 'title: [A, leak]\nfor: credential-leak\nversion: two')
      .replace(/inputs:[^]*---/, 'inputs: none\n---');
    assert.deepEqual(places(`${odd}# A leak\n${verify}`), [
      'leak.md:3:1 “title” must be text.',
      'leak.md:4:1 “for” must be a list: [one, another].',
      'leak.md:5:1 “version” must be a number.',
      'leak.md:6:1 “inputs” must be keys with values, one a line.',
    ]);
  });

  it('names techniques and subcategories as their catalogues do', () => {
    const named = front.replace(
      'inputs:',
      'attack: [T1552.001, AML.T0051]\ncsf: [RS.MI-01]\nregimes: [gdpr]\ninputs:',
    );
    const { attack, csf, regimes } = good(`${named}# A leak\n${verify}`);
    assert.deepEqual(
      { attack, csf, regimes },
      {
        attack: ['T1552.001', 'AML.T0051'],
        csf: ['RS.MI-01'],
        regimes: ['gdpr'],
      },
    );
    const odd = front.replace('inputs:', 'attack: [T15]\ncsf: [mitigate]\ninputs:');
    assert.deepEqual(places(`${odd}# A leak\n${verify}`), [
      'leak.md:4:10 “attack.0”: name a technique such as T1552.001.',
      'leak.md:5:7 “csf.0”: name a subcategory such as RS.MI-01.',
    ]);
  });

  it('fills in no templates', () => {
    for (const text of ['{{secrets.x}}', 'key ${process.env.KEY}', '<%= key %>']) {
      const said = block(
        'id: say',
        'kind: comms',
        'do: incident.update',
        `with: { text: '${text}' }`,
      );
      assert.match(
        places(`${front}# A leak\n## Say\n${said}`).join(),
        /Nothing fills in templates/,
      );
    }
  });

  it('tells everything that is wrong at once, at its line and column, with what to do', () => {
    const said = places(
      `${front}# A leak\n## One\n${block(
        'id: one',
        'kind: act',
        'owner: king',
        'colour: red',
      )}## Two\n${block(
        'id: two',
        'kind: act',
        'do: contain.nuke',
        'next: nowhere',
      )}## Three\n${block(
        'id: three',
        'kind: act',
        'do: contain.disable',
        'with: { where: [{ credential: $secret }, { colour: red }, { active: maybe }], by: me }',
      )}## Four\nNo block here.\n`,
    );
    assert.deepEqual(
      said.map((line) => line.replace(/: there are .*$/, '')),
      [
        'leak.md:13:1 “owner” must be one of: commander, deputy, scribe, communications, operations, privacy, responder, approver.',
        'leak.md:14:1 “colour” is nothing that can stand here: take it out.',
        'leak.md:20:1 “contain.nuke” is no step action',
        'leak.md:28:19 There is no input $secret',
        'leak.md:28:44 “colour” is no field of a query',
        'leak.md:28:61 “active” is true or false.',
        'leak.md:28:79 “contain.disable” takes no “by”: take it out.',
        'leak.md:30:1 “Four” has no step block: add one, fenced and with the info string `yaml step`, with at least `id` and `kind`; or make it a `###`.',
      ],
    );
  });

  it('names steps that are not there, and ids that are there twice', () => {
    const said = places(
      `${front}# A leak\n## One\n${block(
        'id: one',
        'kind: decide',
        'answers: { yes: one, no: nowhere }',
      )}## Two\n${block('id: one', 'kind: manual', 'next: three', 'when: { one: maybe }')}`,
    );
    assert.match(
      said[0] ?? '',
      /^leak\.md:13:22 There is no step “nowhere”: there are one and one/,
    );
    assert.match(said.join('\n'), /leak\.md:17:1 “one” is the id of two steps/);
    assert.match(said.join('\n'), /leak\.md:19:1 There is no step “three”/);
  });

  it('takes inputs only as whole values of the type that the field has', () => {
    const of = (where: string) =>
      places(
        `${front}# A leak\n## One\n${block(
          'id: one',
          'kind: identify',
          'do: scope.find',
          `with: { where: ${where} }`,
        )}`,
      ).join('\n');
    assert.match(of('[{ name: "x $credential" }]'), /An input is a whole value, never a part/);
    assert.match(of('[{ host: $credential }]'), /takes an input of type host and text; \$cred/);
    assert.match(of('[{ changed: yesterday }]'), /“changed” takes a time/);
    assert.match(of('[]'), /An empty list would find everything/);
    assert.match(of('[{ name: "*" }]'), /would find everything/);
    assert.match(of('credential:x OR active:true'), /A condition is `\{ field: value \}`/);
  });

  it('holds no raw HTML, no link that is not https and no secret', () => {
    const key = `sk_live_${'a1B2c3D4'.repeat(3)}`;
    const said = places(
      `${front}# A leak\n<script>alert(1)</script>\n\nSee [this](http://acme.test), http://acme.test ` +
        `and [that](javascript:alert(1)).\n\n## One\nThe key is ${key}.\n\n${block('id: one', 'kind: manual')}`,
    );
    assert.equal(said.length, 5, said.join('\n'));
    assert.match(said[0] ?? '', /^leak\.md:9:1 Raw HTML/);
    assert.match(said.join('\n'), /leak\.md:11:5 This link is not https/);
    assert.match(said.join('\n'), /leak\.md:11:\d+ This address is not https/);
    assert.match(said.join('\n'), /leak\.md:14:1 This line holds what looks like a secret/);
    assert.doesNotMatch(said.join('\n'), /sk_live/);
  });

  it('is plain YAML: no aliases, tags, repeated keys, or blocks that grow', () => {
    const of = (...lines: readonly string[]) =>
      places(`${front}# A leak\n## One\n${block(...lines)}`).join('\n');
    assert.match(of('id: &a one', 'kind: *a'), /Aliases are not read here/);
    assert.match(of('id: !!js/function one', 'kind: manual'), /leak\.md:11:5 .*tag/i);
    assert.match(of('id: one', 'id: two', 'kind: manual'), /plain YAML.*unique/i);
    assert.match(of(`id: ${'['.repeat(1000)}`), /nested too deeply/);
    assert.match(of(`id: ${'a'.repeat(2600)}`), /This block is longer than/);
    assert.match(
      of('id: one', 'kind: manual', '__proto__: { x: 1 }'),
      /nothing that can stand here/,
    );
  });

  it('needs front matter, a title and a step, and reads nothing that is too long', () => {
    assert.match(places('# Hello\n').join(), /There is no front matter/);
    assert.match(places(`${front}Hello`).join('\n'), /no title.*\n.*There is no step/s);
    assert.match(places('x'.repeat(70_000)).join(), /at most 60000 characters/);
    // Emphasis that never closes is looked for again and again.
    assert.match(places(`${front}# A\n\n${'*a_ '.repeat(800)}`).join(), /^leak\.md:10:1 This par/);
    assert.match(
      places(`${front}# A\n> ${block('id: a', 'kind: manual').replaceAll('\n', '\n> ')}\n`).join(),
      /in a list or quote/,
    );
  });
});

describe('docs/runbooks.md', async () => {
  const page = await readFile(new URL('../../docs/runbooks.md', import.meta.url), 'utf8');

  it('shows a runbook that is one', () => {
    const [, example = ''] = /^````markdown\n([\s\S]*?)^````$/m.exec(page) ?? [];
    assert.deepEqual(places(example), []);
  });

  it('names every step action and kind, and no other', () => {
    const told = [...page.matchAll(/^\| `([a-z]+\.[a-z]+)` +\| ([a-z, ]+?) +\|/gm)].map(
      ([, name, kinds]) => `${name} ${kinds}`,
    );
    const known = Object.entries(stepActions).map(
      ([name, { kinds }]) => `${name} ${kinds.join(', ')}`,
    );
    assert.deepEqual(told, known);
    for (const kind of stepKinds) assert.ok(page.includes(`\`${kind}\``), kind);
  });
});
