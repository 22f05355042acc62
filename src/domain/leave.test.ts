import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { LeaveStep, LeaveStory } from '../testing/leave-model.ts';
import { aLeaveStory } from '../testing/leave-model.ts';
import type { Starts } from '../testing/leave-story.ts';
import { LeavePlay } from '../testing/leave-story.ts';

function startsOf({ steps, ...story }: LeaveStory): Starts {
  const play = new LeavePlay({ ...story, steps });
  for (const step of steps) play.play(step);
  return play.starts;
}

const quiet = { targets: 3, lately: 0, share: 0, severity: 'sev3' } as const;
const yes = (who: 'ben' | 'eve' | 'mia', code = false): LeaveStep => ({
  do: 'approve',
  who,
  code,
});
const run = (who: 'ana' | 'ben' | 'eve' | 'mia', code = false, override = false): LeaveStep => ({
  do: 'run',
  who,
  code,
  override,
});

describe('leave to run a plan, whoever presses what in whatever order', () => {
  it('is given where the policy gives it, and nowhere else', () => {
    const counted = { usual: 0, overridden: 0 };
    fc.assert(
      fc.property(aLeaveStory, (story) => {
        const { usual, overridden } = startsOf(story);
        counted.usual += usual;
        counted.overridden += overridden;
        assert.ok(usual + overridden <= 1, 'what was agreed to is used once');
      }),
      { numRuns: 1_000 },
    );
    assert.ok(counted.usual > 50, `${counted.usual} were started`);
    assert.ok(counted.overridden > 0, `${counted.overridden} were overridden`);
  });

  it('comes by every way that there is', () => {
    const many = { ...quiet, targets: 8 };
    const ways: readonly (readonly [string, LeaveStory])[] = [
      ['R1', { ...quiet, purpose: 'contain', steps: [run('ana')] }],
      [
        'R1 past its bounds',
        { ...quiet, lately: 20, purpose: 'contain', steps: [yes('ben'), run('ana')] },
      ],
      [
        'R1 past its bounds, by the commander',
        { ...quiet, lately: 20, severity: 'sev1', purpose: 'contain', steps: [run('ana', true)] },
      ],
      ['R2', { ...many, purpose: 'contain', steps: [yes('ben'), run('ben')] }],
      ['R2 in a sev2', { ...many, severity: 'sev2', purpose: 'block', steps: [run('ben', true)] }],
      ['R3', { ...quiet, purpose: 'revoke', steps: [yes('eve', true), run('ben', true)] }],
      ['R3 overridden', { ...quiet, purpose: 'revoke', steps: [run('ana', true, true)] }],
      [
        'R4',
        {
          ...quiet,
          purpose: 'delete',
          steps: [{ do: 'final', is: true }, yes('eve', true), run('ana', true)],
        },
      ],
      ['reverse', { ...quiet, purpose: 'undo', steps: [yes('ben'), run('ana')] }],
      [
        'reverse alone',
        { ...quiet, purpose: 'undo', steps: [{ do: 'final', is: true }, run('ana')] },
      ],
      [
        'a new approver by whom two admins stand',
        {
          ...quiet,
          purpose: 'revoke',
          steps: [{ do: 'second', who: 'mia' }, yes('mia', true), run('ana', true)],
        },
      ],
    ];
    for (const [name, story] of ways) {
      const { usual, overridden } = startsOf(story);
      assert.equal(usual + overridden, 1, name);
    }
  });
});
