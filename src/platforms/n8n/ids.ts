import { PlatformError } from '../../errors.ts';

/**
 * An id that may stand in a path of n8n's API.
 *
 * Ids come from the platform, hence from whoever can edit there: `../users/1` must not become
 * another endpoint, and an empty one must not turn "stop these" into "stop all".
 *
 * @throws PlatformError `refused` before anything is called
 */
export function checkedId(kind: keyof typeof patterns, id: string): string {
  if (patterns[kind].test(id)) return encodeURIComponent(id);
  throw new PlatformError(
    'n8n',
    'refused',
    `That is not the id of ${article(kind)} in n8n, so nothing was called. Sync, and choose it again.`,
  );
}

/** True when it can be an id of a workflow. */
export function isWorkflowId(id: string): boolean {
  return patterns.workflow.test(id);
}

const patterns = {
  workflow: /^[A-Za-z0-9_-]{1,64}$/,
  version: /^[A-Za-z0-9_-]{1,64}$/,
  credential: /^[A-Za-z0-9_-]{1,64}$/,
  'credential type': /^[A-Za-z][A-Za-z0-9_.@/-]{0,127}$/,
  user: /^[A-Za-z0-9_-]{1,64}$/,
  project: /^[A-Za-z0-9_-]{1,64}$/,
  execution: /^[1-9][0-9]{0,17}$/,
} as const;

function article(kind: keyof typeof patterns): string {
  return kind === 'execution' ? 'an execution' : `a ${kind}`;
}
