import { z } from 'zod';

import type { Hit, Workflow } from '../../domain/inventory.ts';
import { isOn, keyText } from '../../domain/inventory.ts';
import type { JsonObject } from '../../domain/json.ts';
import { targetsAtMost } from '../../domain/planning.ts';
import type { Block } from '../../domain/reply.ts';
import type { Impact } from '../../domain/simulation.ts';
import { simulate } from '../../domain/simulation.ts';
import { ago, counted, listed } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { coverageOf } from '../coverage.ts';
import type { FoundWorkflows, Neighbourhood } from '../find-workflows.ts';
import { findWorkflows, lookAround } from '../find-workflows.ts';
import { picturedAtMost, pictureOf } from '../graph-around.ts';
import { lookView, said, warned } from '../incident-view.ts';
import { assertNoLoneLetter } from '../lone-letter.ts';
import { missingBlocks, nothingFound } from '../nothing-found.ts';
import { standingData } from '../workflow-view.ts';

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
    const { hits, total, missing = [] } = await foundWorkflows(context, query);
    const workflows = hits.map((hit) => hit.workflow);
    const around = await lookAround(context, workflows);
    const { taken, because } = foundBy(hits, around);
    const impacts = simulate([...taken, ...workflows], around.surroundings);
    const harmed = impacts.filter(({ breaks }) => breaks.length > 0);
    const all = total + taken.length;
    const left = all - Math.min(impacts.length, shownAtMost);
    const graph = await pictureOf(context, {
      workflows: workflows.slice(0, picturedAtMost),
      credentials: [],
      hosts: [],
      unloaded: Math.max(0, total - picturedAtMost),
    });
    return lookView({
      title: `If ${counted(all, 'workflow')} were disabled: ${titleOf(harmed.length, all)}`,
      blocks: [
        ...missingBlocks(missing),
        impactTable(impacts.slice(0, shownAtMost), because, context.now()),
        ...(left > 0 ? [said(`${counted(left, 'workflow')} not shown; narrow the query.`)] : []),
        ...around.errorWorkflows.map(({ workflow, of }) =>
          warned(
            `${workflow.ref} is the ${reporterOf(of)}: a plan takes it in and disables it first.`,
          ),
        ),
        { kind: 'graph', graph },
        ...coverage.blocks,
      ],
      next: [
        ...missing.flatMap(({ queries }) => queries.map((meant) => `contain simulate ${meant}`)),
        `contain plan ${query}`,
      ],
      data: {
        query,
        total,
        missing: missing.map(({ text }) => text),
        impacts: impacts.map((impact) => ({
          ...impactJson(impact),
          because: because.get(keyText(impact.workflow)) ?? '',
        })),
        coverage: coverage.data,
      },
    });
  },
});

/** @throws UserError `not_found` for none, `bad_input` for more than can be looked at together */
async function foundWorkflows(context: CommandContext, query: string): Promise<FoundWorkflows> {
  assertNoLoneLetter(context, 'contain simulate', query);
  const found = await findWorkflows(context, query, targetsAtMost);
  if (found.total === 0) {
    throw nothingFound((meant) => `contain simulate ${meant}`, found, {
      message: 'No workflow was found, so nothing would break.',
      hint: 'Try the query with `scope find`; it says what the inventory cannot see.',
    });
  }
  if (found.total > targetsAtMost) {
    const most = counted(targetsAtMost, 'workflow');
    throw new UserError(
      'bad_input',
      `${counted(found.total, 'workflow')} found; what breaks is told of at most ${most} together.`,
      { hint: 'Narrow it, for example with `connection:` or `tag:`; no plan holds more either.' },
    );
  }
  return found;
}

/** What a plan would take in as well, and by `keyText` why each workflow is here. */
function foundBy(hits: readonly Hit[], { errorWorkflows }: Neighbourhood) {
  const found = new Set(hits.map(({ workflow }) => keyText(workflow)));
  const also = errorWorkflows.filter(
    ({ workflow }) => isOn(workflow) && !found.has(keyText(workflow)),
  );
  return {
    taken: also.map(({ workflow }) => workflow),
    because: new Map([
      ...hits.map(({ workflow, reasons }) => [keyText(workflow), reasons.join('; ')] as const),
      ...also.map(({ workflow, of }) => [keyText(workflow), reporterOf(of)] as const),
    ]),
  };
}

function impactTable(
  impacts: readonly Impact[],
  because: ReadonlyMap<string, string>,
  now: Date,
): Block {
  return {
    kind: 'table',
    columns: ['ref', 'workflow', 'found by', 'owner', 'last ran', 'what breaks'],
    rows: impacts.map(({ workflow, breaks }) => [
      workflow.ref,
      workflow.name,
      because.get(keyText(workflow)) ?? '',
      workflow.owner ?? '',
      workflow.lastRanAt ? ago(workflow.lastRanAt, now) : 'not seen',
      harmWords(workflow, breaks),
    ]),
  };
}

function harmWords(workflow: Workflow, breaks: readonly string[]): string {
  if (!isOn(workflow)) return 'it is off already';
  const harm = breaks.join(' ') || 'nothing that is known';
  return workflow.active ? harm : `${notContained} ${harm}`;
}

const notContained = 'NOT contained: it is listed as off, but its last check found it on.';

function reporterOf(refs: readonly string[]): string {
  return `error workflow of ${listed(refs)}`;
}

function titleOf(harmed: number, all: number): string {
  if (harmed === 0) return 'nothing that is known breaks';
  return all === 1 ? 'something breaks' : `something breaks with ${harmed} of them`;
}

function impactJson(impact: Impact): JsonObject {
  const { workflow } = impact;
  return {
    ref: workflow.ref,
    name: workflow.name,
    ...standingData(workflow),
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
