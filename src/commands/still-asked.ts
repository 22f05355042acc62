import type { Person } from '../domain/person.ts';
import { may } from '../domain/person.ts';
import type { Decider } from '../domain/plan-change.ts';
import type { SecurityRequest } from '../domain/security-request.ts';
import { voidRequest } from '../domain/security-request.ts';
import { UserError } from '../errors.ts';
import type { Change } from '../store/store.ts';
import type { CommandContext } from './command.ts';
import { whatIsMade } from './what-is-made.ts';

/**
 * What is stored by a yes; what cannot be done any more is ended, so that nobody tries again.
 *
 * @throws UserError `conflict`
 */
export async function whatIsStillAsked(
  context: CommandContext,
  request: SecurityRequest,
  by: Decider,
  asker: Person | undefined,
): Promise<Change> {
  const { store, policy } = context;
  const isStillAsked =
    asker !== undefined && may(asker, 'admin') && request.policy === policy.version;
  const made = isStillAsked ? await whatIsMade(context, request, by) : undefined;
  if (made !== undefined) return made;
  await store.save(voidRequest(request, by));
  const why = isStillAsked
    ? 'what it changes is no longer as it was'
    : 'who asked is no admin any more, or the policy is another one';
  throw new UserError('conflict', `${request.name} is void: ${why}.`, {
    hint: 'Whoever still wants it asks again.',
  });
}
