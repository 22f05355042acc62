import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import { sql } from 'drizzle-orm';

import { Secret } from '../../domain/secret.ts';
import { connectPlatform } from '../../jobs/connect.ts';
import { shown } from '../../testing/bot.ts';
import type { EstateBot } from '../../testing/estate-bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { openDatabaseOf } from '../../testing/store.ts';
import { orAskIn } from '../../testing/two-admins.ts';

const elsewhere = 'https://stranger.example';

/** Connects as `root` would in a shell; the operator is the other admin. */
async function connects(
  night: EstateBot,
  given: { readonly name: string; readonly baseUrl: string; readonly drill?: true },
  key: string,
) {
  const { store, clock, opened, toy } = night;
  const { name, baseUrl } = given;
  const environment = given.drill ? 'drill' : 'production';
  return await connectPlatform(
    {
      store,
      makeOrAsk: orAskIn({ store, recorder: opened.options.recorder }),
      openPlatform: () => toy,
      now: clock.now,
      newId: randomUUID,
    },
    {
      given: { kind: 'n8n', name, baseUrl, environment, privateHostAllowed: false },
      secret: new Secret(key),
      by: await night.person('root'),
      source: 'cli',
    },
  );
}

describe('a connection', async () => {
  const night = await estateBot();
  const { store, see, refused, connection, timeline, clock } = night;
  const { baseUrl } = connection;
  const now = async () => {
    const found = await store.connections.byName('prod');
    return [
      found?.baseUrl,
      found?.epoch,
      (await store.connections.secret(connection.id))?.reveal(),
    ];
  };

  it('of production is added by two admins, and one for drills by one', async () => {
    const drill = await connects(night, { name: 'toy', baseUrl, drill: true }, 'drill-key');
    assert.equal(drill.title, 'Connected toy (n8n, drill).');
    const asked = await connects(night, { name: 'second', baseUrl }, 'second-key');
    assert.match(asked.title, /^S-1 asks another admin to connect second \(n8n, production\) at /);
    assert.doesNotMatch(JSON.stringify(asked), /second-key/);
    assert.equal(await store.connections.byName('second'), undefined);
    assert.match(shown(await see('request approve S-1', 'operator')), /that of @root/);
    const second = await store.connections.byName('second');
    assert.ok(second);
    assert.equal((await store.connections.secret(second.id))?.reveal(), 'second-key');
    const job = `sync:${second.id}:${clock.now().toISOString()}`;
    assert.equal((await store.jobs.state('sync', job))?.state, 'waiting');
    assert.equal((await timeline('instance')).at(-1)?.kind, 'connection_added');
  });

  it('keeps its address and key until the other admin agrees, and then never the old key (T-41)', async () => {
    const before = await now();
    const title = (await connects(night, { name: 'prod', baseUrl: elsewhere }, 'new-key')).title;
    assert.match(
      title,
      /^S-2 asks another admin to move prod .* to stranger\.example, with another key/,
    );
    assert.deepEqual(await now(), before);
    await see('request approve S-2', 'operator');
    assert.deepEqual(await now(), [elsewhere, Number(before[1]) + 1, 'new-key']);
    assert.doesNotMatch(JSON.stringify(await timeline('instance')), /new-key/);
  });

  it('that was changed meanwhile is not what was agreed to', async () => {
    await connects(night, { name: 'prod', baseUrl: elsewhere }, 'third-key');
    await connects(night, { name: 'prod', baseUrl }, 'fourth-key');
    await see('request approve S-3', 'operator');
    assert.match((await refused('request approve S-4', 'operator')).message, /no longer as it was/);
    assert.deepEqual((await now()).slice(0, 1), [elsewhere]);
  });

  it('that an open incident uses is not moved, but takes another key', async () => {
    await connects(night, { name: 'prod', baseUrl }, 'asked-before');
    await see('declare Worm');
    await see('contain plan w1');
    const before = await now();
    const moved = connects(night, { name: 'prod', baseUrl }, 'fifth-key');
    await assert.rejects(moved, { code: 'conflict', message: /An open incident uses prod/ });
    assert.match((await refused('request approve S-5', 'operator')).message, /incident uses prod/);
    assert.deepEqual(await now(), before);
    await connects(night, { name: 'prod', baseUrl: elsewhere }, 'sixth-key');
    await see('request approve S-6', 'operator');
    assert.equal((await now())[2], 'sixth-key');
    assert.match((await refused('contain run P-1')).message, /prod was changed since P-1 was made/);
    await see('request deny S-5', 'root');
  });

  it('leaves no key behind once it is decided, and none in clear before', async () => {
    await connects(night, { name: 'third', baseUrl }, 'seventh-key');
    const bare = await openDatabaseOf(night.opened);
    const rows = await bare.rows(sql`select * from security_requests order by number`);
    await bare.close();
    const kept = rows.map((row) => Object.entries(row ?? {}));
    const sealed = kept.map((row) =>
      row.some(([name, value]) => name === 'sealed' && value !== null),
    );
    assert.deepEqual(sealed, [false, false, false, false, false, false, true]);
    const text = kept
      .flat()
      .map(([, value]) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : JSON.stringify(value),
      );
    assert.doesNotMatch(text.join('\n'), /-key/);
  });
});
