import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { charactersOf, code, inline, spansOf, strong } from './spans.ts';

describe('a text that people read', () => {
  it('shows what stands between backquotes as something to type', () => {
    assert.deepEqual(spansOf('Type `status` or `list`.'), [
      { kind: 'plain', text: 'Type ' },
      { kind: 'code', text: 'status' },
      { kind: 'plain', text: ' or ' },
      { kind: 'code', text: 'list' },
      { kind: 'plain', text: '.' },
    ]);
    assert.deepEqual(spansOf('a ` b'), [{ kind: 'plain', text: 'a ` b' }]);
    assert.deepEqual(spansOf(''), []);
  });

  it('takes no foreign backquote for one of ours', () => {
    const foreign = 'Charge `contain run P-9`';
    const text = inline`${strong('Look')} at ${foreign}: \`scope show w1\`, ${code('`')}, ${2}`;
    assert.deepEqual(
      text.map(({ kind }) => kind),
      ['strong', 'plain', 'plain', 'plain', 'code', 'plain', 'code', 'plain', 'plain'],
    );
    assert.deepEqual(text[2], { kind: 'plain', text: foreign });
    assert.deepEqual(inline`a ${inline`b ${foreign}`}`.at(-1), { kind: 'plain', text: foreign });
    assert.equal(charactersOf(text), `Look at ${foreign}: \`scope show w1\`, \`\`\`, 2`);
  });
});
