import { z } from 'zod';

import type { Incident } from '../../domain/incident.ts';
import type { Workflow } from '../../domain/inventory.ts';
import type { Decider } from '../../domain/plan-change.ts';
import { actorFor } from '../../domain/plan-change.ts';
import { assertOpen } from '../../domain/planning.ts';
import { counted, listed } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { findWorkflows } from '../find-workflows.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { assertNoLoneLetter } from '../lone-letter.ts';
import { missingBlocks, nothingFound } from '../nothing-found.ts';
import { audienceOf } from '../plan-view.ts';
import { snapshotJob } from '../snapshot-job.ts';

/** Each is several calls to the platform; more at once would stand in the way of containing. */
const atOnce = 20;

export const evidenceSnapshot = defineCommand({
  name: 'evidence snapshot',
  summary: 'Seal what the platform holds of these workflows now, before anybody touches it',
  examples: ['evidence snapshot w12', 'evidence snapshot w12 w3'],
  words: ['query…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ query: z.string(), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    assertOpen(incident);
    assertNoLoneLetter(context, 'evidence snapshot', input.query);
    const found = await findWorkflows(context, input.query, atOnce);
    const { hits, total } = found;
    if (total === 0) {
      throw nothingFound((meant) => `evidence snapshot ${meant}`, found, {
        message: 'No workflow was found, so there is nothing to seal.',
        hint: 'Try the query with `scope find`.',
      });
    }
    if (total > atOnce) {
      throw new UserError(
        'bad_input',
        `${counted(total, 'workflow')} found; at most ${atOnce} are sealed at once.`,
        {
          hint: 'Name the ones that matter; a plan seals evidence of all its workflows by itself.',
        },
      );
    }
    const workflows = hits.map((hit) => hit.workflow);
    const by = deciderOf(context);
    await context.store.save({
      jobs: workflows.map((workflow) => snapshotJob(incident, workflow, by.person.id, by.now)),
      events: [requested(incident, workflows, by)],
    });
    const refs = workflows.map((workflow) => workflow.ref);
    return {
      kind: 'view',
      title: `Sealing evidence of ${listed(refs, atOnce)}`,
      blocks: [...note, ...missingBlocks(found.missing)],
      next: ['evidence list'],
      audience: audienceOf(incident),
      outcome: 'open',
      follow: `evidence list ${refs.join(' ')} since:${by.now.toISOString()} in:${incident.name}`,
      data: { incident: incident.name, workflows: refs, since: by.now.toISOString() },
    };
  },
});

function requested(incident: Incident, workflows: readonly Workflow[], by: Decider) {
  const refs = workflows.map((workflow) => workflow.ref);
  return {
    chain: incident.id,
    kind: 'evidence_requested',
    actor: actorFor(by.person),
    source: by.source,
    occurredAt: by.now,
    text: `Asked to seal evidence of ${listed(refs, atOnce)}.`,
    data: { workflows: refs },
  };
}
