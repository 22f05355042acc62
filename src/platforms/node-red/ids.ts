import { PlatformError } from '../../errors.ts';

/** Node-RED makes 16 hex digits, older ones with a dot in between; people write what they like. */
const tabId = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

/** @throws PlatformError `refused` before anything is called */
export function checkedTabId(id: string): string {
  if (isTabId(id)) return id;
  throw new PlatformError(
    'node-red',
    'refused',
    'That is not the id of a tab in Node-RED, so nothing was called. Sync, and choose it again.',
  );
}

/** @throws PlatformError `refused` before anything is called */
export function checkedNodeId(id: string): string {
  if (tabId.test(id)) return id;
  throw new PlatformError(
    'node-red',
    'refused',
    'That is not the id of a node in Node-RED, so nothing was called. Sync, and choose it again.',
  );
}

/** True when it can be the id of a tab. */
export function isTabId(id: string): boolean {
  return tabId.test(id);
}
