import { z } from 'zod';

import type { Evidence } from '../../domain/evidence.ts';
import { workflowOf } from '../../domain/evidence.ts';
import type { Incident } from '../../domain/incident.ts';
import type { Workflow } from '../../domain/inventory.ts';
import { keyText } from '../../domain/inventory.ts';
import type { Block, ReplyOutcome } from '../../domain/reply.ts';
import { counted } from '../../domain/wording.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { evidenceJson, evidenceTable, notHadBlocks } from '../evidence-view.ts';
import type { FoundWorkflows } from '../find-workflows.ts';
import { findWorkflows } from '../find-workflows.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { warned } from '../incident-view.ts';
import { missingBlocks, nothingFound } from '../nothing-found.ts';
import { sealedLine } from '../runbook-onward.ts';
import { snapshotJobId } from '../snapshot-job.ts';

const shownAtMost = 100;
const filteredAtMost = 100;

export const evidenceList = defineCommand({
  name: 'evidence list',
  summary: 'What was sealed in this incident: hash, size, when, by whom, from where',
  examples: ['evidence list', 'evidence list w12'],
  words: ['query…'],
  options: { ...incidentOption, since: 'How the snapshots asked for at this time get on' },
  permission: 'viewer',
  input: z.object({
    query: z.string().exactOptional(),
    since: z.iso.datetime().exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const named = await namedWorkflows(context, input.query);
    const workflows = named?.hits.map((hit) => hit.workflow);
    const progress =
      input.since === undefined || workflows === undefined
        ? { outcome: 'done' as const, blocks: [] }
        : await progressOf(context, incident, workflows, new Date(input.since));
    const keys = workflows && new Set(workflows.map(keyText));
    const all = await context.store.evidence.ofIncident(incident.id);
    const found = all.filter((one) => !keys || isOf(one, keys));
    const left = found.length - shownAtMost;
    const onward = progress.outcome === 'open' ? undefined : await sealedLine(context, incident.id);
    return {
      kind: 'view',
      title:
        found.length === 0
          ? `No evidence is sealed in ${incident.name} yet`
          : `${counted(found.length, 'piece')} of evidence in ${incident.name}`,
      blocks: [
        ...note,
        ...missingBlocks(named?.missing),
        ...progress.blocks,
        ...(await evidenceTable(context, found.slice(0, shownAtMost))),
        ...notHadBlocks(found),
        ...(left > 0 ? [warned(`${left} more not shown; name a workflow to narrow it.`)] : []),
      ],
      next: found[0]
        ? [
            ...(onward === undefined ? [] : [onward]),
            `evidence show ${found[0].name}`,
            'evidence verify',
          ]
        : ['evidence snapshot <w12>'],
      audience: 'person',
      outcome: progress.outcome,
      ...(input.since === undefined
        ? {}
        : {
            follow: `evidence list ${input.query ?? ''} since:${input.since} in:${incident.name}`,
          }),
      data: { incident: incident.name, evidence: found.map(evidenceJson) },
    };
  },
});

function isOf(evidence: Evidence, keys: ReadonlySet<string>): boolean {
  const workflow = workflowOf(evidence);
  return workflow !== undefined && keys.has(keyText(workflow));
}

async function namedWorkflows(
  context: CommandContext,
  query: string | undefined,
): Promise<FoundWorkflows | undefined> {
  if (query === undefined) return undefined;
  const found = await findWorkflows(context, query, filteredAtMost);
  if (found.total > 0) return found;
  throw nothingFound((meant) => `evidence list ${meant}`, found, {
    message: 'No workflow was found.',
    hint: '`evidence list` alone lists all evidence of the incident.',
  });
}

async function progressOf(
  { store }: CommandContext,
  incident: Incident,
  workflows: readonly Workflow[],
  since: Date,
): Promise<{ readonly outcome: ReplyOutcome; readonly blocks: readonly Block[] }> {
  const states = await Promise.all(
    workflows.map(async (workflow) => ({
      workflow,
      job: await store.jobs.state('snapshot', snapshotJobId(incident, workflow, since)),
    })),
  );
  // A try that failed is repeated by itself, but whoever waits at a shell must learn the reason now.
  const failed = states.filter(
    ({ job }) => job?.state === 'failed' || (job?.state === 'waiting' && job.lastError),
  );
  const open = states.some(({ job }) => job?.state === 'running' || job?.state === 'waiting');
  return {
    outcome: failed.length > 0 ? 'failed' : open ? 'open' : 'done',
    blocks: failed.map(({ workflow, job }) =>
      warned(`No evidence of ${workflow.ref} could be sealed. ${job?.lastError ?? ''}`.trim()),
    ),
  };
}
