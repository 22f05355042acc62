import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { flowOf, lanesOf } from './runbook-flow.ts';
import { runbookSvg } from './runbook-svg.ts';
import type { Runbook, RunbookStep } from './runbook.ts';

function aStep(id: string, other: Partial<RunbookStep> = {}): RunbookStep {
  return {
    id,
    heading: `Do ${id}`,
    prose: [],
    kind: 'manual',
    answers: [],
    when: {},
    line: 1,
    ...other,
  };
}

function aRunbook(...steps: RunbookStep[]): Runbook {
  return {
    id: 'x',
    title: 'Leaked <key>',
    version: 1,
    for: [],
    roles: [],
    tripwire: false,
    regimes: [],
    attack: [],
    csf: [],
    inputs: [],
    prose: [],
    steps,
  };
}

const branched = aRunbook(
  aStep('look', {
    kind: 'decide',
    answers: [
      { name: 'clean', to: 'end' },
      { name: 'dirty', to: 'wash' },
      { name: 'filthy', to: 'wash' },
      { name: 'unclear', to: 'ask' },
    ],
  }),
  aStep('wash'),
  aStep('ask', { next: 'look', when: { look: 'unclear' } }),
);

const way = (from: number, to: number) => ({ from, to, answers: [] });

describe('the flow of a runbook', () => {
  it('joins the answers that lead to one step', () => {
    assert.deepEqual(flowOf(branched), [
      { from: 0, to: 3, answers: ['clean'] },
      { from: 0, to: 1, answers: ['dirty', 'filthy'] },
      { from: 0, to: 2, answers: ['unclear'] },
      { from: 1, to: 2, answers: [] },
      { from: 2, to: 0, answers: [] },
    ]);
  });

  it('gives ways that pass each other lanes of their own, and one to those with one goal', () => {
    const lanes = lanesOf([way(0, 9), way(1, 3), way(4, 6), way(2, 9)]);
    assert.deepEqual(
      lanes.map(({ to, lane, ways }) => [to, lane, ways.length]),
      [
        [3, 0, 1],
        [6, 0, 1],
        [9, 1, 2],
      ],
    );
  });
});

describe('the picture of a runbook', () => {
  const svg = runbookSvg(branched);

  it('shows each step with its kind, and each answer once', () => {
    for (const text of [
      '1 · decide',
      '2 · manual',
      'Do wash',
      'dirty, filthy',
      'unclear',
      'clean',
    ]) {
      assert.equal(svg.split(`>${text}<`).length, 2, text);
    }
    assert.match(svg, /only when look was answered unclear/);
  });

  it('says in words what it shows', () => {
    assert.match(svg, /Answered dirty or filthy, it goes on with “Do wash”\./);
    assert.match(svg, /3, manual: Do ask\. It goes on with “Do look”\./);
  });

  it('loads and runs nothing, and escapes what others wrote', () => {
    const hostile = runbookSvg(
      aRunbook(aStep('a', { heading: '<script>alert(1)</script> & "x" \u202e' })),
    );
    assert.doesNotMatch(hostile, /<script|\u202e|href|url\(|style=|<image/);
    assert.match(svg, /Leaked &lt;key&gt;/);
  });
});
