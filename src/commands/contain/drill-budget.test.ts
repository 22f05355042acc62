import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';

import { Secret } from '../../domain/secret.ts';
import { sync } from '../../jobs/sync.ts';
import { aConnection } from '../../testing/containment.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { toyJobs } from '../../testing/toy-platform.ts';

it('counts what a person disables in drills apart from what they disable in earnest', async () => {
  const night = await estateBot(
    (toy) => {
      for (let number = 1; number <= 24; number += 1) toy.add(`wf${number}`);
    },
    { environment: 'drill' },
  );
  const { see, refused, store, clock, toy } = night;
  const { syncedAt: _syncedAt, ...real } = aConnection({
    id: randomUUID(),
    name: 'real',
    revision: 0,
  });
  await store.save({
    connections: [real],
    connectionSecrets: [{ connection: real.id, secret: new Secret('toy-key') }],
  });
  await sync(toyJobs(store, clock, toy), { connection: real.id }, new AbortController().signal);
  await see('declare Exercise');
  for (let plan = 1; plan <= 4; plan += 1) {
    const from = plan * 5 - 4;
    await see(`contain plan w${from} w${from + 1} w${from + 2} w${from + 3} w${from + 4}`);
    await see(`contain run P-${plan}`);
  }
  await see('contain plan w21');
  assert.match((await refused('contain run P-5')).message, /20 workflows alone within an hour/);
  await see('contain plan name:"Workflow wf1" connection:real');
  await see('contain run P-6');
});
