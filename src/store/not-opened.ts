import { UserError } from '../errors.ts';

/** Why PostgreSQL was not opened, by its own code or that of the line to it. */
export function notOpened(code: string): UserError {
  switch (code) {
    case '3D000':
      return new UserError('not_ready', 'The database that DATABASE_URL names does not exist.', {
        hint: 'Make it with `createdb` on that server, or name one that is there.',
      });
    case '28P01':
    case '28000':
      return new UserError('not_ready', `PostgreSQL does not let this user in (${code}).`, {
        hint: 'Check the user and the password in DATABASE_URL.',
      });
    default:
      return new UserError('not_ready', `PostgreSQL cannot be reached (${code}).`, {
        hint: 'Check that it runs and that DATABASE_URL names the right host, user and database.',
      });
  }
}
