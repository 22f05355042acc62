import { z } from 'zod';

import type { Incident } from '../domain/incident.ts';
import type { Block } from '../domain/reply.ts';
import { inline } from '../domain/spans.ts';
import { instanceChain } from '../domain/timeline.ts';
import { listed } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { Asker } from './command.ts';

/** The option of every command that is about an incident: spread it into `options`. */
export const incidentOption = { in: 'Which incident, e.g. INC-7' } as const;

/** Its part of the input schema: spread it into `z.object`. */
export const incidentInput = { in: z.string().max(40).exactOptional() } as const;

/** The incident a line is about; `note` tells the person when it was not named. */
export type ChosenIncident = {
  readonly incident: Incident;
  /** Blocks for the top of the reply; mostly none. */
  readonly note: readonly Block[];
};

/** Which incidents a line is for, where it is not said. */
type Meant = 'open' | 'closed' | 'drill';

const mostCandidates = 10;

/** A shell, or a browser: what was declared there last is meant, not a room that is about it. */
const roomOfOne = /^(?:cli|console):/;

/**
 * Which incident: the one named by `in:`, else the page's or the room's, else the only open one.
 *
 * In a room of one person's own a closed incident gives way to the open ones, unless `closed`
 * incidents are just what is asked for, or a `drill`: to that an open drill alone comes first. What the caller may not see does not exist for any of
 * them.
 *
 * @throws UserError `not_found` for an unknown name, `ambiguous` with the open incidents to pick
 *   from, `not_ready` when none is open
 */
export async function incidentOf(
  context: Asker,
  named: string | undefined,
  meant: Meant = 'open',
): Promise<ChosenIncident> {
  const { incident, note } = await chosen(context, named, meant);
  return { incident, note: incident.drill ? [...note, drillMark] : note };
}

/** Nobody may take an exercise for the real thing, or the other way round. */
const drillMark: Block = { kind: 'text', text: 'This is a drill.' };

async function chosen(
  { store, caller }: Asker,
  named: string | undefined,
  meant: Meant,
): Promise<ChosenIncident> {
  const viewer = caller.person.id;
  if (named !== undefined) {
    const incident = await store.incidents.byName(named, viewer);
    if (incident !== undefined) return { incident, note: [] };
    throw unseen(`There is no incident “${named}” that you can see.`, hintFor(named));
  }
  if (caller.incident !== undefined) {
    const incident = await store.incidents.byId(caller.incident, viewer);
    if (incident !== undefined) return { incident, note: [] };
    throw unseen('You can no longer see this incident.');
  }
  const here = await store.incidents.inRoom(caller.room, viewer);
  if (here !== undefined && !roomOfOne.test(caller.room)) return { incident: here, note: [] };
  const open = await store.incidents.list(viewer, { closed: false, limit: mostCandidates });
  const asked = meant === 'drill' ? open.filter(({ drill }) => drill) : open;
  const stays = here?.closedAt === undefined || meant === 'closed' || asked.length === 0;
  if (here !== undefined && stays) return { incident: here, note: apartFrom(here, open) };
  if (here === undefined || meant !== 'drill') return onlyOpen(open, here, 'incident');
  return onlyOpen(asked, here, 'drill');
}

/** @param closed  the one that was meant here before it was closed */
function onlyOpen(
  open: readonly Incident[],
  closed: Incident | undefined,
  what: 'incident' | 'drill',
): ChosenIncident {
  const [only, ...others] = open;
  if (only === undefined) {
    throw new UserError('not_ready', 'No incident is open.', {
      hint: 'e.g. `declare Stripe key leaked sev:2`',
    });
  }
  if (others.length === 0) return { incident: only, note: [chosenFor(only, closed, what)] };
  const message = closed
    ? `${closed.name} is closed, and several others are open. Say which one.`
    : 'Several incidents are open. Say which one.';
  throw new UserError('ambiguous', message, {
    hint: `e.g. add \`in:${only.name}\``,
    candidates: open.map(({ name, title }) => `in:${name} ${title}`),
  });
}

function unseen(message: string, hint?: string): UserError {
  return new UserError('not_found', message, {
    hint: hint ?? '`list` shows the open ones, `list closed:yes` all.',
  });
}

/** `status P-4` is about a plan, and the instance has a timeline but is no incident. */
function hintFor(named: string): string | undefined {
  if (named.toLowerCase() === instanceChain) {
    return '`log show in:instance` shows the instance’s own timeline to auditors and admins.';
  }
  return /^p-\d{1,9}$/i.test(named) ? `\`contain status ${named.toUpperCase()}\`` : undefined;
}

function chosenFor(
  { name, title }: Incident,
  closed: Incident | undefined,
  what: 'incident' | 'drill',
): Block {
  const why = closed ? `. ${closed.name} is closed.` : '.';
  return { kind: 'text', text: inline`About ${name} “${title}”: the only open ${what}${why}` };
}

/** Who declared one in a shell may since have begun to work on another. */
function apartFrom(here: Incident, open: readonly Incident[]): readonly Block[] {
  const others = open.filter(({ id }) => id !== here.id).map(({ name }) => name);
  if (others.length === 0 && here.closedAt === undefined) return [];
  const state = here.closedAt ? ', which is closed' : here.resolvedAt ? ', which is resolved' : '';
  const rest = others.length === 0 ? 'None is open.' : `Also open: ${listed(others)}.`;
  return [{ kind: 'text', text: inline`About ${here.name} “${here.title}”${state}. ${rest}` }];
}
