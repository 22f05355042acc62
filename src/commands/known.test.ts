import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import type { Filled } from '../domain/form.ts';
import type { Bot } from '../testing/bot.ts';
import { bot } from '../testing/bot.ts';
import { makeKnown } from './known.ts';
import { registry } from './registry.ts';

describe('what is known of a line that waits for something', () => {
  let here: Bot;
  let hidden: string;
  let known: (line: string, as?: string) => Promise<Filled | undefined>;

  before(async () => {
    here = await bot();
    const find = makeKnown({ commands: registry, store: here.store });
    known = async (line, as = 'ana') =>
      find({ person: await here.person(as), room: 'slack:W1/war', source: 'slack' }, line);
    await here.see('declare Stripe key leaked sev:2');
  });

  it('is the incident that it would be about, and how it stands', async () => {
    assert.deepEqual(await known('sev …'), { in: 'INC-1', level: 'sev2' });
    assert.deepEqual(await known('update …'), { in: 'INC-1' });
    assert.deepEqual(await known('declare …'), {});
  });

  it('is about the incident that the line names', async () => {
    hidden =
      (await here.see('declare Nobody must know sev:1 private', 'cy')).title.split(' ')[0] ?? '';
    assert.deepEqual(await known('sev … in:INC-1'), { level: 'sev2' });
    assert.deepEqual(await known(`sev … in:${hidden}`, 'cy'), { level: 'sev1' });
  });

  it('is nothing of what they may not see or say, or where several are meant', async () => {
    assert.deepEqual(await known(`sev … in:${hidden}`), {});
    assert.equal(await known('sev …', 'vic'), undefined);
    assert.deepEqual(await known('sev …', 'cy'), {});
    assert.deepEqual(await known('make coffee …'), {});
  });
});
