import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { factsOf, ofKind, valuesOf } from '../../testing/n8n/sample-nodes.ts';

describe('entry points', () => {
  it('say path, method and whether anybody may call', () => {
    const facts = factsOf([
      { type: 'webhook', name: 'W1', webhookId: 'id1', parameters: { path: 'orders' } },
      {
        type: 'webhook',
        name: 'W2',
        webhookId: 'id2',
        parameters: { path: 'user/:id', httpMethod: 'POST', authentication: 'headerAuth' },
      },
      {
        type: 'webhook',
        name: 'W3',
        webhookId: 'id3',
        parameters: { httpMethod: ['GET', 'POST'], options: { ipWhitelist: '10.0.0.1' } },
      },
    ]);

    assert.deepEqual(ofKind('webhook', facts), [
      { value: 'orders', auth: 'none', method: 'GET' },
      { value: 'id2/user/:id', auth: 'headerAuth', method: 'POST' },
      { value: 'id3', auth: 'address list', method: 'GET' },
      { value: 'id3', auth: 'address list', method: 'POST' },
    ]);
  });

  it('are forms, chats and MCP servers too', () => {
    const langchain = '@n8n/n8n-nodes-langchain.';
    const facts = factsOf([
      {
        type: 'formTrigger',
        typeVersion: 2.2,
        webhookId: 'f1',
        parameters: { options: { path: 'apply' } },
      },
      {
        type: 'formTrigger',
        name: 'F2',
        typeVersion: 2.2,
        webhookId: 'f2',
        parameters: { authentication: 'basicAuth' },
      },
      {
        type: `${langchain}chatTrigger`,
        name: 'C1',
        webhookId: 'c1',
        parameters: { public: true },
      },
      { type: `${langchain}chatTrigger`, name: 'C2', webhookId: 'c2', parameters: {} },
      { type: `${langchain}mcpTrigger`, webhookId: 'm1', parameters: { path: 'tools' } },
    ]);

    assert.deepEqual(ofKind('form', facts), [
      { value: 'apply', auth: 'none' },
      { value: 'f2', auth: 'basicAuth' },
    ]);
    assert.deepEqual(ofKind('chat', facts), [
      { value: 'c1/chat', auth: 'none' },
      { value: 'c2/chat', auth: 'editor only' },
    ]);
    assert.deepEqual(ofKind('mcp', facts), [{ value: 'tools', auth: 'none' }]);
    assert.deepEqual(ofKind('trigger', facts), []);
  });

  it('are resume addresses of waiting executions', () => {
    const facts = factsOf([
      { type: 'wait', parameters: { resume: 'webhook', incomingAuthentication: 'basicAuth' } },
      { type: 'slack', parameters: { operation: 'sendAndWait' } },
      { type: 'wait', name: 'timer', parameters: { resume: 'timeInterval', amount: 2 } },
    ]);

    const label = 'resumes a waiting execution';
    assert.deepEqual(ofKind('webhook', facts), [
      { value: 'webhook-waiting', label, auth: 'basicAuth', method: 'GET' },
      { value: 'webhook-waiting', label, auth: 'none', method: 'GET' },
    ]);
  });

  it('are other triggers by type, but not those that only a person starts', () => {
    const facts = factsOf([
      { type: 'telegramTrigger' },
      { type: 'emailReadImap' },
      { type: 'manualTrigger' },
      { type: 'n8n-nodes-evil.evilTrigger' },
    ]);

    assert.deepEqual(
      ofKind('trigger', facts).map(({ value }) => value),
      [
        'n8n-nodes-base.telegramTrigger',
        'n8n-nodes-base.emailReadImap',
        'n8n-nodes-evil.evilTrigger',
      ],
    );
  });
});

describe('schedules', () => {
  const rules: readonly (readonly [object, string])[] = [
    [{}, 'every day at 00:00'],
    [{ field: 'seconds', secondsInterval: 2 }, 'every 2 seconds'],
    [{ field: 'minutes', minutesInterval: 1 }, 'every minute'],
    [{ field: 'hours', hoursInterval: 4, triggerAtMinute: 10 }, 'every 4 hours at minute 10'],
    [{ field: 'days', triggerAtHour: 6 }, 'every day at 06:00'],
    [
      { field: 'weeks', triggerAtDay: [1, 5], triggerAtHour: 9 },
      'every week on Monday, Friday at 09:00',
    ],
    [
      { field: 'months', monthsInterval: 2, triggerAtDayOfMonth: 3 },
      'every 2 months on day 3 at 00:00',
    ],
    [{ field: 'cronExpression', expression: '0 6 * * *' }, 'cron 0 6 * * *'],
  ];
  for (const [rule, words] of rules) {
    it(`say "${words}"`, () => {
      const parameters = { rule: { interval: [rule] } };
      assert.deepEqual(valuesOf('schedule', { type: 'scheduleTrigger', parameters }), [words]);
    });
  }

  it('of a clock whose rules cannot be read are shown all the same', () => {
    const hidden = '={{ $json.rule }}';
    const clocks = [
      { type: 'scheduleTrigger', parameters: { rule: hidden } },
      { type: 'scheduleTrigger', parameters: { rule: { interval: [] } } },
      { type: 'cron', parameters: { triggerTimes: hidden } },
      { type: 'cron' },
    ];
    for (const clock of clocks) {
      assert.deepEqual(valuesOf('schedule', clock), ['rule not readable']);
    }
  });

  it('of old nodes and of polling triggers are read as well, with the zone', () => {
    const facts = factsOf(
      [
        {
          type: 'cron',
          parameters: {
            triggerTimes: { item: [{ mode: 'everyX', value: 3, unit: 'minutes' }, {}] },
          },
        },
        { type: 'interval', parameters: { interval: 10, unit: 'minutes' } },
        { type: 'gmailTrigger', parameters: { pollTimes: { item: [{ mode: 'everyMinute' }] } } },
      ],
      { settings: { timezone: 'Europe/Paris' } },
    );

    assert.deepEqual(
      ofKind('schedule', facts),
      ['every 3 minutes', 'every day at 14:00', 'every 10 minutes', 'every minute'].map(
        (value) => ({
          value,
          label: 'Europe/Paris',
        }),
      ),
    );
    assert.deepEqual(ofKind('trigger', facts), [{ value: 'n8n-nodes-base.gmailTrigger' }]);
  });
});
