import { z } from 'zod';

import { keyText } from '../../domain/inventory.ts';
import { actorFor } from '../../domain/plan-change.ts';
import { isUnfinished } from '../../domain/plan-progress.ts';
import { providerAt } from '../../domain/provider.ts';
import { instanceChain } from '../../domain/timeline.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import type { ChosenCredential } from '../credential-of.ts';
import { credentialInput, credentialOf } from '../credential-of.ts';
import { said } from '../incident-view.ts';
import { takenAwayNotices } from '../loosening.ts';

export const providerDrop = defineCommand({
  name: 'provider drop',
  summary: 'Forget the way to the provider of a credential, and the secret that goes with it',
  examples: ['provider drop c3', 'provider drop Stripe live'],
  words: ['credential…'],
  permission: 'admin',
  input: z.object({ credential: credentialInput }),

  async run(context, input) {
    const { store, caller, now } = context;
    const { credential } = await credentialOf(context, input.credential);
    const { connection, id, ref, name, provider } = credential;
    if (!provider) {
      throw new UserError('not_found', `Firebreak was given no way to the provider of ${ref}.`, {
        hint: '`cred list` shows who revokes what.',
      });
    }
    await assertNotNeeded(context, credential);
    const text = `Firebreak forgot the way to revoke ${ref} “${name}” ${providerAt(provider)}, and its secret.`;
    const told = `By @${caller.person.handle}: ${text}`;
    await store.save({
      notices: await takenAwayNotices(context, told),
      providerDrops: [{ key: { connection, id }, revision: provider.revision }],
      events: [
        {
          chain: instanceChain,
          kind: 'provider_dropped',
          actor: actorFor(caller.person),
          source: caller.source,
          occurredAt: now(),
          text,
          data: { connection, credential: id, ref, kind: provider.kind },
        },
      ],
    });
    return {
      kind: 'view',
      title: `${ref} “${name}” is revoked by hand from now on.`,
      blocks: [
        said(text),
        said(`To give it again, in a shell: \`firebreak provider ${provider.kind} ${ref}\`.`),
      ],
      next: ['cred list'],
      audience: 'person',
      outcome: 'done',
      data: { ref, kind: provider.kind },
    };
  },
});

/** No plan is named: it may be of an incident that this person may not see. */
async function assertNotNeeded(
  { store, now }: CommandContext,
  { connection, id, ref }: ChosenCredential['credential'],
): Promise<void> {
  const plans = [...(await store.plans.waitingOn(connection)), ...(await store.plans.running())];
  const isNeeded = plans.some(
    (plan) =>
      plan.purpose === 'revoke' &&
      isUnfinished(plan, now()) &&
      plan.targets.some((target) => keyText(target) === keyText({ connection, id })),
  );
  if (!isNeeded) return;
  throw new UserError('conflict', `${ref} is to be revoked by that way: a plan waits or runs.`, {
    hint: 'End that plan first; `cred status` of its incident names it.',
  });
}
