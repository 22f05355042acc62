import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { tellStories } from './tell-stories.ts';

const stories = 50;

describe('in many more nights at random', () => {
  it('it acts with leave and evidence, tells each thing once, hides, and can be undone', async () => {
    const { acts } = await tellStories(stories);
    assert.ok(acts > stories, `${acts} acts`);
  });
});
