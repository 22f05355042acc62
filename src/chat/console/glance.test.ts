import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Json } from '../../domain/json.ts';
import { aView } from '../../testing/shell.ts';
import { foreignMarkup, hostileNames } from '../../testing/xss.ts';
import { glanceMarkup } from './glance.ts';
import { textOf } from './markup.ts';

/** The glance at a plan whose workflows stand so, as it is read aloud, and its colour. */
function glanceAt(
  states: string,
  state = 'running',
  purpose = 'contain',
  leftOn: readonly string[] = [],
  contradicted: readonly string[] = [],
  refused: Readonly<Record<string, Json>> = {},
) {
  const refs = {
    leftOn: [...leftOn],
    contradicted: [...contradicted],
    ...refused,
  };
  const plan: Json = { name: 'P-1', purpose, state, states, ...refs };
  const columns = ['plan', 'for', 'state', 'workflows'];
  const rows = [['P-1', 'containing', state, states]];
  const status = aView({ blocks: [{ kind: 'table', columns, rows }], data: { plans: [plan] } });
  return read(textOf(glanceMarkup(status, undefined)));
}

function read(html: string): { readonly tone: string; readonly words: string } {
  assert.deepEqual(foreignMarkup(html), []);
  const [, tone = ''] = /<li class="(\w+)">/.exec(html) ?? [];
  const words = html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  return { tone, words: words.trim() };
}

/** The glance at a runbook's step with this time. */
function stepAt(time: string): string {
  const fields = [
    ['owner', '@ana'],
    ['time', time],
  ] as const;
  const title = 'R-1 Leaked credential, step 2: Close the entrance';
  const step = aView({ title, blocks: [{ kind: 'fields', fields }], data: { step: {} } });
  return textOf(glanceMarkup(aView(), step));
}

describe('the glance of an incident', () => {
  it('is calm only when everything is verified', () => {
    const { tone, words } = glanceAt('11 verified', 'finished');
    assert.equal(tone, 'good');
    assert.equal(words, 'P-1 ✓ 11 of 11 verified containment, finished');
  });

  it('names the nodes that are off, and is not calm about a workflow that goes on', () => {
    const going = 'switching off only 2 nodes of w3, the rest stays on';
    const { tone, words } = glanceAt('1 verified', 'finished', 'mute', [], [], { going });
    assert.equal(tone, 'wait');
    assert.equal(words, `P-1 ✓ 1 of 1 verified ${going}, finished`);
  });

  it('counts what is verified out of all, and names the rest', () => {
    const { tone, words } = glanceAt('1 skipped, 2 pending, 8 verified');
    assert.equal(tone, 'doubt');
    assert.match(words, /8 of 11 verified ⊘ 1 skipped ◑ 2 pending containment, running/);
  });

  it('names what could not be disabled or stopped', () => {
    const at = (refused: Readonly<Record<string, string[]>>) =>
      glanceAt('1 failed, 8 verified', 'finished', 'contain', [], [], refused);
    const { tone, words } = at({ notDisabled: ['w3'] });
    assert.equal(tone, 'bad');
    assert.match(words, /1 failed ▲ w3 NOT contained: could not be disabled containment/);
    const { words: runs } = at({ notStopped: ['w4'] });
    assert.match(runs, /1 failed ▲ w4 NOT contained: what runs could not be stopped containment/);
  });

  it('says that nothing is contained any more where all was taken back, and is not green', () => {
    const { tone, words } = glanceAt('11 undone', 'finished');
    assert.equal(tone, 'wait');
    assert.match(words, /Nothing of it is contained any more\. 11 of 11 undone/);
    const half = glanceAt('8 undone, 3 verified', 'finished');
    assert.equal(half.tone, 'wait');
    assert.match(half.words, /3 of 11 verified ↺ 8 undone/);
  });

  it('says of an undo what is on again, and not in the colour of what is contained', () => {
    const { tone, words } = glanceAt('11 verified', 'finished', 'undo');
    assert.equal(tone, 'wait');
    assert.equal(words, 'P-1 ↺ 11 of 11 on again undo, finished');
    const half = glanceAt('8 undone, 3 verified', 'finished', 'undo');
    assert.equal(half.tone, 'wait');
    assert.match(half.words, /↺ 3 of 11 on again ↺ 8 let go of undo, finished/);
    assert.equal(glanceAt('1 contradicted, 3 verified', 'finished', 'undo').tone, 'bad');
    assert.equal(glanceAt('1 unverifiable, 3 verified', 'finished', 'undo').tone, 'doubt');
  });

  it('alarms when one of many was contradicted or failed', () => {
    assert.equal(glanceAt('1 contradicted, 39 verified', 'finished').tone, 'bad');
    assert.equal(glanceAt('1 failed, 39 verified', 'finished').tone, 'bad');
  });

  it('alarms at what drifted and was left on, by its reference', () => {
    const { tone, words } = glanceAt('1 skipped, 10 verified', 'finished', 'contain', ['w12']);
    assert.equal(tone, 'bad');
    assert.match(words, /⊘ 1 skipped ▲ w12 NOT contained, still on containment, finished/);
  });

  it('names what was contradicted beside what was left on, and counts those it leaves out', () => {
    const told = (...contradicted: readonly string[]) =>
      glanceAt('3 contradicted, 1 skipped', 'finished', 'contain', ['w9'], contradicted).words;
    assert.match(
      told('w3', 'w5', 'w7'),
      /▲ w3, w5 and w7 NOT contained: the platform was seen to say otherwise ▲ w9 NOT contained/,
    );
    assert.match(
      told('w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7'),
      /w4, w5 and 2 more NOT contained:/,
    );
    const revoking = glanceAt('1 contradicted', 'finished', 'revoke', [], ['c1']).words;
    assert.match(revoking, /▲ c1 NOT revoked:/);
  });

  it('does not say that anything is verified before a plan was run', () => {
    const { tone, words } = glanceAt('11 workflows', 'waits for a yes (asked by @ana)');
    assert.equal(tone, 'wait');
    assert.equal(
      words,
      'P-1 waits for a yes (asked by @ana) containment of 11 workflows; nothing was done yet',
    );
    assert.match(glanceAt('1 workflow', 'approved', 'undo').words, /undo of 1 workflow;/);
    const revoking = glanceAt('1 credential', 'approved', 'revoke').words;
    assert.equal(revoking, 'P-1 approved revocation of 1 credential; nothing was done yet');
  });

  it('says that nothing is contained where there is no plan', () => {
    const { words } = read(textOf(glanceMarkup(aView(), undefined)));
    assert.equal(words, 'Nothing is contained yet.');
  });

  it('shows whose step it is, and that it is overdue', () => {
    assert.match(stepAt('3 min over'), /<li class="bad">.*overdue: 3 min over/s);
    assert.match(stepAt('4 min left'), /<li class="wait"><strong>R-1.*@ana.*4 min left/s);
    assert.doesNotMatch(stepAt('4 min left'), /overdue/);
  });

  for (const name of hostileNames) {
    it(`shows ${JSON.stringify(name)} as text`, () => {
      const rows = [[name, name, name, name]];
      const status = aView({
        blocks: [{ kind: 'table', columns: ['plan', 'for', 'state', 'workflows'], rows }],
        data: { plans: [{ name, purpose: name, state: name, states: name }] },
      });
      const runbook = aView({
        title: name,
        blocks: [
          {
            kind: 'fields',
            fields: [
              ['owner', name],
              ['time', name],
            ],
          },
        ],
        data: { step: {} },
      });
      assert.deepEqual(foreignMarkup(textOf(glanceMarkup(status, runbook))), []);
    });
  }
});
