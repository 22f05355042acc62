import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { tellDeletions } from './deletion-story.ts';
import { tellStories } from './tell-stories.ts';

const stories = 50;
const deletions = 20;

describe('in many more nights at random', () => {
  it('it acts with leave and evidence, tells each thing once, hides, and can be undone', async () => {
    const { acts } = await tellStories(stories);
    assert.ok(acts > stories, `${acts} acts`);
  });

  it('deletes nothing that its provider still accepts, or while anything else is alive', async () => {
    const deleted = await tellDeletions(deletions);
    assert.ok(deleted > 1, `${deleted} deleted`);
  });
});
