import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { workflowAnswer } from './answers.ts';
import { KnownReadings } from './known.ts';

const aDefinition = (text: string) =>
  workflowAnswer.parse({ id: 'a', name: 'A', active: true, nodes: [{ parameters: { text } }] });

/** Looks once, and answers what had to be read. */
function look(known: KnownReadings, ...texts: readonly string[]): readonly string[] {
  const read: string[] = [];
  const { of, end } = known.look();
  for (const text of texts) {
    const { hashes } = of(aDefinition(text), () => {
      read.push(text);
      return {
        facts: [],
        hashes: { whole: text, content: text, draftDiffers: false },
        structures: [],
      };
    });
    assert.equal(hashes.whole, text);
  }
  end();
  return read;
}

describe('readings of definitions', () => {
  it('are kept for definitions whose text is the same, and made anew for others', () => {
    const known = new KnownReadings();
    assert.deepEqual(look(known, 'one', 'two'), ['one', 'two']);
    assert.deepEqual(look(known, 'one', 'three'), ['three']);
    assert.deepEqual(look(known, 'one', 'three'), []);
  });

  it('are forgotten with the look that no longer sees them', () => {
    const known = new KnownReadings();
    look(known, 'one', 'two');
    look(known, 'one');
    assert.deepEqual(look(known, 'two'), ['two']);
  });

  it('are not lost by a look that broke off', () => {
    const known = new KnownReadings();
    look(known, 'one');
    known.look().of(aDefinition('half'), () => ({
      facts: [],
      hashes: { whole: '', content: '', draftDiffers: false },
      structures: [],
    }));
    assert.deepEqual(look(known, 'one', 'half'), ['half']);
  });
});
