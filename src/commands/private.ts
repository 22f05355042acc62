import { z } from 'zod';

import type { Incident } from '../domain/incident.ts';
import type { IncidentChange } from '../domain/lifecycle.ts';
import type { Decider } from '../domain/plan-change.ts';
import { addMember, removeMember, setVisibility } from '../domain/privacy.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { defineCommand } from './command.ts';
import { deciderOf, personCalled } from './deciding.ts';
import { incidentInput, incidentOf, incidentOption } from './incident-of.ts';
import { changeView, warned } from './incident-view.ts';
import { handleInput } from './inputs.ts';

const sets = ['on', 'off', 'add', 'remove'] as const;

export const makePrivate = defineCommand({
  name: 'private',
  aliases: ['restrict'],
  summary: 'Hide the incident from all but its people, open it again, or name who may see it',
  examples: ['private on', 'private add @ana', 'private remove @ana', 'private off in:INC-7'],
  words: ['set?', 'who?'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({
    set: z.string().toLowerCase().pipe(z.enum(sets)).exactOptional(),
    who: handleInput.exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const set = input.set ?? 'on';
    const change = await decide(context, incident, { set, who: input.who });
    await context.store.save(change);
    // Its number was counted with the open ones, and people have read it.
    const known =
      set === 'on' ? [warned(`Who has seen ${incident.name} until now knows that it exists.`)] : [];
    return changeView(change.incidents[0], {
      text: change.events[0].text,
      blocks: [...note, ...known],
      next: set === 'off' ? ['status'] : ['private add @…', 'status'],
    });
  },
});

async function decide(
  context: CommandContext,
  incident: Incident,
  { set, who }: { set: (typeof sets)[number]; who: string | undefined },
): Promise<IncidentChange> {
  const by: Decider = deciderOf(context);
  if (set === 'on' || set === 'off') {
    if (who !== undefined) {
      throw new UserError('bad_input', `“private ${set}” is about everyone, not about @${who}.`, {
        hint: `e.g. \`private add @${who}\``,
      });
    }
    return setVisibility(incident, set === 'on' ? 'private' : 'open', by);
  }
  if (who === undefined) {
    throw new UserError('bad_input', `Say whom to ${set}.`, {
      hint: `e.g. \`private ${set} @ana\``,
    });
  }
  const person = await personCalled(context, who);
  return set === 'add' ? addMember(incident, person, by) : removeMember(incident, person, by);
}
