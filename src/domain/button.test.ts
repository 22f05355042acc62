import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aView } from '../testing/replies.ts';
import { buttonsOf } from './button.ts';

const stepLines = [
  'runbook do run:R-1 step:3',
  'runbook done … run:R-1 step:3',
  'contain status P-1',
  'runbook skip … run:R-1 step:3',
  'runbook assign … run:R-1 step:3',
  'runbook back run:R-1 step:3',
];

describe('what stands on a button', () => {
  it('is a word where a step is pressed, with the line behind it, and else the line', () => {
    const buttons = buttonsOf(aView({ next: stepLines }));
    assert.deepEqual(
      buttons.map(({ label, kind, isWord }) => [label, kind, isWord]),
      [
        ['Do it', 'say', true],
        ['Done…', 'ask', true],
        ['contain status P-1', 'say', false],
        ['Skip…', 'ask', true],
        ['Assign…', 'ask', true],
        ['Back', 'say', true],
      ],
    );
    assert.deepEqual(
      buttons.map(({ line }) => line),
      stepLines,
    );
  });

  it('is the answer where a step decides', () => {
    const next = ['runbook done infected run:R-1 step:2', 'runbook done clean run:R-1 step:2'];
    assert.deepEqual(
      buttonsOf(aView({ next })).map(({ label }) => label),
      ['infected', 'clean'],
    );
  });

  it('says which step of which run where one answer presses several', () => {
    const next = ['runbook done run:R-1 step:2', 'runbook done run:R-12 step:7', 'log show'];
    assert.deepEqual(
      buttonsOf(aView({ next })).map(({ label }) => label),
      ['Done (R-1, step 2)', 'Done (R-12, step 7)', 'log show'],
    );
  });

  it('stays the line where no step is named', () => {
    const next = ['runbook done', 'runbook do run:R-1', 'runbook next R-1'];
    assert.deepEqual(
      buttonsOf(aView({ next })).map(({ label }) => label),
      next,
    );
  });
});
