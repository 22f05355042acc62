import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shippedPolicy } from '../approval-policy.ts';
import { planPurposes } from '../domain/plan.ts';
import { classOf } from '../domain/policy.ts';
import { tellDeletions } from './deletion-story.ts';
import { tellStories } from './tell-stories.ts';

describe('whatever is planned, agreed to, denied, expired, killed, resumed and taken back', () => {
  it('acts with leave and evidence, tells each thing once, hides, and can be undone', async () => {
    const { acts } = await tellStories(8);
    assert.ok(acts > 0, 'something was done, so that the above is not empty');
  });

  it('deletes nothing that its provider still accepts, or while anything else is alive', async () => {
    assert.ok((await tellDeletions(3)) > 0, 'something was deleted');
  });

  it('deletes only what two people and dead credentials give leave for', () => {
    const deleting = planPurposes.filter(
      (purpose) => classOf(shippedPolicy, { purpose, targets: 1 }) === 'R4',
    );
    assert.deepEqual(deleting, ['delete', 'remove']);
    for (const { persons, credentialsFinal, stepUp, override } of shippedPolicy.classes.R4.ways) {
      assert.deepEqual([persons, credentialsFinal, stepUp, override], [2, true, true, undefined]);
    }
  });
});
