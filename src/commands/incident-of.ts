import { z } from 'zod';

import type { Incident } from '../domain/incident.ts';
import type { Block } from '../domain/reply.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';

/** The option of every command that is about an incident: spread it into `options`. */
export const incidentOption = { in: 'Which incident, e.g. INC-7' } as const;

/** Its part of the input schema: spread it into `z.object`. */
export const incidentInput = { in: z.string().max(40).exactOptional() } as const;

/** The incident a line is about; `note` tells the person when it was not named. */
export type ChosenIncident = {
  readonly incident: Incident;
  /** Empty, or one block for the top of the reply. */
  readonly note: readonly Block[];
};

const mostCandidates = 10;

/**
 * Which incident: the one named by `in:`, else the page's or the room's, else the only open one.
 *
 * What the caller may not see does not exist for any of the three.
 *
 * @throws UserError `not_found` for an unknown name, `ambiguous` with the open incidents to pick
 *   from, `not_ready` when none is open
 */
export async function incidentOf(
  { store, caller }: CommandContext,
  named: string | undefined,
): Promise<ChosenIncident> {
  const viewer = caller.person.id;
  if (named !== undefined) {
    const incident = await store.incidents.byName(named, viewer);
    if (incident !== undefined) return { incident, note: [] };
    throw unseen(`There is no incident “${named}” that you can see.`, planHint(named));
  }
  if (caller.incident !== undefined) {
    const incident = await store.incidents.byId(caller.incident, viewer);
    if (incident !== undefined) return { incident, note: [] };
    throw unseen('You can no longer see this incident.');
  }
  const here = await store.incidents.inRoom(caller.room, viewer);
  if (here !== undefined) return { incident: here, note: [] };

  const open = await store.incidents.list(viewer, { closed: false, limit: mostCandidates });
  const [only, ...others] = open;
  if (only === undefined) {
    throw new UserError('not_ready', 'No incident is open.', {
      hint: 'e.g. `declare Stripe key leaked sev:2`',
    });
  }
  if (others.length === 0) return { incident: only, note: [chosenFor(only)] };
  throw new UserError('ambiguous', 'Several incidents are open. Say which one.', {
    hint: `e.g. add \`in:${only.name}\``,
    candidates: open.map(({ name, title }) => `in:${name} ${title}`),
  });
}

function unseen(message: string, hint?: string): UserError {
  return new UserError('not_found', message, {
    hint: hint ?? '`list` shows the open ones, `list closed:yes` all.',
  });
}

/** `status P-4` is about a plan. */
function planHint(named: string): string | undefined {
  return /^p-\d{1,9}$/i.test(named) ? `\`contain status ${named.toUpperCase()}\`` : undefined;
}

function chosenFor({ name, title }: Incident): Block {
  return { kind: 'text', text: `About ${name} “${title}”: the only open incident.` };
}
