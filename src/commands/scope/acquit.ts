import { z } from 'zod';

import {
  acquittalEvent,
  acquittalWords,
  acquittedIn,
  convictedIn,
} from '../../domain/conviction.ts';
import { holdersOf } from '../../domain/holders.ts';
import type { Incident } from '../../domain/incident.ts';
import { keyText } from '../../domain/inventory.ts';
import { assertOpen } from '../../domain/planning.ts';
import type { InScope } from '../../domain/scope.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { audienceOf } from '../plan-view.ts';
import { oneWorkflow } from '../scope-items.ts';

/** How many events of an incident are searched for an earlier verdict. */
const eventsRead = 10_000;

export const scopeAcquit = defineCommand({
  name: 'scope acquit',
  summary: 'Say that a workflow is harmless: an undo may switch it on, whatever address it has',
  examples: ['scope acquit w12'],
  words: ['workflow'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ workflow: z.string().max(40), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    assertOpen(incident);
    const by = deciderOf(context);
    const item = await oneWorkflow(context, input.workflow, incident.id, by);
    const scope = await context.store.scope.of(incident.id);
    const wasConvicted = convictedIn(scope).has(keyText(item.key));
    const events = await context.store.timeline.latest(incident.id, eventsRead);
    if (!wasConvicted && acquittedIn(events).has(keyText(item.key))) {
      throw new UserError('conflict', `${item.ref} is acquitted in ${incident.name} already.`, {
        hint: `\`scope convict ${item.ref}\` says that it is hostile.`,
      });
    }
    await context.store.save({
      ...(wasConvicted
        ? { scopeVerdicts: [{ incident: incident.id, key: item.key, verdict: null }] }
        : {}),
      events: [acquittalEvent(incident.id, by, item, wasConvicted)],
    });
    const doubted = await plansThatDoubt(context, incident, item);
    return {
      kind: 'view',
      title: `Acquitted: ${item.ref} “${item.name}” ${acquittalWords(wasConvicted)}`,
      blocks: note,
      next: [...doubted.map((plan) => `contain verify ${plan}`), 'scope show'],
      audience: audienceOf(incident),
      outcome: 'done',
      data: { incident: incident.name, acquitted: item.ref ?? null },
    };
  },
});

/** Plans that could not be verified as long as this one was feared at an address of theirs. */
async function plansThatDoubt(
  { store }: CommandContext,
  incident: Incident,
  { key }: InScope,
): Promise<readonly string[]> {
  const held = await store.watch.held(key.connection);
  const plans = held.flatMap(({ plan, action }) => {
    const isDoubted = action.state === 'unverifiable' && plan.incident === incident.id;
    return isDoubted && holdersOf(action).some(({ id }) => id === key.id) ? [plan.name] : [];
  });
  return [...new Set(plans)];
}
