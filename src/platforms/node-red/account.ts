import type { ProbeResult } from '../platform.ts';
import type { NodeRedClient } from './client.ts';

/** What Firebreak asks of a user, and what the lack of it costs. */
const needed = {
  'flows.write': 'Tabs cannot be switched off, or on again.',
  'settings.read': 'Where flows are served, and the version, are not known.',
  'nodes.read': 'Which modules its nodes come from is not known.',
  'context.read': 'Whether nodes run is not told, so schedules and listeners cannot be verified.',
  'credentials.read': 'Which nodes hold credentials is not known.',
} as const;
type Permission = keyof typeof needed;

/** An id that no node has. */
const nobody = 'firebreak-asks-whether-it-may';

/**
 * Finds out what this user may do by asking for each thing, in ways that change nothing. Without
 * `flows.read` there is nothing to ask for.
 */
export async function probeAccount(
  client: NodeRedClient,
  signal: AbortSignal,
): Promise<ProbeResult> {
  await client.flows(signal);
  const settings = await client.settings(signal);
  const mayDeploy = await client.mayDeploy(signal);
  const seesCredentials = (await client.credentialFields('inject', nobody, signal)) !== undefined;
  const lacks: Readonly<Record<Permission, boolean>> = {
    'flows.write': !mayDeploy,
    'settings.read': settings === undefined,
    'nodes.read': (await client.nodeSets(signal)) === undefined,
    'context.read': (await client.runs(nobody, signal)) === undefined,
    'credentials.read': !seesCredentials,
  };
  return {
    identity: identityOf(settings?.user),
    ...(settings?.version === undefined ? {} : { version: settings.version }),
    capabilities: {
      ...(mayDeploy ? { disable: 'sync' } : { disable: 'none', disableLacks: ['flows.write'] }),
      enable: mayDeploy,
      stop: 'with_disable',
      listExecutions: false,
      listCredentials: seesCredentials,
      listUsers: false,
      versions: false,
      ...(mayDeploy ? { muteNodes: true } : {}),
      ...(mayDeploy && seesCredentials ? { overwriteCredentials: true } : {}),
    },
    missing: permissions
      .filter((permission) => lacks[permission])
      .map((permission) => ({ permission, consequence: needed[permission] })),
    excess: [],
    clockAheadMs: client.api.clockAheadMs,
  };
}

const permissions = Object.keys(needed).filter(isPermission);

function isPermission(text: string): text is Permission {
  return Object.hasOwn(needed, text);
}

function identityOf(
  user: { username?: string | undefined; anonymous?: boolean | undefined } | undefined,
): string {
  if (user?.username) return user.username;
  if (user?.anonymous) return 'anyone: this Node-RED lets people in without signing in';
  return 'a user whom Node-RED does not name, or anyone';
}
