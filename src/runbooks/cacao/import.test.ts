import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aPlaybook, end, first, hash, jsonOf, manual, second, uuid } from '../../testing/cacao.ts';
import { importPlaybook } from './import.ts';

function imported(playbook: unknown) {
  const made = importPlaybook(jsonOf(playbook), 'p.json', hash);
  assert.ok(made.kind === 'good', JSON.stringify(made));
  return made;
}

describe('a playbook of another tool', () => {
  it('becomes manual steps: commands are text, whatever they are', () => {
    const { runbook, text: written } = imported(
      aPlaybook({
        [first]: {
          ...manual('Look at the firewall', second),
          description: '# Careful\n\nIt is _not_ ours.\n\n```yaml step\nid: x\nkind: act\n```',
          timeout: 60_000,
        },
        [second]: manual('Block it', end, {
          type: 'bash',
          command: 'iptables -A INPUT -s "$1" -j DROP </dev/null\n```\n## Not a step',
          description: 'On the edge.',
        }),
      }),
    );
    assert.deepEqual(
      runbook.steps.map(({ id, kind, withinMs }) => [id, kind, withinMs]),
      [
        ['look-at-the-firewall', 'manual', 60_000],
        ['block-it', 'manual', undefined],
      ],
    );
    assert.deepEqual(runbook.steps[1]?.prose, [
      { kind: 'text', text: 'Done by: Night shift.' },
      { kind: 'text', text: 'On the edge.' },
      {
        kind: 'text',
        text: 'A command of the kind bash, as the playbook has it. Firebreak does not run it; read it before you do.',
      },
      {
        kind: 'code',
        text: 'iptables -A INPUT -s "$1" -j DROP </dev/null\n```\n## Not a step',
      },
    ]);
    assert.match(written, /^### Careful$/m);
    assert.doesNotMatch(written, /kind: act\n```\n[^]*kind: act/);
  });

  it('keeps conditions as decisions, and branches that come together again as such', () => {
    const [condition, loop] = [`if-condition--${uuid('8')}`, `while-condition--${uuid('9')}`];
    const [third, branchEnd] = [`action--${uuid('a')}`, `end--${uuid('b')}`];
    const { runbook } = imported(
      aPlaybook({
        [first]: manual('Look', condition),
        [condition]: {
          type: 'if-condition',
          condition: "__a__:value = 'x'",
          on_true: second,
          on_completion: loop,
        },
        [second]: manual('Only then', branchEnd),
        [branchEnd]: { type: 'end' },
        [loop]: {
          type: 'while-condition',
          condition: '__b__:value > 1',
          on_true: third,
          on_completion: end,
        },
        [third]: manual('Again', branchEnd),
      }),
    );
    assert.deepEqual(
      runbook.steps.map(({ id, answers, next }) => [
        id,
        answers.map(({ name, to }) => `${name} ${to}`),
        next,
      ]),
      [
        ['look', [], undefined],
        ['does-it-hold', ['yes only-then', 'no once-more'], undefined],
        ['only-then', [], undefined],
        ['once-more', ['yes again', 'no end'], undefined],
        ['again', [], 'once-more'],
      ],
    );
  });

  it('keeps cases, failures, things done at once, and what is another playbook', () => {
    const [cases, parallel] = [`switch-condition--${uuid('8')}`, `parallel--${uuid('9')}`];
    const [other, b] = [`playbook-action--${uuid('a')}`, `action--${uuid('b')}`];
    const { runbook, warnings } = imported(
      aPlaybook(
        {
          [first]: {
            ...manual('Try', cases),
            on_completion: undefined,
            on_success: cases,
            on_failure: b,
          },
          [cases]: {
            type: 'switch-condition',
            switch: '__kind__:value',
            cases: { Spam_Mail: parallel, other: end },
          },
          [parallel]: { type: 'parallel', next_steps: [second, other] },
          [second]: manual('One', end),
          [other]: {
            type: 'playbook-action',
            playbook_id: `playbook--${uuid('c')}`,
            on_completion: end,
          },
          [b]: manual('Call somebody', end),
        },
        { authentication_info_definitions: {}, workflow_exception: b },
      ),
    );
    assert.deepEqual(
      runbook.steps.map(({ id, answers, next }) => [
        id,
        answers.map(({ name, to }) => `${name} ${to}`),
        next,
      ]),
      [
        ['try', [], undefined],
        ['try-worked', ['yes which-is-it', 'no call-somebody'], undefined],
        [
          'which-is-it',
          ['spam-mail several-things-at-once', 'other end', 'none-of-them end'],
          undefined,
        ],
        ['several-things-at-once', [], undefined],
        ['one', [], undefined],
        ['follow-another-playbook', [], 'end'],
        ['call-somebody', [], undefined],
      ],
    );
    assert.equal(warnings.length, 2);
  });
});
