import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { typedLine } from './typed.ts';

describe('a line that was typed in Slack', () => {
  it('names people by their accounts, with what was typed where that may be a handle', () => {
    const lines = {
      'role assign scribe <@U0BO|bo>': 'role assign scribe @slack:T1/U0BO|bo',
      'role assign scribe <@W0BO>': 'role assign scribe @slack:T1/W0BO',
      'role assign scribe <@U0BO|Bo of the night>': 'role assign scribe @slack:T1/U0BO',
      'role assign scribe <@U0BO|b|x>': 'role assign scribe @slack:T1/U0BO|b',
      'role assign scribe @bo': 'role assign scribe @bo',
    };
    for (const [text, line] of Object.entries(lines)) {
      assert.equal(typedLine(text, 'slack:T1'), line);
    }
  });
});
