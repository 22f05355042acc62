import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { WebClient } from '@slack/web-api';

import { aClientOf, refusal } from './client.ts';
import { HandClock } from './hand-clock.ts';
import { slackLimits } from './limits.ts';
import { SlackWorkspace } from './workspace.ts';

const clock = new HandClock();
const workspace = new SlackWorkspace({ clock });
const { slack } = workspace;
let client: WebClient;

before(async () => {
  await slack.listen();
  client = aClientOf(slack);
});
after(() => slack.stop());

function post(message: Readonly<Record<string, unknown>>): Promise<unknown> {
  const channel = workspace.channel('alarm').id;
  return client.apiCall('chat.postMessage', { channel, text: 'x', ...message });
}

const long = (length: number) => 'x'.repeat(length);
const plain = (length: number) => ({ type: 'plain_text' as const, text: long(length) });
const actions = (...elements: readonly object[]) => ({ type: 'actions', elements });
const row = (cells: number) =>
  Array.from({ length: cells }, () => ({ type: 'raw_text', text: 'x' }));
const dividers = (count: number) =>
  Array.from({ length: count }, () => ({ type: 'divider' as const }));
const view = (given: object = {}) => ({
  type: 'modal' as const,
  title: plain(1),
  submit: plain(1),
  blocks: [
    {
      type: 'input' as const,
      block_id: 'title',
      label: plain(1),
      element: { type: 'plain_text_input' as const, action_id: 'title' },
    },
  ],
  ...given,
});

describe('the fake Slack refuses what is too long for a message', () => {
  const button = (given: object) => ({
    type: 'button',
    action_id: 'a',
    text: plain(1),
    ...given,
  });
  const option = (index: number) => ({ text: plain(1), value: String(index) });
  const options = (count: number) => Array.from({ length: count }, (_, index) => option(index));
  const section = (length: number) => ({ type: 'section', text: plain(length) });
  const confirm = (given: object) => ({
    title: plain(1),
    text: plain(1),
    confirm: plain(1),
    deny: plain(1),
    ...given,
  });
  const most = slackLimits;
  const cases: readonly (readonly [string, object, object])[] = [
    ['header', { type: 'header', text: plain(150) }, { type: 'header', text: plain(151) }],
    ['section', section(3000), section(3001)],
    [
      'fields',
      { type: 'section', fields: Array.from({ length: 10 }, () => plain(1)) },
      { type: 'section', fields: Array.from({ length: 11 }, () => plain(1)) },
    ],
    [
      'field',
      { type: 'section', fields: [plain(2000)] },
      { type: 'section', fields: [plain(2001)] },
    ],
    [
      'context elements',
      { type: 'context', elements: Array.from({ length: 10 }, () => plain(1)) },
      { type: 'context', elements: Array.from({ length: 11 }, () => plain(1)) },
    ],
    [
      'markdown',
      { type: 'markdown', text: long(11_999) },
      { type: 'markdown', text: long(12_001) },
    ],
    [
      'table rows',
      { type: 'table', rows: Array.from({ length: 100 }, () => row(1)) },
      { type: 'table', rows: Array.from({ length: 101 }, () => row(1)) },
    ],
    ['table columns', { type: 'table', rows: [row(20)] }, { type: 'table', rows: [row(21)] }],
    [
      'actions',
      actions(...options(25).map((one) => button({ action_id: one.value }))),
      actions(...options(26).map((one) => button({ action_id: one.value }))),
    ],
    ['button label', actions(button({ text: plain(75) })), actions(button({ text: plain(76) }))],
    [
      'button value',
      actions(button({ value: long(2000) })),
      actions(button({ value: long(2001) })),
    ],
    ['button url', actions(button({ url: long(3000) })), actions(button({ url: long(3001) }))],
    [
      'action_id',
      actions(button({ action_id: long(255) })),
      actions(button({ action_id: long(256) })),
    ],
    [
      'action_id, which is unique in its block',
      actions(button({}), button({ action_id: 'b' })),
      actions(button({}), button({})),
    ],
    ['block_id', { ...section(1), block_id: long(255) }, { ...section(1), block_id: long(256) }],
    [
      'options',
      actions({ type: 'static_select', action_id: 'a', options: options(100) }),
      actions({ type: 'static_select', action_id: 'a', options: options(101) }),
    ],
    [
      'option text',
      actions({
        type: 'static_select',
        action_id: 'a',
        options: [{ text: plain(75), value: 'a' }],
      }),
      actions({
        type: 'static_select',
        action_id: 'a',
        options: [{ text: plain(76), value: 'a' }],
      }),
    ],
    [
      'overflow',
      actions({ type: 'overflow', action_id: 'a', options: options(5) }),
      actions({ type: 'overflow', action_id: 'a', options: options(6) }),
    ],
    [
      'checkboxes',
      actions({ type: 'checkboxes', action_id: 'a', options: options(10) }),
      actions({ type: 'checkboxes', action_id: 'a', options: options(11) }),
    ],
    [
      'confirmation',
      actions(button({ confirm: confirm({ title: plain(100), text: plain(300) }) })),
      actions(button({ confirm: confirm({ deny: plain(31) }) })),
    ],
  ];
  for (const [name, taken, refused] of cases) {
    it(`a ${name}`, async () => {
      assert.equal(await refusal(post({ blocks: [taken] })), 'taken');
      assert.equal(await refusal(post({ blocks: [refused] })), 'invalid_blocks');
    });
  }

  it('the text, the number of blocks, all text together, and a second table', async () => {
    assert.equal(await refusal(post({ text: long(most.message.text) })), 'taken');
    assert.equal(await refusal(post({ text: long(most.message.text + 1) })), 'msg_too_long');
    assert.equal(await refusal(post({ blocks: dividers(50) })), 'taken');
    assert.equal(await refusal(post({ blocks: dividers(51) })), 'invalid_blocks');
    const four = Array.from({ length: 4 }, () => section(3000));
    assert.equal(await refusal(post({ blocks: four })), 'taken');
    const five = [...four, section(1)];
    assert.equal(await refusal(post({ blocks: five })), 'msg_blocks_too_long');
    const table = { type: 'table', rows: [row(1)] };
    assert.equal(await refusal(post({ blocks: [table, table] })), 'invalid_blocks');
  });

  it('and a message of blocks alone, which no notification could show', async () => {
    const blocks = [section(1)];
    const said = client.apiCall('chat.postMessage', {
      channel: workspace.channel('alarm').id,
      blocks,
    });
    assert.equal(await refusal(said), 'no_text');
  });
});

describe('the fake Slack’s modals', () => {
  const open = (
    given: object = {},
    trigger = slack.world.triggers.give(workspace.user('ann').id),
  ) => client.views.open({ trigger_id: trigger, view: view(given) });

  it('open by a trigger once, and within three seconds', async () => {
    const trigger = slack.world.triggers.give(workspace.user('ann').id);
    assert.equal(await refusal(open({}, trigger)), 'taken');
    assert.equal(await refusal(open({}, trigger)), 'exchanged_trigger_id');
    const late = slack.world.triggers.give(workspace.user('ann').id);
    clock.advance(slackLimits.triggerMs + 1);
    assert.equal(await refusal(open({}, late)), 'expired_trigger_id');
    assert.equal(await refusal(open({}, 'made up')), 'invalid_trigger_id');
  });

  it('refuse what is too long for one', async () => {
    for (const [taken, refused] of [
      [{ title: plain(24) }, { title: plain(25) }],
      [{ submit: plain(24) }, { submit: plain(25) }],
      [{ close: plain(24) }, { close: plain(25) }],
      [{ callback_id: 'x'.repeat(255) }, { callback_id: 'x'.repeat(256) }],
      [{ private_metadata: 'x'.repeat(3000) }, { private_metadata: 'x'.repeat(3001) }],
      [{ blocks: dividers(100) }, { blocks: dividers(101) }],
      [{}, { submit: undefined }],
    ] as const) {
      assert.equal(await refusal(open(taken)), 'taken');
      assert.equal(await refusal(open(refused)), 'invalid_arguments');
    }
  });

  it('stand at most three upon each other, and are updated by hash', async () => {
    const { view: first } = await open();
    const push = () =>
      client.views.push({
        trigger_id: slack.world.triggers.give(workspace.user('ann').id),
        view: view(),
      });
    assert.equal(await refusal(push()), 'taken');
    assert.equal(await refusal(push()), 'taken');
    assert.equal(await refusal(push()), 'push_limit_reached');
    const { id = '', hash = '' } = first ?? {};
    const update = () => client.views.update({ view_id: id, hash, view: view() });
    assert.equal(await refusal(update()), 'taken');
    assert.equal(await refusal(update()), 'hash_conflict');
  });
});
