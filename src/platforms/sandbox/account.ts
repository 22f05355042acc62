import type { ProbeResult } from '../platform.ts';

/** What an account of the sandbox may be allowed, and what the lack of it costs. */
const needed = {
  'workflow:list': 'Nothing can be found, disabled or verified.',
  'workflow:read': 'Drift and evidence of single workflows cannot be read, so nothing is disabled.',
  'workflow:deactivate': 'Workflows cannot be disabled.',
  'workflow:activate': 'A containment cannot be undone from here.',
  'execution:list': 'What runs is not seen, so nothing that was stopped can be verified.',
  'execution:stop': 'What already runs or waits cannot be stopped.',
  'credential:list': 'Only credentials that a workflow names are known.',
  'user:list': 'People are not known.',
  'workflow:archive': 'What does not go off cannot be archived.',
  'credential:update': 'Credentials cannot be blocked or overwritten.',
  'credential:delete': 'Credentials cannot be deleted.',
  'user:delete': 'Users cannot be deleted.',
} as const;

/** What of it disabling needs. */
const forDisabling = ['workflow:list', 'workflow:read', 'workflow:deactivate'] as const;

export type SandboxPermission = keyof typeof needed;

/** Everything there is to allow. */
export const permissions = Object.keys(needed).filter(isPermission);

export function isPermission(text: string): text is SandboxPermission {
  return Object.hasOwn(needed, text);
}

/** Who an account is and what it may do. */
export function probeOf(estate: string, allowed: ReadonlySet<SandboxPermission>): ProbeResult {
  return {
    identity: `responder of the sandbox ${estate}`,
    version: 'simulated',
    capabilities: {
      ...(allowed.has('workflow:deactivate')
        ? { disable: 'async' }
        : { disable: 'none', disableLacks: forDisabling.filter((one) => !allowed.has(one)) }),
      enable: allowed.has('workflow:activate'),
      stop: allowed.has('execution:stop'),
      listExecutions: allowed.has('execution:list'),
      listCredentials: allowed.has('credential:list'),
      listUsers: allowed.has('user:list'),
      versions: true,
      ...(allowed.has('workflow:archive') ? { archive: true } : {}),
      ...(allowed.has('credential:update')
        ? { blockCredentials: 'all_steps', overwriteCredentials: true }
        : {}),
      ...(allowed.has('credential:delete') ? { deleteCredentials: true } : {}),
      ...(allowed.has('user:delete') ? { removeUsers: true } : {}),
    },
    missing: permissions
      .filter((permission) => !allowed.has(permission))
      .map((permission) => ({ permission, consequence: needed[permission] })),
    excess: [],
  };
}
