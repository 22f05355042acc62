import { z } from 'zod';

import type { JsonObject } from '../domain/json.ts';
import { may } from '../domain/person.ts';
import type { Block } from '../domain/reply.ts';
import type { SecurityRequest } from '../domain/security-request.ts';
import { expire, isOpenAt } from '../domain/security-request.ts';
import { StaleError, UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { said } from './incident-view.ts';

/** `S-3`, `s-3` or `3`. */
export const requestInput = z
  .string()
  .max(20)
  .regex(/^(?:s-?)?\d+$/i);

/** The request that a line names. @throws UserError `not_found` */
export async function requestCalled(
  context: CommandContext,
  name: string,
): Promise<SecurityRequest> {
  await endWhatIsOver(context);
  const digits = name.replace(/^s-?/i, '');
  const found = await context.store.securityRequests.byName(digits);
  if (found !== undefined) return found;
  throw new UserError('not_found', `There is no request S-${digits}.`, {
    hint: '`request list` shows what waits.',
  });
}

/** Records of what nobody decided in time that it has ended; each once. */
export async function endWhatIsOver({ store, now }: Pick<CommandContext, 'store' | 'now'>) {
  for (const request of await store.securityRequests.open()) {
    const over = expire(request, now());
    if (over === undefined) continue;
    await store.save(over).catch((error: unknown) => {
      // Somebody else was faster; it has ended all the same.
      if (!(error instanceof StaleError)) throw error;
    });
  }
}

/** What other admins ask of the caller, while there is time. */
export async function askedOfMe({
  store,
  caller,
  now,
}: CommandContext): Promise<readonly SecurityRequest[]> {
  const { person } = caller;
  if (!may(person, 'admin')) return [];
  const open = await store.securityRequests.open();
  return open.filter((one) => one.requestedBy !== person.id && isOpenAt(one, now()));
}

/** The same as it is shown. */
export function askedBlock(asked: readonly SecurityRequest[]): readonly Block[] {
  if (asked.length === 0) return [];
  return [
    said('Another admin asks for your yes or no:'),
    { kind: 'list', items: asked.map(({ name, text }) => `${name}: ${text}`) },
  ];
}

/** The request for machines. */
export function requestJson(request: SecurityRequest): JsonObject {
  const { name, text, state, digest, requestedAt, expiresAt } = request;
  return {
    name,
    text,
    state,
    digest,
    requestedAt: requestedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
