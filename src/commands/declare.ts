import { z } from 'zod';

import type { Incident } from '../domain/incident.ts';
import { assumedSeverity, declareIncident } from '../domain/lifecycle.ts';
import { isChatRoom } from '../domain/rooms.ts';
import type { CommandContext } from './command.ts';
import { defineCommand } from './command.ts';
import { deciderOf } from './deciding.ts';
import { changeView, said, warned } from './incident-view.ts';
import { lineOf, severityInput } from './inputs.ts';

export const declare = defineCommand({
  name: 'declare',
  aliases: ['new', 'create', 'report'],
  summary: 'Open an incident and take command of it',
  examples: [
    'declare Stripe key leaked sev:2',
    'declare "n8n host calls evil.example" severity:sev1 private',
    'declare Quarterly exercise --drill',
  ],
  words: ['title…'],
  options: { severity: 'sev1 (worst) to sev4' },
  flags: {
    private: 'Only members and role holders know that it exists',
    drill: 'An exercise: it never touches a production connection',
  },
  // Taken for one, an incident in earnest would find every production connection refused.
  spelledOut: { drill: 'Is it an exercise? A title may end in “drill” as well.' },
  optionAliases: { sev: 'severity' },
  permission: 'responder',
  forGuests: true,
  input: z.object({
    title: lineOf(200),
    severity: severityInput.exactOptional(),
    private: z.boolean().exactOptional(),
    drill: z.boolean().exactOptional(),
  }),

  async run(context, input) {
    const { store, caller, newId } = context;
    const change = declareIncident(
      {
        id: newId(),
        title: input.title,
        severity: input.severity ?? assumedSeverity,
        visibility: input.private === true ? 'private' : 'open',
        drill: input.drill === true,
      },
      deciderOf(context),
    );
    const stays = await workedAt(context);
    const rooms = stays ? [] : [{ room: caller.room, incident: change.incidents[0].id }];
    const saved = await store.save({ ...change, rooms });
    const incident = saved.incidents[0] ?? change.incidents[0];
    const assumed = input.severity === undefined ? ' (assumed: `sev 1` to `sev 4` sets it)' : '';
    const commander =
      incident.roles.length > 0
        ? `@${caller.person.handle} is commander.`
        : 'Nobody commands it yet: a responder types `role claim commander`.';
    return changeView(incident, {
      text: `Declared as ${incident.name}, ${incident.severity}${assumed}. ${commander}`,
      blocks: [
        ...(incident.drill ? [warned('This is a drill.')] : []),
        ...(stays ? [said(staysWords(stays, incident))] : []),
        ...(input.private === true
          ? [said('Only its members and role holders know of it: `private add @…`')]
          : []),
      ],
      next: ['scope find credential:…', 'role assign scribe @…', 'log add …', 'status'],
    });
  },
});

/** What others work at in this room, who may see it or not: it stays about that. */
async function workedAt({ store, caller }: CommandContext): Promise<
  | {
      readonly name?: string;
    }
  | undefined
> {
  if (!isChatRoom(caller.room)) return;
  const there = await store.incidents.ofRoom(caller.room);
  if (there === undefined || there.closedAt !== undefined) return;
  const seen = await store.incidents.byId(there.id, caller.person.id);
  return seen ? { name: seen.name } : {};
}

function staysWords(stays: { readonly name?: string }, { name }: Incident): string {
  const how = stays.name === undefined ? 'as it is' : `about ${stays.name}`;
  return `This room stays ${how}; \`room join ${name}\` in another makes that one its own.`;
}
