import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { bot, kindsOf, shown } from '../testing/bot.ts';

describe('resolve, close and reopen', async () => {
  const night = await bot();
  const { see, refused, timeline, store, person } = night;

  it('end an incident in order, and take it back', async () => {
    await see('declare Key leaked');
    assert.equal((await refused('close')).code, 'not_ready');
    assert.match((await see('resolve nothing used it since 04:10')).title, /\(resolved\)$/);
    assert.match((await see('close')).title, /\(closed\)$/);
    assert.equal((await refused('update more')).hint, '`reopen in:INC-1` opens its record again.');
    assert.equal((await refused('log add more')).code, 'conflict');
    assert.match(shown(await see('list')), /No incident is open/);
    assert.match(shown(await see('list closed:yes')), /INC-1/);
    assert.equal((await see('reopen the beacon is back')).title, 'INC-1 Key leaked');
    assert.deepEqual(await kindsOf(night), [
      'incident_declared',
      'incident_resolved',
      'incident_closed',
      'incident_reopened',
    ]);
    const incident = await store.incidents.byName('1', (await person('ana')).id);
    assert.equal(incident?.closedAt, undefined);
    assert.equal(incident?.resolvedAt, undefined);
  });

  it('refuse viewers and bad input, and change nothing', async () => {
    const before = await timeline();
    for (const line of ['resolve', 'close', 'reopen']) {
      assert.equal((await refused(line, 'vic')).code, 'not_allowed');
    }
    assert.match((await refused('close now')).message, /“now” is one word too many/);
    assert.equal((await refused('reopen')).code, 'conflict');
    assert.deepEqual(await timeline(), before);
  });
});
