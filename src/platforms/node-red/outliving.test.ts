import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Part } from './flow-file.ts';
import { outlivingOf } from './outliving.ts';

function aPart(type: string, given: Readonly<Record<string, unknown>> = {}): Part {
  return {
    item: { id: 'n', type, name: 'It', d: false, ...given },
    isOnTab: true,
    isDisabled: false,
  };
}

const code = (func: string, given: Readonly<Record<string, unknown>> = {}) =>
  aPart('function', { func, ...given });

describe('what may go on when a tab is closed', () => {
  const goesOn: readonly (readonly [string, Part])[] = [
    ['a loop that waits', code('while (true) { await next(); }')],
    [
      'calls that begin themselves again',
      code('http.get(u, again)', { libs: [{ var: 'http', module: 'http' }] }),
    ],
    ['a module of the global context', code("global.get('request')(u, again); return msg;")],
    ['one that has a name', code("const http = global.get('http');\nhttp.get(u, again);")],
    [
      'one that was given another name',
      code("const a = global.get('http');\nconst b = a;\nb.get(u);"),
    ],
    ['one that is taken apart', code("const { get } = global.get('http'); get(u);")],
    ['a way out of the sandbox', code("this.constructor.constructor('return process')()")],
    [
      'code before the first message',
      code('return msg;', { initialize: "global.get('x').start()" }),
    ],
  ];
  for (const [what, part] of goesOn) {
    it(`counts ${what}`, () => {
      assert.deepEqual(outlivingOf([part]), { goingOn: ['It'], processes: [], foreign: [] });
    });
  }

  it('counts processes and nodes of other modules, by name and type', () => {
    const all = outlivingOf([
      aPart('exec'),
      aPart('daemon'),
      aPart('subflow:a1'),
      aPart('link in'),
    ]);
    assert.deepEqual(all, { goingOn: [], processes: ['It'], foreign: ['It (daemon)'] });
  });

  const harmless: readonly (readonly [string, Part])[] = [
    [
      'code that only changes its message',
      code('msg.payload = msg.payload.map((x) => x * 2); return msg;'),
    ],
    ['a timer, which Node-RED clears', code('setTimeout(() => node.send(msg), 1000);')],
    [
      'a value of the global context',
      code("const limit = global.get('limit') || 10;\nif (n >= limit) return null;\nreturn msg;"),
    ],
    ['a copy made by Node-RED', code('return RED.util.cloneMessage(msg);')],
    ['what is switched off', { ...aPart('exec'), isDisabled: true }],
  ];
  for (const [what, part] of harmless) {
    it(`does not count ${what}`, () => {
      assert.deepEqual(outlivingOf([part]), { goingOn: [], processes: [], foreign: [] });
    });
  }
});
