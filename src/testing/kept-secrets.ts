import { randomBytes, randomUUID } from 'node:crypto';

import { shippedPolicy } from '../approval-policy.ts';
import { Secret } from '../domain/secret.ts';
import { invite, issueCliToken } from '../invitation.ts';
import { connectProvider } from '../jobs/connect-provider.ts';
import type { Revoker } from '../revokers/revoker.ts';
import { makeGate } from '../sign-in.ts';
import type { Bot } from './bot.ts';
import { orAskIn } from './two-admins.ts';

/** Secrets by what each of them is. */
export type Secrets = Readonly<Record<string, string>>;

const newNonce = () => randomBytes(32).toString('base64url');
const alive: Revoker = { probe: () => Promise.resolve('alive'), revoke: () => Promise.resolve() };

/**
 * Lets an instance keep and hand out one secret of each kind of its own, in the ways in which people
 * get them.
 *
 * @param credential that a way to its provider is given for
 */
export async function keepSecrets(night: Bot, credential: string): Promise<Secrets> {
  const { store, clock, opened, stepUp } = night;
  const { recorder } = opened.options;
  const policy = shippedPolicy;
  const context = { store, recorder, policy, now: clock.now, newId: randomUUID, newNonce };
  const root = await night.person('root');
  const ana = await night.person('ana');

  const provider = {
    secret: 'refresh-token-of-the-provider',
    clientSecret: 'client-secret-of-the-provider',
  };
  const asked = await connectProvider(
    { store, now: clock.now, openProvider: () => alive, makeOrAsk: orAskIn({ store, recorder }) },
    {
      credential,
      given: {
        kind: 'oauth',
        baseUrl: 'https://issuer.example',
        account: 'automation',
        privateHostAllowed: false,
      },
      secrets: {
        secret: new Secret(provider.secret),
        clientSecret: new Secret(provider.clientSecret),
      },
      by: root,
      source: 'cli',
    },
  );
  const [request] = /^S-\d+/.exec(asked.title) ?? [];
  if (request !== undefined) await night.see(`request approve ${request}`, 'operator');
  const token = await issueCliToken(context, ana, undefined);
  const invitation = await invite(context, root, 'bo');
  const factor = await stepUp.enrol({ person: ana, source: 'cli', now: clock.now() });
  const gate = makeGate(context);
  const link = gate.newCode(ana.id);
  const browser = { userAgent: 'Firefox', before: undefined };
  const cookie = await gate.enter({ kind: 'link', secret: link }, browser);
  return {
    'secret of a provider': provider.secret,
    'client secret of a provider': provider.clientSecret,
    'token of a person': token.secret.reveal(),
    'code of an invitation': invitation.secret.reveal(),
    'secret of a factor': new URL(factor.secret.reveal()).searchParams.get('secret') ?? '',
    'code of a link to the console': link.reveal(),
    'cookie of a session': cookie.reveal(),
  };
}
