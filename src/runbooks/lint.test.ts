import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readRunbook } from './parse.ts';

type Sketch = Readonly<Record<string, readonly string[]>>;

const seal = ['kind: capture', 'do: evidence.snapshot', 'with: { where: { tag: pay } }'];
const disable = ['kind: act', 'do: contain.disable', 'with: { where: { tag: pay } }'];
const verify = ['kind: verify', 'do: contain.verify'];
const revoke = ['kind: manual', 'do: hand.revoke'];
const remove = ['kind: manual', 'do: hand.delete'];
const look = ['kind: verify'];
const kill = ['kind: act', 'do: cred.revoke', 'with: { credential: $key }'];
const prove = ['kind: verify', 'do: cred.verify', 'with: { credential: $key }'];
const talk = ['kind: comms'];

/** What is found in a runbook of these steps: the line, and the text. */
function lint(steps: Sketch, more = ''): readonly string[] {
  const parts = Object.entries(steps).map(
    ([id, lines]) => `## ${id}\n\`\`\`yaml step\n${[`id: ${id}`, ...lines].join('\n')}\n\`\`\`\n`,
  );
  const about = `{ id: x, title: X,${more}\n  inputs: { key: { type: credential, ask: Which? } } }`;
  const read = readRunbook(`---\n${about}\n---\n# X\n${parts.join('')}`, 'x.md');
  return read.kind === 'bad' ? read.findings.map(({ line, text }) => `${line} ${text}`) : [];
}

describe('the order of a runbook', () => {
  it('is good when every act is verified and evidence comes before what ends it', () => {
    assert.deepEqual(lint({ seal, disable, verify, revoke, look, remove, talk }), []);
  });

  it('asks about a tripwire before it revokes, on every way, where it says so', () => {
    const tripwire = ['kind: decide', 'answers: { isolate: revoke, calm: revoke }'];
    const hurried = ['kind: decide', 'answers: { calm: tripwire, hurry: revoke }'];
    const wanted = ' tripwire: true,';
    assert.deepEqual(lint({ seal, tripwire, revoke, look }, wanted), []);
    const around = { seal, hurried, tripwire, revoke, look };
    assert.match(
      lint(around, wanted).join(),
      /“revoke” revokes on a way on which nobody has answered the decision `tripwire`/,
    );
    assert.deepEqual(lint(around), []);
  });

  it('has every act followed by a verify, on every way', () => {
    assert.match(lint({ disable, talk }).join(), /^6 “disable” acts, and on one way nothing verif/);
    assert.match(lint({ disable, look }).join(), /nothing verifies it/);
    assert.match(lint({ disable, again: disable, verify }).join(), /^6 “disable” acts/);
    const ask = ['kind: decide', 'answers: { sure: talk, unsure: verify }'];
    assert.match(lint({ disable, ask, verify, talk }).join(), /^6 “disable” acts, and on one way/);
  });

  it('keeps apart ways that only an earlier decision parts', () => {
    const ask = ['kind: decide', 'answers: { bad: act, good: talk }'];
    const bad = 'when: { ask: bad }';
    const steps = { ask, act: disable, more: talk, check: [...verify, bad], talk };
    assert.deepEqual(lint(steps), []);
    const wrong = { ...steps, check: [...verify, 'when: { ask: good }'] };
    assert.match(lint(wrong).join(), /^12 “act” acts, and on one way nothing verifies it/);
  });

  it('never revokes before evidence, nor deletes before the revocation', () => {
    assert.match(
      lint({ revoke, look, seal }).join(),
      /“revoke” comes before anything was captured/,
    );
    assert.match(
      lint({ seal, revoke, talk }).join(),
      /“revoke” is not followed by a step of kind v/,
    );
    assert.match(
      lint({ seal, remove, revoke, look }).join(),
      /“remove” deletes before anything was/,
    );
  });

  it('never overwrites before evidence; a block, which can be taken back, may come first', () => {
    const on = 'with: { credential: $key }';
    const overwrite = ['kind: act', 'do: cred.overwrite', on];
    const block = ['kind: act', 'do: cred.block', on];
    assert.match(lint({ overwrite, verify }).join(), /“overwrite” comes before anything was capt/);
    assert.deepEqual(lint({ seal, overwrite, verify }), []);
    assert.deepEqual(lint({ block, verify }), []);
    assert.match(lint({ block, talk }).join(), /“block” acts, and on one way nothing verifies it/);
  });

  it('has a revocation at the provider proved there, not on the platform', () => {
    assert.deepEqual(lint({ seal, kill, prove, remove, talk }), []);
    assert.deepEqual(lint({ seal, kill, look }), []);
    assert.match(lint({ kill, prove, seal }).join(), /comes before anything was capt/);
    assert.match(lint({ seal, kill, verify }).join(), /is not followed by a step of kind v/);
    assert.match(lint({ seal, disable, kill, prove }).join(), /nothing verifies it/);
    const named = [...kill.slice(0, 2), 'with: { credential: Stripe live }'];
    assert.match(lint({ seal, named, look }).join(), /takes an input of type credential/);
    const unknown = [...kill.slice(0, 2), 'with: { credential: $kex }'];
    assert.match(lint({ seal, unknown, look }).join(), /kex/);
  });

  it('reaches every step, and an end from everywhere', () => {
    const ask = ['kind: decide', 'answers: { left: one, right: one }'];
    const stop = ['kind: comms', 'next: end'];
    assert.match(lint({ ask, lost: talk, one: talk }).join(), /^12 Nothing leads to “lost”/);
    assert.match(lint({ one: stop, two: talk }).join(), /Nothing leads to “two”/);
    const loop = { one: talk, two: ['kind: comms', 'next: one'] };
    assert.match(lint(loop).join(), /From “one” there is no way to the end/);
    const way = ['kind: decide', 'answers: { again: one, enough: end }'];
    assert.deepEqual(lint({ one: talk, way }), []);
  });

  it('gives up on a runbook with more ways than anybody can keep apart', () => {
    const maze = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `d${index}`,
        ['kind: decide', `answers: { a: ${next(index)}, b: ${next(index)} }`],
      ]),
    );
    assert.match(lint(maze).join(), /too many ways/);
  });
});

function next(index: number): string {
  return index === 19 ? 'end' : `d${index + 1}`;
}
