import { convictedIn, convictionEvent } from '../domain/conviction.ts';
import type { Incident } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import { conditionWords } from '../domain/runbook-input.ts';
import type { Walk } from '../domain/runbook-run.ts';
import type { Condition } from '../domain/runbook.ts';
import { newToScope, scopeEvent } from '../domain/scope.ts';
import { listed } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { coverageOf } from './coverage.ts';
import { deciderOf } from './deciding.ts';
import type { Carried, Here } from './runbook-carried.ts';
import { workflowsOf } from './runbook-workflows.ts';

/** Marks as hostile all that the step finds, as `scope convict` does one by one. */
export async function convictAll(context: CommandContext, here: Here): Promise<Carried> {
  const { walk, incident, deed } = here;
  const { store } = context;
  const by = deciderOf(context);
  const { blocks } = await coverageOf(context);
  const missing = await notConvicted(context, walk, incident, deed.where);
  const items = await notYetConvicted(context, walk, incident, deed.where);
  if (items.length === 0 && missing !== undefined) {
    throw new UserError('not_found', `There is nothing to mark: ${missing}.`, {
      hint: '`scope sync` looks again; `runbook skip <why>` goes on without.',
    });
  }
  if (items.length === 0) {
    return { change: {}, text: 'all of them are marked already', ends: true, blocks };
  }
  const wanted = items.map(({ connection, id, name, ref, hash }) => ({
    incident: incident.id,
    addedBy: by.person.id,
    addedAt: by.now,
    kind: 'workflow' as const,
    key: { connection, id },
    name,
    ref,
    observedHash: hash,
  }));
  const added = newToScope(await store.scope.of(incident.id), wanted);
  const verdict = { by: by.person.id, at: by.now };
  return {
    change: {
      scopeAdds: added,
      scopeVerdicts: wanted.map(({ key }) => ({ incident: incident.id, key, verdict })),
      events: [
        ...(added.length > 0 ? [scopeEvent(incident.id, by, 'scope_added', added)] : []),
        ...wanted.map((item) => convictionEvent(incident.id, by, item, verdict)),
      ],
    },
    text: `hostile, and so left off by every undo that does not name them: ${listed(
      wanted.map(({ ref }) => ref),
      20,
    )}`,
    ends: true,
    blocks,
  };
}

/** `not marked yet: w3`, or that nothing was found. */
export async function notConvicted(
  context: CommandContext,
  walk: Walk,
  incident: Incident,
  where: Condition | undefined,
): Promise<string | undefined> {
  if (where === undefined) return undefined;
  const { total } = await workflowsOf(context, walk, where);
  if (total === 0) return `no workflow was found: ${conditionWords(where, walk.run.inputs)}`;
  const left = await notYetConvicted(context, walk, incident, where);
  if (left.length === 0) return undefined;
  return `not marked yet: ${listed(
    left.map(({ ref }) => ref),
    10,
  )}`;
}

async function notYetConvicted(
  context: CommandContext,
  walk: Walk,
  incident: Incident,
  where: Condition | undefined,
) {
  if (where === undefined) return [];
  const { hits } = await workflowsOf(context, walk, where);
  const convicted = convictedIn(await context.store.scope.of(incident.id));
  return hits
    .map(({ workflow }) => workflow)
    .filter((workflow) => !convicted.has(keyText(workflow)));
}
