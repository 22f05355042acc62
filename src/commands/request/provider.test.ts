import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { sql } from 'drizzle-orm';

import { Secret } from '../../domain/secret.ts';
import { connectProvider } from '../../jobs/connect-provider.ts';
import type { Revoker } from '../../revokers/revoker.ts';
import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { openDatabaseOf } from '../../testing/store.ts';
import { orAskIn } from '../../testing/two-admins.ts';

const alive: Revoker = { probe: () => Promise.resolve('alive'), revoke: () => Promise.resolve() };

describe('a way to a provider', async () => {
  const night = await estateBot();
  const { store, see, refused, timeline, clock, opened } = night;
  const [credential] = await store.inventory.credentials();
  assert.ok(credential);
  const key = { connection: credential.connection, id: credential.id };

  /** Gives it as `root` would in a shell; the operator is the other admin. */
  const gives = async (secret: string) =>
    await connectProvider(
      {
        store,
        openProvider: () => alive,
        makeOrAsk: orAskIn({ store, recorder: opened.options.recorder }),
        now: clock.now,
      },
      {
        credential: 'c1',
        given: {
          kind: 'oauth',
          baseUrl: 'https://issuer.example',
          account: 'automation',
          privateHostAllowed: false,
        },
        secrets: { secret: new Secret(secret), clientSecret: new Secret('client-of-it') },
        by: await night.person('root'),
        source: 'cli',
      },
    );
  const given = async () => {
    const secrets = await store.providers.secrets(key);
    return secrets && [secrets.secret.reveal(), secrets.clientSecret?.reveal()];
  };

  it('is given by two admins, who both read where it leads', async () => {
    const asked = await gives('first-token');
    assert.match(
      asked.title,
      /^S-1 asks another admin to give Firebreak a way to revoke c1 “Stripe live” at its OAuth issuer \(issuer\.example, automation\)$/,
    );
    assert.equal(await given(), undefined);
    assert.doesNotMatch(shown(await see('cred list')), /1 of 1/);
    assert.match((await refused('request approve S-1', 'root')).message, /Another admin/);
    await see('request approve S-1', 'operator');
    assert.deepEqual(await given(), ['first-token', 'client-of-it']);
    assert.match(shown(await see('cred list')), /1 of 1 can be revoked by Firebreak/);
    assert.equal((await timeline('instance')).at(-1)?.kind, 'provider_given');
  });

  it('that was changed meanwhile is not what was agreed to', async () => {
    await gives('second-token');
    await gives('third-token').then(
      () => assert.fail('the same is asked for twice'),
      (error: unknown) => assert.match(String(error), /asks for the very same already/),
    );
    assert.match(shown(await see('request list', 'aud')), /another way to revoke c1/);
    await see('provider drop c1', 'root');
    assert.match((await refused('request approve S-2', 'operator')).message, /no longer as it was/);
    assert.equal(await given(), undefined);
  });

  it('that is dropped is told to all other admins', async () => {
    assert.match(
      shown(await see('me', 'operator')),
      /By @root: Firebreak forgot the way to revoke c1/,
    );
  });

  it('leaves no secret behind once it is decided, and none in clear before', async () => {
    await gives('fourth-token');
    assert.doesNotMatch(JSON.stringify(await timeline('instance')), /-token|client-of-it/);
    const bare = await openDatabaseOf(opened);
    const rows = await bare.rows(sql`select * from security_requests order by number`);
    await bare.close();
    const kept = rows.map((row) => Object.entries(row ?? {}));
    const sealed = kept.map((row) => row.some(([name, is]) => name === 'sealed' && is !== null));
    assert.deepEqual(sealed, [false, false, true]);
    const text = kept
      .flat()
      .map(([, value]) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : JSON.stringify(value),
      );
    assert.doesNotMatch(text.join('\n'), /-token|client-of-it/);
  });
});
