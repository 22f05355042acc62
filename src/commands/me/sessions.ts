import { z } from 'zod';

import { ago } from '../../domain/wording.ts';
import { defineCommand } from '../command.ts';
import { lookView, said } from '../incident-view.ts';
import { liveSessionsOf, sessionRef } from '../sessions.ts';

export const meSessions = defineCommand({
  name: 'me sessions',
  summary: 'The browsers that are signed in to the console as you',
  examples: ['me sessions'],
  words: [],
  permission: 'viewer',
  input: z.object({}),

  async run(context) {
    const { caller, now } = context;
    const sessions = await liveSessionsOf(context);
    const others = sessions.filter(({ id }) => id !== caller.session);
    return lookView({
      title:
        sessions.length === 0
          ? 'No browser is signed in as you'
          : `Signed in as you: ${sessions.length}`,
      blocks: [
        ...(sessions.length === 0
          ? []
          : [
              {
                kind: 'table' as const,
                columns: ['session', 'browser', 'since', 'last used'],
                rows: sessions.map((session) => [
                  sessionRef(session),
                  session.userAgent + (session.id === caller.session ? ' (this browser)' : ''),
                  ago(session.startedAt, now()),
                  ago(session.seenAt, now()),
                ]),
              },
            ]),
        said('One that you do not know: `me signout others`, then tell an admin.'),
      ],
      next: [
        ...others.slice(0, 2).map((session) => `me signout ${sessionRef(session)}`),
        ...(others.length > 1 ? ['me signout others'] : []),
      ],
      data: {
        sessions: sessions.map((session) => ({
          session: sessionRef(session),
          browser: session.userAgent,
          startedAt: session.startedAt.toISOString(),
          seenAt: session.seenAt.toISOString(),
          here: session.id === caller.session,
        })),
      },
    });
  },
});
