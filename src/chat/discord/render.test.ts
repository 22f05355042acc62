import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { inline } from '../../domain/spans.ts';
import { aProblem, aView } from '../../testing/replies.ts';
import type { DiscordMessage } from './render.ts';
import { renderDiscord } from './render.ts';

const options = { keyOf: (line: string) => line.replaceAll(/\W/g, '-'), opensForms: true };

function textsOf({ components }: DiscordMessage): readonly string[] {
  return components[0].components.flatMap((one) => ('content' in one ? [one.content] : []));
}

function rowsOf({ components }: DiscordMessage) {
  return components[0].components.flatMap((one) => ('components' in one ? [one.components] : []));
}

describe('a reply in Discord', () => {
  it('begins with the sign of the outcome and the title, and ends with what to press', () => {
    const message = renderDiscord(
      aView({
        title: 'P-1 is running',
        outcome: 'open',
        next: ['contain run P-1', 'log add …', 'cred revoke c3', 'firebreak export INC-1'],
      }),
      options,
    );
    assert.equal(textsOf(message)[0], '### ◑ P-1 is running');
    assert.equal(message.components[0].accent_color, 0x3b82f6);
    assert.deepEqual(rowsOf(message), [
      [
        { type: 2, style: 1, custom_id: 'say:contain-run-P-1', label: 'contain run P-1' },
        { type: 2, style: 2, custom_id: 'ask:log add …', label: 'log add …' },
        { type: 2, style: 4, custom_id: 'say:cred-revoke-c3', label: 'cred revoke c3' },
      ],
    ]);
    assert.equal(textsOf(message)[1], '**Next:** `firebreak export INC-1`');
  });

  it('escapes what Discord would read, and no more than that', () => {
    const foreign = '@everyone <@1> [a](https://b.example) *x* 14:05\n- y\n2. z';
    const message = renderDiscord(
      aView({
        blocks: [
          { kind: 'text', text: inline`${foreign} – type \`scope show w1\`` },
          { kind: 'fields', fields: [['needs', 'two `yes`']] },
          { kind: 'code', text: 'a ``` b' },
        ],
      }),
    );
    assert.equal(
      textsOf(message)[1],
      [
        String.raw`\@everyone \<\@1> \[a](https\://b.example) \*x\* 14\:05`,
        String.raw`\- y`,
        String.raw`2\. z – type ${'`scope show w1`'}`,
        String.raw`**needs** two \`yes\``,
        '```\na ˋˋˋ b\n```',
      ].join('\n'),
    );
    assert.deepEqual(message.allowed_mentions, { parse: [] });
  });

  it('writes a table as points under its heads, and counts what does not fit', () => {
    const rows = Array.from({ length: 40 }, (_, index) => [`w${index}`, 'Charge card', '']);
    const message = renderDiscord(
      aView({ blocks: [{ kind: 'table', columns: ['ref', 'name', 'why'], rows }] }),
    );
    const lines = textsOf(message)[1]?.split('\n') ?? [];
    assert.deepEqual(lines.slice(0, 2), ['-# ref · name · why', '- **w0** · Charge card · –']);
    assert.deepEqual(lines.slice(-2), ['- **w29** · Charge card · –', '… 10 more']);
  });

  it('counts parts that do not fit at all, says where they are, and keeps the warnings', () => {
    const code = { kind: 'code', text: 'x'.repeat(9_000) } as const;
    const message = renderDiscord(
      aView({ blocks: [code, code, code, code, { kind: 'warning', text: '28 hidden.' }] }),
    );
    const body = textsOf(message)[1] ?? '';
    assert.match(body, /… 7,\d\d\d more characters/);
    assert.equal(
      body.slice(body.indexOf('⚠')),
      '⚠ 28 hidden.\n-# … 2 more parts: see the console.',
    );
  });

  it('says why something was not done, and offers what may have been meant', () => {
    const message = renderDiscord(
      aProblem({
        message: 'Several incidents are open.',
        hint: 'e.g. add `in:INC-1`',
        candidates: ['in:INC-1 Stripe', 'w12 Charge'],
        picks: [{ label: 'in:INC-1 Stripe', line: 'status in:INC-1' }],
      }),
      options,
    );
    assert.deepEqual(textsOf(message), [
      '### ✗ Not done',
      'Several incidents are open.\n→ e.g. add `in:INC-1`\n- `w12 Charge`',
    ]);
    assert.deepEqual(rowsOf(message)[0]?.[0], {
      type: 2,
      style: 2,
      custom_id: 'say:status-in-INC-1',
      label: 'in:INC-1 Stripe',
    });
  });

  it('lists what is too much for a row of buttons; only what stands out stays one', () => {
    const next = ['contain run P-1', ...Array.from({ length: 28 }, (_, at) => `scope show w${at}`)];
    const [pressed = [], ...lists] = rowsOf(renderDiscord(aView({ next }), options));
    assert.deepEqual(
      pressed.map((one) => 'label' in one && one.label),
      ['contain run P-1'],
    );
    const shown = lists.flat().map((one) => ('options' in one ? one : assert.fail()));
    assert.deepEqual(
      shown.map((one) => [one.custom_id, one.placeholder, one.options.length]),
      [
        ['list:0', 'Choose 1 to 25 of 28', 25],
        ['list:1', 'Choose 26 to 28 of 28', 3],
      ],
    );
    assert.deepEqual(shown[1]?.options.at(-1), {
      value: 'say:scope-show-w27',
      label: 'scope show w27',
    });
  });

  it('lets the words of a step stand, though they be more than a row', () => {
    const on = 'run:R-1 step:3';
    const next = [
      `runbook do ${on}`,
      `runbook done ${on}`,
      'contain status P-1',
      `runbook skip … ${on}`,
      `runbook assign … ${on}`,
      `runbook back ${on}`,
    ];
    const [words = [], ...lists] = rowsOf(renderDiscord(aView({ next }), options));
    assert.deepEqual(
      words.map((one) => 'label' in one && 'custom_id' in one && [one.label, one.custom_id]),
      [
        ['Do it', 'say:runbook-do-run-R-1-step-3'],
        ['Done', 'say:runbook-done-run-R-1-step-3'],
        ['Skip…', `ask:runbook skip … ${on}`],
        ['Assign…', `ask:runbook assign … ${on}`],
        ['Back', 'say:runbook-back-run-R-1-step-3'],
      ],
    );
    const [[list] = []] = lists;
    assert.deepEqual(list && 'options' in list && list.options.map(({ label }) => label), [
      'contain status P-1',
    ]);
    const several = next.flatMap((line) => [line, line.replace('R-1', 'R-2')]);
    const rows = rowsOf(renderDiscord(aView({ next: several }), options));
    assert.deepEqual(
      rows.map((row) => row.length),
      [5, 5, 1],
    );
  });

  it('shows to be typed what not even lists can hold', () => {
    const next = Array.from({ length: 102 }, (_, at) => `scope show w${at}`);
    const message = renderDiscord(aView({ next }), options);
    assert.equal(rowsOf(message).length, 4);
    assert.match(textsOf(message)[1] ?? '', /`scope show w100` · `scope show w101`$/);
  });
});
