import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { inline } from '../../domain/spans.ts';
import { aProblem, aView } from '../../testing/replies.ts';
import { renderSlack } from './render.ts';

const options = { keyOf: (line: string) => line.replaceAll(/\W/g, '-'), opensForms: true };

const button = (action_id: string, text: string, style?: string) => ({
  type: 'button',
  action_id,
  text: { type: 'plain_text', text, emoji: false },
  ...(style === undefined ? {} : { style }),
});

describe('a reply in Slack', () => {
  it('begins with the sign of the outcome and the title, and ends with what to press', () => {
    const { blocks } = renderSlack(
      aView({
        title: 'P-1 is running',
        outcome: 'open',
        next: [
          'contain run P-1',
          'log add …',
          'firebreak export INC-1',
          'cred revoke c3',
          'contain approve P-2',
          'cred revoke …',
        ],
      }),
      options,
    );
    assert.deepEqual(blocks[0], {
      type: 'header',
      text: { type: 'plain_text', text: '◑ P-1 is running', emoji: false },
    });
    assert.deepEqual(blocks.at(-1), {
      type: 'actions',
      elements: [
        button('say:contain-run-P-1', 'contain run P-1', 'primary'),
        button('ask:log add …', 'log add …'),
        button('say:cred-revoke-c3', 'cred revoke c3', 'danger'),
        // One button stands out, and a form that opens is no danger yet.
        button('say:contain-approve-P-2', 'contain approve P-2'),
        button('ask:cred revoke …', 'cred revoke …'),
      ],
    });
    // What is for a shell cannot be pressed.
    assert.match(JSON.stringify(blocks.at(-2)), /Next: .*firebreak export INC-1/);
  });

  it('shows what is to be typed as code, and no foreign backquote as ours', () => {
    const foreign = 'Charge `contain run P-9`';
    const { blocks } = renderSlack(
      aView({
        blocks: [{ kind: 'text', text: inline`Look at ${foreign} with \`scope show w1\`.` }],
      }),
    );
    assert.deepEqual(blocks[1], {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text: 'Look at ' },
            { type: 'text', text: foreign },
            { type: 'text', text: ' with ' },
            { type: 'text', text: 'scope show w1', style: { code: true } },
            { type: 'text', text: '.' },
          ],
        },
      ],
    });
  });

  it('shows one table, writes a second as points, and counts what does not fit', () => {
    const rows = Array.from({ length: 140 }, (_, index) => [`w${index}`, 'Charge card', '']);
    const table = { kind: 'table', columns: ['ref', 'name', 'why'], rows } as const;
    const { blocks } = renderSlack(aView({ blocks: [table, table] }));
    const [drawn] = blocks.filter((block) => block.type === 'table');
    assert.equal(drawn?.rows.length, 100);
    assert.deepEqual(
      drawn?.rows[1]?.map((cell) => 'text' in cell && cell.text),
      ['w0', 'Charge card', '–'],
    );
    const texts = JSON.stringify(blocks);
    assert.match(texts, /… 41 more rows/);
    assert.match(texts, /"w59".*" · Charge card · –".*… 80 more/);
    assert.equal(blocks.filter(({ type }) => type === 'table').length, 1);
  });

  it('counts parts that do not fit at all, says where they are, and keeps the warnings', () => {
    const code = { kind: 'code', text: 'x'.repeat(9_000) } as const;
    const { blocks } = renderSlack(
      aView({
        blocks: [code, code, code, code, code, { kind: 'warning', text: '28 hidden.' }],
      }),
      { whole: 'https://ir.example/incidents/INC-1' },
    );
    const texts = JSON.stringify(blocks);
    assert.match(texts, /… 6,040 more characters/);
    assert.match(texts, /… 1 more part: see https:\/\/ir\.example\/incidents\/INC-1\./);
    assert.match(texts, /28 hidden/);
  });

  it('puts a word on what presses a step, and the line behind it', () => {
    const next = ['runbook done run:R-1 step:3', 'runbook skip … run:R-1 step:3'];
    const { blocks } = renderSlack(aView({ next }), options);
    const row = blocks.find((block) => block.type === 'actions');
    assert.deepEqual(
      row?.elements.map((one) => 'text' in one && [one.text.text, one.action_id]),
      [
        ['Done', 'say:runbook-done-run-R-1-step-3'],
        ['Skip…', 'ask:runbook skip … run:R-1 step:3'],
      ],
    );
  });

  it('says why something was not done, what to do, and offers what may have been meant', () => {
    const { blocks, text } = renderSlack(
      aProblem({
        message: 'Several incidents are open.',
        hint: 'e.g. add `in:INC-1`',
        candidates: ['in:INC-1 Stripe', 'w12 Charge'],
        picks: [{ label: 'in:INC-1 Stripe', line: 'status in:INC-1' }],
        reference: 'ab12cd34',
      }),
      options,
    );
    assert.equal(
      text,
      '✗ Not done\nSeveral incidents are open.\n→ e.g. add in:INC-1\nw12 Charge\nReference ab12cd34',
    );
    assert.deepEqual(blocks.at(-1), {
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: 'say:status-in-INC-1',
          text: { type: 'plain_text', text: 'in:INC-1 Stripe', emoji: false },
        },
      ],
    });
  });

  it('offers to say a line again with a code, and not where it cannot be pressed', () => {
    const problem = aProblem({ asks: 'code', again: 'contain run P-1' });
    const shown = JSON.stringify(renderSlack(problem, options).blocks);
    assert.match(shown, /"action_id":"code:contain-run-P-1".*Say it with a code/);
    const { keyOf } = options;
    const typed = JSON.stringify(renderSlack(problem, { keyOf }).blocks);
    assert.doesNotMatch(typed, /action_id|contain run/);
  });

  it('shows what waits for something to be typed, where no form can be opened', () => {
    const { keyOf } = options;
    const view = aView({ next: ['log add …', 'status'] });
    assert.deepEqual(
      renderSlack(view, { keyOf }).blocks.map(({ type }) => type),
      ['header', 'rich_text', 'actions'],
    );
    const long = aView({ next: [`scope find ${'x'.repeat(90)} …`] });
    assert.doesNotMatch(JSON.stringify(renderSlack(long, options).blocks), /action_id/);
  });
});
