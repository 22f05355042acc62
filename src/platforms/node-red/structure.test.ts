import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { copyLikeness } from '../../domain/structure.ts';
import { FlowFile } from './flow-file.ts';
import { structuresOf } from './structure.ts';

/** A tab as an import would make it: every id, name and place is its own. */
function aTab(id: string, given: { url?: string; to?: string; called?: string } = {}) {
  const { url = '/pay', to = 'https://evil.example', called = id } = given;
  const on = (type: string, rest: object) => ({ z: id, type, x: 10, y: 20, name: called, ...rest });
  return [
    { id, type: 'tab', label: `Tab ${called}` },
    on('comment', { id: `${id}-0`, info: called }),
    on('http in', { id: `${id}-1`, url, method: 'post', wires: [[`${id}-2`]] }),
    on('function', { id: `${id}-2`, func: 'return msg;', wires: [[`${id}-3`]] }),
    on('http request', { id: `${id}-3`, url: to, tls: `${id}-tls`, wires: [[]] }),
    { id: `${id}-tls`, type: 'tls-config', name: called, verifyservercert: true },
  ];
}

/** A tab that only answers. */
function quiet(id: string) {
  return [
    { id, type: 'tab', label: id },
    { id: `${id}-1`, z: id, type: 'http in', url: '/pay', method: 'get', wires: [[`${id}-2`]] },
    { id: `${id}-2`, z: id, type: 'http response', statusCode: '', headers: {}, wires: [] },
  ];
}

function structures(...tabs: readonly (readonly object[])[]) {
  const file = new FlowFile({ rev: 'r1', flows: tabs.flat() });
  return file.tabs.map((tab) => structuresOf(file, tab));
}

describe('what a Node-RED tab is made of', () => {
  it('is no mark where nothing but its entrance and its answer are set', () => {
    const [one = [], other = []] = structures(quiet('t1'), quiet('t2'));
    assert.equal(copyLikeness(one, other), 0);
  });

  it('is the same for an import of it, at whatever address', () => {
    const [own = [], copy = []] = structures(
      aTab('t1'),
      aTab('t2', { url: '/orders', called: 'Newsletter' }),
    );
    assert.equal(copyLikeness(own, copy), 1);
  });

  it('is nearly the same when one node was set otherwise, and another when most were', () => {
    const [own = [], near = []] = structures(aTab('t1'), aTab('t2', { to: 'https://x.example' }));
    const alike = copyLikeness(own, near);
    assert.ok(alike >= 0.75 && alike < 1, String(alike));
    const other = [
      { id: 't3', type: 'tab', label: 'Other' },
      { id: 'o1', z: 't3', type: 'inject', x: 1, y: 1, repeat: '60', wires: [['o2']] },
      { id: 'o2', z: 't3', type: 'debug', x: 1, y: 1, active: true, wires: [] },
    ];
    const [first = [], second = []] = structures(aTab('t1'), other);
    assert.equal(copyLikeness(first, second), 0);
  });
});
