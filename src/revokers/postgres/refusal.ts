import pg from 'pg';

import { PlatformError } from '../../errors.ts';
import { transportError } from '../../platforms/transport-error.ts';

/** What a failed call to a PostgreSQL server amounts to, without a word of the server's own. */
export function failureOf(error: unknown, abandoned: boolean): PlatformError {
  if (error instanceof PlatformError) return error;
  if (!(error instanceof pg.DatabaseError)) {
    const late = error instanceof Error && /time(d )?out/i.test(error.message);
    return transportError('postgres', error, { abandoned, late });
  }
  const code = error.code ?? '';
  if (code.startsWith('28')) {
    return new PlatformError('postgres', 'unauthorized', 'The server refused the sign-in.');
  }
  if (code === '42501') {
    const message = 'The role that Firebreak signs in with may not do this.';
    return new PlatformError('postgres', 'refused', message);
  }
  if (code.startsWith('57P') || code.startsWith('08')) {
    const message = 'The server ended the connection; the call may have happened.';
    return new PlatformError('postgres', 'cut', message);
  }
  const message = 'The server refused the call.';
  return new PlatformError('postgres', 'refused', message, { cause: new Error(code) });
}
