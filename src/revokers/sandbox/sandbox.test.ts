import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Issuer } from '../../platforms/sandbox/issuer.ts';
import { anEstate } from '../../testing/sandbox-estate.ts';
import { revokeAndProve } from '../revoker.ts';
import { SandboxRevoker } from './sandbox.ts';

const { signal } = new AbortController();

async function leaked() {
  const { estate, clock, trouble } = anEstate();
  const issuer = new Issuer(estate);
  const { base } = await estate.look();
  const credential = base.credentials.find(({ name }) => name === 'Stripe live')?.id ?? '';
  const wait = (ms: number): Promise<void> => {
    clock.forward(ms);
    return Promise.resolve();
  };
  const around = { now: clock.now, wait, signal };
  const revoker = new SandboxRevoker(issuer);
  const revoke = () => revokeAndProve(revoker, credential, around);
  return { trouble, clock, issuer, credential, revoker, revoke, around };
}

describe('revoking at the sandbox’s provider', () => {
  it('is confirmed by the provider’s refusal, and is already dead the second time', async () => {
    const { revoke, revoker, credential } = await leaked();
    assert.equal(await revoker.probe(credential, signal), 'alive');

    assert.equal((await revoke()).state, 'confirmed_dead');
    assert.equal(await revoker.probe(credential, signal), 'dead');
    assert.equal((await revoke()).state, 'already_dead');
  });

  it('ends what the provider sees of its use', async () => {
    const { revoke, issuer, credential, clock } = await leaked();
    const before = await issuer.uses(credential);
    assert.ok(before > 1_000, `${before} uses in a day`);
    await revoke();
    clock.forward(24 * 60 * 60_000);

    assert.equal(await issuer.uses(credential), 0);
  });

  it('is not believed when the provider says yes and does nothing', async () => {
    const { revoke, trouble } = await leaked();
    await trouble.make('lie', {
      call: 'withdraw',
      does: { kind: 'lies', how: 'keeps running' },
    });

    const { state, text } = await revoke();
    assert.equal(state, 'requested_unconfirmed');
    assert.match(text, /still accepts it/);
  });

  it('is confirmed although the answer was cut, once the provider refuses it', async () => {
    const { revoke, trouble } = await leaked();
    await trouble.make('cut', { call: 'withdraw', does: { kind: 'cuts', when: 'after' } });

    assert.equal((await revoke()).state, 'confirmed_dead');
  });

  it('fails with the provider’s reason, and nothing was revoked', async () => {
    const { revoke, trouble, revoker, credential } = await leaked();
    await trouble.make('no', { call: 'withdraw', does: { kind: 'fails', code: 'refused' } });

    const { state, text } = await revoke();
    assert.equal(state, 'failed');
    assert.match(text, /does not allow/);
    assert.equal(await revoker.probe(credential, signal), 'alive');
  });

  it('claims nothing of a credential that the provider does not know', async () => {
    const { revoker, around } = await leaked();

    assert.equal(await revoker.probe('another', signal), 'unknown');
    assert.equal((await revokeAndProve(revoker, 'another', around)).state, 'failed');
  });

  it('is left to a person where there is no way to the provider', async () => {
    const { around, credential } = await leaked();

    assert.equal((await revokeAndProve(undefined, credential, around)).state, 'manual_required');
  });
});
