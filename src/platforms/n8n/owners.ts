import { PlatformError } from '../../errors.ts';
import type { N8nCredential, N8nWorkflow } from './answers.ts';
import type { N8nClient } from './client.ts';

/** Who holds a workflow: a person, or a project that several people share. */
export type Owner = { readonly person?: string; readonly project?: string };

/** Projects that no credential names are asked for one by one, up to this many. */
const maxAsked = 50;

/**
 * Owners by workflow id.
 *
 * The list of workflows names projects by id only. Their names stand beside credentials, and in a
 * workflow read alone, of which one for each unknown project is enough.
 */
export async function ownersOf(
  client: N8nClient,
  workflows: readonly N8nWorkflow[],
  credentials: readonly N8nCredential[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Owner>> {
  const names = new Map(
    credentials.flatMap(({ shared }) => shared.map(({ id, name }) => [id, name] as const)),
  );
  const unknown = new Map<string, string>();
  for (const workflow of workflows) {
    const project = projectOf(workflow);
    if (project !== undefined && !names.has(project)) unknown.set(project, workflow.id);
  }
  for (const [project, workflow] of [...unknown].slice(0, maxAsked)) {
    const name = await projectName(client, workflow, signal);
    if (name !== undefined) names.set(project, name);
  }
  return new Map(
    workflows.flatMap((workflow) => {
      const name = names.get(projectOf(workflow) ?? '');
      return name === undefined ? [] : [[workflow.id, ownerNamed(name)] as const];
    }),
  );
}

function projectOf({ shared }: N8nWorkflow): string | undefined {
  const own = shared.find(({ role }) => role === 'workflow:owner') ?? shared[0];
  return own?.projectId ?? undefined;
}

async function projectName(
  client: N8nClient,
  workflow: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { shared } = await client.workflow(workflow, signal);
    return (shared.find(({ role }) => role === 'workflow:owner') ?? shared[0])?.project?.name;
  } catch (error) {
    // Deleted since the listing, or not ours to read: then the owner is not known.
    if (error instanceof PlatformError && ['not_found', 'refused'].includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}

/** n8n calls a personal project `Olivia Owner <olivia@acme.test>`. */
function ownerNamed(name: string): Owner {
  const address = /<([^<>\s]+@[^<>\s]+)>$/.exec(name)?.[1];
  return address === undefined ? { project: name } : { person: address };
}
