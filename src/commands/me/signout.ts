import { z } from 'zod';

import { signOut } from '../../domain/session.ts';
import { counted } from '../../domain/wording.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { lookView, said } from '../incident-view.ts';
import { liveSessionsOf, sessionRef, sessionsMeant } from '../sessions.ts';

export const meSignout = defineCommand({
  name: 'me signout',
  summary: 'End one of your console sessions, all others than this browser, or all',
  examples: ['me signout 4f2a1c3d', 'me signout others', 'me signout all'],
  words: ['session'],
  permission: 'viewer',
  input: z.object({ session: z.string().trim().min(1).max(60) }),

  async run(context, input) {
    const { store, caller } = context;
    const meant = sessionsMeant(await liveSessionsOf(context), input.session, caller.session);
    await store.save(signOut(meant, deciderOf(context)));
    const here = meant.some(({ id }) => id === caller.session);
    return lookView({
      title: `Ended ${counted(meant.length, 'session')}`,
      blocks: [
        said(
          here ? 'This browser was one of them.' : 'Pages that were open there show nothing more.',
        ),
      ],
      next: here ? [] : ['me sessions'],
      data: { ended: meant.map(sessionRef) },
    });
  },
});
