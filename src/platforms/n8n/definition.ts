import { hashOf } from '../hash.ts';
import type { N8nWorkflow } from './answers.ts';

/** What runs: the published version, or the draft where n8n keeps no versions (before 2.0). */
export type LiveVersion = {
  readonly versionId: string | undefined;
  readonly nodes: readonly unknown[];
  readonly connections: unknown;
};

/** @returns undefined when nothing of the workflow runs by itself */
export function liveVersionOf(workflow: N8nWorkflow): LiveVersion | undefined {
  const { active, activeVersion, activeVersionId } = workflow;
  if (activeVersion) {
    const { versionId, nodes, connections } = activeVersion;
    return { versionId: versionId ?? activeVersionId ?? undefined, nodes, connections };
  }
  if (!active) return undefined;
  const { nodes, connections } = workflow;
  return { versionId: activeVersionId ?? undefined, nodes, connections };
}

export type DefinitionHashes = {
  /** Draft, live version, activation and archiving. */
  readonly whole: string;
  /** The draft alone. */
  readonly content: string;
  /** The live version alone; absent when nothing of it runs by itself. */
  readonly live?: string;
  readonly draftDiffers: boolean;
};

/**
 * SHA-256 over the RFC 8785 form, the same from a list page and from the workflow alone.
 *
 * Name, tags and sharing are left out: they change what a workflow is called, not what it does.
 * So are static and pinned data: n8n rewrites the first on each run.
 */
export function hashesOf(workflow: N8nWorkflow): DefinitionHashes {
  const { nodes, connections, settings, active, isArchived } = workflow;
  const live = liveVersionOf(workflow);
  const draftSteps = hashOf({ nodes, connections });
  const content = hashOf({ steps: draftSteps, settings });
  const liveSteps = live ? stepsOf(live, workflow, draftSteps) : null;
  const runs = live ? { steps: liveSteps, versionId: live.versionId ?? null } : null;
  return {
    whole: hashOf({ content, live: runs, active, archived: isArchived }),
    content,
    ...(runs ? { live: hashOf(runs) } : {}),
    draftDiffers: liveSteps !== null && liveSteps !== draftSteps,
  };
}

/** Mostly what runs is what the draft shows, in the very same text; that needs no second hash. */
function stepsOf(live: LiveVersion, draft: N8nWorkflow, draftSteps: string): string {
  const isSame =
    JSON.stringify(live.nodes) === JSON.stringify(draft.nodes) &&
    JSON.stringify(live.connections) === JSON.stringify(draft.connections);
  return isSame ? draftSteps : hashOf({ nodes: live.nodes, connections: live.connections });
}
