import { z } from 'zod';

import type { JsonObject } from '../../domain/json.ts';
import { targetsAtMost } from '../../domain/planning.ts';
import type { Impact } from '../../domain/simulation.ts';
import { simulate } from '../../domain/simulation.ts';
import { ago, counted } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { coverageOf } from '../coverage.ts';
import { findWorkflows, lookAround } from '../find-workflows.ts';
import { picturedAtMost, pictureOf } from '../graph-around.ts';
import { lookView, said, warned } from '../incident-view.ts';

const shownAtMost = 40;

export const containSimulate = defineCommand({
  name: 'contain simulate',
  summary: 'What breaks if these workflows are disabled; changes nothing',
  examples: ['contain simulate w3', 'contain simulate credential:"Stripe live"'],
  words: ['query…'],
  permission: 'viewer',
  input: z.object({ query: z.string() }),

  async run(context, { query }) {
    const coverage = await coverageOf(context);
    const { hits, total } = await findWorkflows(context, query, targetsAtMost);
    if (total === 0) {
      throw new UserError('not_found', 'No workflow was found, so nothing would break.', {
        hint: 'Try the query with `scope find`; it says what the inventory cannot see.',
      });
    }
    const workflows = hits.map((hit) => hit.workflow);
    const around = await lookAround(context.store.inventory, workflows);
    const impacts = simulate(workflows, around.surroundings);
    const harmed = impacts.filter(({ breaks }) => breaks.length > 0);
    const left = total - Math.min(impacts.length, shownAtMost);
    const graph = await pictureOf(context, {
      workflows: workflows.slice(0, picturedAtMost),
      credentials: [],
      hosts: [],
      unloaded: Math.max(0, total - picturedAtMost),
    });
    const now = context.now();
    return lookView({
      title: `If ${counted(total, 'workflow')} were disabled: ${titleOf(harmed.length)}`,
      blocks: [
        {
          kind: 'table',
          columns: ['ref', 'workflow', 'owner', 'last ran', 'what breaks'],
          rows: impacts
            .slice(0, shownAtMost)
            .map(({ workflow, breaks }) => [
              workflow.ref,
              workflow.name,
              workflow.owner ?? '',
              workflow.lastRanAt ? ago(workflow.lastRanAt, now) : 'not seen',
              workflow.active ? breaks.join(' ') || 'nothing that is known' : 'it is off already',
            ]),
        },
        ...(left > 0 ? [said(`${counted(left, 'workflow')} not shown; narrow the query.`)] : []),
        ...around.errorWorkflows.map(({ workflow, of }) =>
          warned(
            `${workflow.ref} is the error workflow of ${of.length === 1 ? of[0] : `${of.length} of them`}: a plan takes it in and disables it first.`,
          ),
        ),
        { kind: 'graph', graph },
        ...coverage.blocks,
      ],
      next: [`contain plan ${query}`],
      data: { query, total, impacts: impacts.map(impactJson), coverage: coverage.data },
    });
  },
});

function titleOf(harmed: number): string {
  return harmed === 0
    ? 'nothing that is known breaks'
    : `${counted(harmed, 'of them', 'of them')} would be missed`;
}

function impactJson(impact: Impact): JsonObject {
  const { workflow } = impact;
  return {
    ref: workflow.ref,
    name: workflow.name,
    active: workflow.active,
    owner: workflow.owner ?? null,
    lastRanAt: workflow.lastRanAt?.toISOString() ?? null,
    callers: [...impact.callers],
    reportsFor: [...impact.reportsFor],
    entries: impact.entries.map((entry) => ({ ...entry })),
    schedules: [...impact.schedules],
    triggers: [...impact.triggers],
    shared: impact.shared.map(({ credential, others }) => ({ credential, others: [...others] })),
    breaks: [...impact.breaks],
  };
}
