import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, it } from 'node:test';

import { Secret } from '../domain/secret.ts';
import { instanceChain } from '../domain/timeline.ts';
import { openProviders, openRevokers } from '../revokers/open.ts';
import { shown } from '../testing/bot.ts';
import type { EstateBot } from '../testing/estate-bot.ts';
import { estateBot } from '../testing/estate-bot.ts';
import { anIssuer, automation } from '../testing/oauth-issuer.ts';
import { orAskIn } from '../testing/two-admins.ts';
import { connectProvider } from './connect-provider.ts';

/** An estate whose credential c1 is a token of a real issuer. */
async function aLeak(test: TestContext) {
  const issuer = await anIssuer(test);
  const opened: { night?: EstateBot } = {};
  const openProvider = openProviders();
  const revokers = openRevokers({
    sandboxIssuerAt: () => assert.fail('There is no sandbox here.'),
    openProvider,
    secretsOf: async (key) => opened.night?.store.providers.secrets(key),
  });
  const night = await estateBot(undefined, { revokers, environment: 'drill' });
  opened.night = night;
  const { store } = night;
  const { recorder } = night.opened.options;
  const give = async (token: string, by = 'root', typed = 'c1') => {
    const secrets = {
      secret: new Secret(token),
      clientSecret: new Secret(automation.client_secret),
    };
    const { baseUrl } = issuer;
    const given = {
      kind: 'oauth',
      baseUrl,
      account: 'automation',
      privateHostAllowed: true,
    } as const;
    const asks = { credential: typed, given, secrets, by: await night.person(by), source: 'cli' };
    return connectProvider(
      { store, openProvider, now: night.clock.now, makeOrAsk: orAskIn({ store, recorder }) },
      { ...asks, source: 'cli' },
    );
  };
  return { ...issuer, night, give };
}

describe('a way to a provider', () => {
  it('lets Firebreak revoke what was done by hand before, and prove it', async (test) => {
    const { night, give, refresh } = await aLeak(test);
    await night.see('declare Token leaked');
    assert.match(shown(await night.see('cred list')), /0 of 1 can be revoked by Firebreak/);
    const given = await give(refresh);
    assert.match(shown(given), /Parents first.*until they expire/);
    assert.match(shown(await night.see('cred list')), /1 of 1 can be revoked by Firebreak/);

    await night.see('cred revoke c1');
    const read = shown(await night.see('contain status P-1', 'cy'));
    assert.match(read, /at its OAuth issuer \(127\.0\.0\.1:\d+, automation\)/);
    await night.see('contain approve P-1', 'cy');
    await night.see('contain run P-1');
    await night.work('P-1');
    assert.match(shown(await night.see('cred status')), /dead: its provider refuses it/);
    const events = [...(await night.timeline()), ...(await night.timeline(instanceChain))];
    const told = JSON.stringify([events, given]);
    for (const secret of [refresh, automation.client_secret]) assert.ok(!told.includes(secret));
    assert.ok(events.some(({ kind }) => kind === 'provider_given'));
  });

  it('that was changed after the approval is not taken', async (test) => {
    const { night, give, refresh, access } = await aLeak(test);
    await night.see('declare Token leaked');
    await give(refresh);
    await night.see('cred revoke c1');
    await night.see('contain approve P-1', 'cy');
    await give(access);
    await night.see('contain run P-1');
    await night.work('P-1');

    const stands = shown(await night.see('contain status P-1'));
    assert.match(stands, /skipped.*It changed since the plan was made/);
  });

  it('is not kept for a secret that the provider refuses', async (test) => {
    const { night, give } = await aLeak(test);
    await assert.rejects(give('mistyped'), { code: 'conflict', message: /does not accept/ });

    const [credential] = await night.store.inventory.credentials();
    assert.equal(credential?.provider, undefined);
    const kinds = (await night.timeline(instanceChain)).map(({ kind }) => kind);
    assert.ok(!kinds.includes('provider_given'), kinds.join());
  });

  it('is given by admins, for one credential that is there', async (test) => {
    const { give, refresh } = await aLeak(test);
    await assert.rejects(give(refresh, 'ana'), { code: 'not_allowed' });
    await assert.rejects(give(refresh, 'root', 'strip'), { code: 'not_found' });
  });
});
