import type { PlatformError, PlatformErrorCode } from '../errors.ts';

const forGood: readonly PlatformErrorCode[] = ['refused', 'not_found', 'conflict', 'blocked'];

/** Whether what a chat refused so is refused again, however often it is asked. */
export function isForGood({ code }: PlatformError): boolean {
  return forGood.includes(code);
}
