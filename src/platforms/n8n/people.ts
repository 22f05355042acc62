import { counted } from '../../domain/wording.ts';
import { PlatformError } from '../../errors.ts';
import type { Accepted, Belonging, Handover } from '../platform.ts';
import type { N8nCredential, N8nUser, N8nWorkflow } from './answers.ts';
import type { N8nClient } from './client.ts';

/** Something that lies in a project. */
export type Placed = Belonging & { readonly project: string | undefined };

/** Everything that can be given away, and where it lies. */
export type Places = {
  readonly items: readonly Placed[];
  /** The personal projects of this user. */
  readonly projectsOf: (user: string) => ReadonlySet<string>;
  readonly users: readonly N8nUser[];
};

/**
 * Where everything lies. n8n lists projects by id only: whose each is stands in a workflow read
 * alone, of which one for each project is enough; beside credentials stands the address at least.
 */
export async function placesOf(client: N8nClient, signal: AbortSignal): Promise<Places> {
  const [workflows, credentials, users] = await Promise.all([
    client.workflows(signal),
    client.credentials(signal),
    client.users(signal),
  ]);
  if (workflows.unreadable > 0) {
    throw new PlatformError(
      'n8n',
      'unreadable',
      'n8n lists workflows in a form that cannot be read, so whose they are is not known.',
    );
  }
  const owners = new Map<string, string | undefined>();
  for (const workflow of workflows.items) {
    const project = projectOf(workflow);
    if (project === undefined || owners.has(project)) continue;
    const read = await client.workflow(workflow.id, signal);
    owners.set(project, personIn(read, users.items));
  }
  for (const { shared } of credentials.items) {
    const own = shared.find(({ role }) => role === 'credential:owner');
    if (own && !owners.has(own.id)) owners.set(own.id, byAddress(own.name, users.items));
  }
  return {
    users: users.items,
    items: [...workflows.items.map(placedWorkflow), ...credentials.items.map(placedCredential)],
    projectsOf: (user) =>
      new Set([...owners].filter(([, owner]) => owner === user).map(([project]) => project)),
  };
}

/** All that lies in the personal projects of a user. */
export function belongings({ items, projectsOf }: Places, user: string): readonly Placed[] {
  const own = projectsOf(user);
  return items.filter(({ project }) => project !== undefined && own.has(project));
}

/** Gives what a user owns to another: published workflows stay published, all ids stay the same. */
export async function transfer(
  client: N8nClient,
  { user, to, items }: Handover,
  signal: AbortSignal,
): Promise<Accepted> {
  const places = await placesOf(client, signal);
  const [target] = places.projectsOf(to);
  if (target === undefined) {
    throw new PlatformError(
      'n8n',
      'refused',
      'n8n tells where things of a user lie only beside something that they own. Have the new owner ' +
        'save a workflow of their own, an empty one will do, and plan this again.',
    );
  }
  const own = belongings(places, user);
  const named = new Set(items.map(({ kind, id }) => `${kind} ${id}`));
  const more = own.filter(({ kind, id }) => !named.has(`${kind} ${id}`));
  if (more.length > 0) {
    throw new PlatformError(
      'n8n',
      'conflict',
      `They own ${counted(more.length, 'thing')} more than was planned to be transferred.`,
    );
  }
  for (const { kind, id } of own) await client.transfer(kind, id, target, signal);
  return { at: client.api.now(), answer: own.length === 0 ? 'already' : 'accepted' };
}

/** Deletes a user who owns nothing; n8n would delete with them what they own. */
export async function removeUser(
  client: N8nClient,
  user: string,
  signal: AbortSignal,
): Promise<Accepted> {
  const own = belongings(await placesOf(client, signal), user);
  if (own.length > 0) {
    throw new PlatformError(
      'n8n',
      'conflict',
      `They own ${counted(own.length, 'thing')}, which n8n would delete with them, so they were not deleted.`,
    );
  }
  const wasThere = await client.deleteUser(user, signal);
  return { at: client.api.now(), answer: wasThere ? 'accepted' : 'already' };
}

function projectOf({ shared }: N8nWorkflow): string | undefined {
  const own = shared.find(({ role }) => role === 'workflow:owner') ?? shared[0];
  return own?.projectId ?? undefined;
}

/** Whose personal project it lies in; a project of several people is nobody's. */
function personIn({ shared }: N8nWorkflow, users: readonly N8nUser[]): string | undefined {
  const own = shared.find(({ role }) => role === 'workflow:owner') ?? shared[0];
  if (own?.project?.type !== 'personal') return undefined;
  return own.project.creatorId ?? byAddress(own.project.name, users);
}

/** n8n calls a personal project `Olivia Owner <olivia@acme.test>`. */
function byAddress(name: string, users: readonly N8nUser[]): string | undefined {
  return users.find(({ email }) => email && name.endsWith(`<${email}>`))?.id;
}

function placedWorkflow(workflow: N8nWorkflow): Placed {
  const { id, active } = workflow;
  return { kind: 'workflow', id, isOn: active, project: projectOf(workflow) };
}

function placedCredential({ id, shared }: N8nCredential): Placed {
  const own = shared.find(({ role }) => role === 'credential:owner');
  return { kind: 'credential', id, isOn: false, project: own?.id };
}
