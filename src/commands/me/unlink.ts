import { z } from 'zod';

import { unlinkAccounts } from '../../domain/linking.ts';
import { UserError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { lookView, said } from '../incident-view.ts';

export const meUnlink = defineCommand({
  name: 'me unlink',
  summary: 'Let go of a chat account that is linked to you: this one, or one you name',
  examples: ['me unlink', 'me unlink slack:T024BE91L/U02AB'],
  words: ['account?'],
  permission: 'viewer',
  input: z.object({ account: z.string().max(120).exactOptional() }),

  async run(context, input) {
    const { store, caller } = context;
    const mine = await store.identities.of(caller.person.id);
    const account = input.account ?? caller.identity;
    const meant = mine.filter(({ identity }) =>
      account === undefined ? mine.length === 1 : identity === account,
    );
    if (meant.length === 0) {
      throw new UserError('not_found', 'Say which account: none of yours is meant by that.', {
        candidates: mine.map(({ identity }) => `me unlink ${identity}`),
      });
    }
    const change = unlinkAccounts(caller.person, meant, deciderOf(context));
    await store.save(change);
    return lookView({
      title: change.events[0].text,
      blocks: [said('What it says from now on is said as a guest.')],
      next: ['me'],
      data: { accounts: meant.map(({ identity }) => identity) },
    });
  },
});
