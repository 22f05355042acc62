import { z } from 'zod';

import { counts, removeFactors } from '../../domain/factor.ts';
import type { View } from '../../domain/reply.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, provenDecider } from '../deciding.ts';
import { lookView, said } from '../incident-view.ts';
import { showBoth } from '../show-time.ts';
import { zoneOf } from '../when.ts';

export const meFactor = defineCommand({
  name: 'me factor',
  summary: 'With what you can prove that it is you, and how to get it; or take it away',
  examples: ['me factor', 'me factor remove'],
  words: ['what?'],
  permission: 'viewer',
  input: z.object({ what: z.literal('remove').exactOptional() }),

  async run(context, input) {
    if (input.what === 'remove') return await remove(context);
    const { store, caller, now } = context;
    const factor = (await store.factors.of(caller.person.id)).find(counts);
    if (factor === undefined) {
      return lookView({
        title: 'You have no factor',
        blocks: [
          said(
            'Codes of an authenticator app prove that it is you where an act cannot be taken back. Get one before you need it: in the console under “Factor”, or in a shell with `firebreak factor enrol`.',
          ),
        ],
        next: ['me'],
        data: { factor: null },
      });
    }
    const locked = factor.lockedUntil !== undefined && now() < factor.lockedUntil;
    const since = factor.confirmedAt ?? factor.enrolledAt;
    return lookView({
      title: 'You have a factor: codes of an authenticator app',
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['since', showBoth(since, zoneOf(context))],
            ...(locked && factor.lockedUntil
              ? [['locked until', showBoth(factor.lockedUntil, zoneOf(context))] as const]
              : []),
          ],
        },
      ],
      next: ['me'],
      data: { factor: factor.kind, since: since.toISOString(), locked },
    });
  },
});

async function remove(context: CommandContext): Promise<View> {
  const { store, caller } = context;
  const mine = await store.factors.of(caller.person.id);
  if (mine.some(counts) && (await provenDecider(context)).steppedUp === undefined) {
    throw new UserError('not_allowed', 'To take your factor away it needs a last code of it.', {
      hint: 'It is lost? Another admin takes it away: `person factor @you`.',
      asks: 'code',
    });
  }
  // Read again: the code has just been written down in it.
  const factors = await store.factors.of(caller.person.id);
  await store.save(removeFactors(caller.person, factors, deciderOf(context)));
  return lookView({
    title: 'Your factor is gone',
    blocks: [said('A new one is made as the first one was; `me factor` says how.')],
    next: ['me factor'],
    data: { factor: null },
  });
}
