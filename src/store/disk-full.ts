import { UserError } from '../errors.ts';
import { errorCode } from './database.ts';

/** What Emscripten, below the embedded database, calls ENOSPC. */
const noSpace = 51;

/**
 * What a failure to write below `dir` is for the person: a full disk in words, anything else as an
 * error. The embedded database's file layer throws objects that are none.
 */
export function unlessDiskFull(error: unknown, dir: string): Error {
  const fileError = fileErrorOf(error);
  if (errorCode(error) === 'ENOSPC' || fileError === noSpace) {
    return new UserError('not_ready', `The disk of ${dir} is full.`, {
      hint: 'Make room there, then repeat.',
    });
  }
  if (error instanceof Error) return error;
  return new Error(`The embedded database failed with file error ${fileError ?? 'unknown'}.`);
}

function fileErrorOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errno' in error)) return undefined;
  return typeof error.errno === 'number' ? error.errno : undefined;
}
