/** A credential is blocked while the second person for its revocation is looked for. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { unblock } from '../../platforms/sandbox/lock.ts';
import { shown } from '../bot.ts';
import type { SandboxBot } from '../sandbox-bot.ts';
import { sandboxBot } from '../sandbox-bot.ts';

/** A plan to revoke, agreed to, of a credential that was blocked after it was planned. */
async function blockedMeanwhile(): Promise<SandboxBot> {
  const bot = await sandboxBot();
  const { see, work, clock } = bot;
  await see('declare Key in a paste severity:sev2');
  await see('person add @ben "Ben Lind" may:responder,approver');
  await see('cred revoke "Stripe live"');
  clock.forward(60_000);
  await see('cred block "Stripe live"');
  await see('contain approve P-2', 'ben');
  await see('contain run P-2');
  await work('P-2');
  assert.equal((await see('contain status P-2')).outcome, 'done');
  clock.forward(60_000);
  await see('contain approve P-1', 'ben');
  return bot;
}

describe('a revocation that waited for its second person', () => {
  it('is not void by our own block of the credential', async () => {
    const { see, work } = await blockedMeanwhile();
    await see('contain run P-1');
    await work('P-1');
    const status = await see('contain status P-1');
    assert.equal(status.outcome, 'done', shown(status));
    assert.match(shown(status), /The provider refuses it now\./);
  });

  it('is void once somebody else changed it after our block', async () => {
    const { see, work, estate, clock } = await blockedMeanwhile();
    clock.forward(60_000);
    await estate('shop').change((look) => {
      const known = look.credentials().find(({ name }) => name === 'Stripe live');
      return unblock(look, known?.id ?? assert.fail('No such credential.'), [], []);
    });
    await see('contain run P-1');
    await work('P-1');
    assert.match(
      shown(await see('contain status P-1')),
      /skipped.*It changed since the plan was made; plan it again: `cred revoke/,
    );
  });
});
