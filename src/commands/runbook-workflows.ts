import type { Connection } from '../domain/connection.ts';
import { workflowOf } from '../domain/evidence.ts';
import type { Incident } from '../domain/incident.ts';
import type { Workflow } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import { targetsAtMost } from '../domain/planning.ts';
import type { Query } from '../domain/query.ts';
import { conditionWords, credentialsIn, queryOf } from '../domain/runbook-input.ts';
import type { Sealing } from '../domain/runbook-proof.ts';
import type { Walk } from '../domain/runbook-run.ts';
import { currentOf } from '../domain/runbook-run.ts';
import type { Condition } from '../domain/runbook.ts';
import type { CommandContext } from './command.ts';
import type { FoundWorkflows } from './find-workflows.ts';
import { findWithFoundOn } from './found-on.ts';
import { stageOf } from './on-stage.ts';

/**
 * The workflows that a step is about, as the inventory has them now. In a drill those of its
 * own platform alone: no other would be put back.
 */
export async function workflowsOf(
  context: CommandContext,
  walk: Walk,
  where: Condition,
  limit = targetsAtMost,
): Promise<FoundWorkflows> {
  const credentials = credentialsIn(where, walk.run.inputs);
  const used = await context.store.inventory.usersOfCredentials(credentials);
  const users = new Map<string, Workflow[]>();
  for (const { credential, workflow } of used) {
    users.set(keyText(credential), [...(users.get(keyText(credential)) ?? []), workflow]);
  }
  const keys = new Map(
    [...users].map(([key, own]) => [key, own.map(({ connection, id }) => ({ connection, id }))]),
  );
  const query = onStage(
    queryOf(where, walk.run.inputs, keys),
    await stageOf(context, walk.run.incident),
  );
  const { hits, total } = await findWithFoundOn(context, query, limit);
  const reason = conditionWords(where, walk.run.inputs);
  return {
    hits: hits.map(({ workflow }) => ({ workflow, reasons: [reason] })),
    total,
    named: new Set(),
  };
}

function onStage(query: Query, stage: Connection | undefined): Query {
  if (stage === undefined) return query;
  const there = { kind: 'text', field: 'connection', value: stage.name, wildcard: false } as const;
  return { kind: 'and', of: [there, query] };
}

/** Of a `capture` step: what was not sealed since it came up, or that there is nothing to seal. */
export async function sealingOf(
  context: CommandContext,
  walk: Walk,
  incident: Incident,
): Promise<Sealing> {
  const { visit, step } = currentOf(walk);
  if (step.deed?.action !== 'evidence.snapshot' || step.deed.where === undefined) {
    return { unsealed: [] };
  }
  const { hits } = await workflowsOf(context, walk, step.deed.where);
  if (hits.length === 0) {
    return { unsealed: [], foundNone: conditionWords(step.deed.where, walk.run.inputs) };
  }
  const sealed = new Set(
    (await context.store.evidence.ofIncident(incident.id))
      .filter(({ collectedAt }) => collectedAt >= visit.startedAt)
      .flatMap((evidence) => workflowOf(evidence) ?? [])
      .map(keyText),
  );
  const open = hits.filter(({ workflow }) => !sealed.has(keyText(workflow)));
  return { unsealed: open.map(({ workflow }) => workflow.ref) };
}
