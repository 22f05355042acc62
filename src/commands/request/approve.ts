import { z } from 'zod';

import type { Person } from '../../domain/person.ts';
import { may } from '../../domain/person.ts';
import type { Decider } from '../../domain/plan-change.ts';
import { securityNotices } from '../../domain/security-leave.ts';
import type { SecurityRequest } from '../../domain/security-request.ts';
import { agree, voidRequest } from '../../domain/security-request.ts';
import { UserError } from '../../errors.ts';
import type { Change } from '../../store/store.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { lookView, said } from '../incident-view.ts';
import { requestCalled, requestInput, requestJson } from '../request-of.ts';
import { guardedBy, whatIsMade } from '../what-is-made.ts';

export const requestApprove = defineCommand({
  name: 'request approve',
  summary: 'Agree to exactly what another admin asks for, which makes it',
  examples: ['request approve S-1', 'request approve S-1 digest:3f2a9c01'],
  words: ['request'],
  options: { digest: 'The first characters of the digest that you read' },
  permission: 'admin',
  input: z.object({ request: requestInput, digest: z.string().max(64).exactOptional() }),

  async run(context, input) {
    const { store, recorder, newId } = context;
    const request = await requestCalled(context, input.request);
    const by = deciderOf(context);
    refuseOtherDigest(request, input.digest);
    const agreed = agree(request, by, recorder);
    const people = await store.people.list();
    const asker = people.find(({ id }) => id === request.requestedBy);
    const made = await whatIsStillAsked(context, request, by, asker);
    const whose = `@${asker?.handle ?? 'unknown'}`;
    const told = `@${by.person.handle} agreed with ${whose} to ${request.text} (${request.name}).`;
    const admins = people.filter(({ id }) => id === request.requestedBy || id === by.person.id);
    await store.save({
      ...guardedBy(made, admins),
      securityRequests: agreed.securityRequests,
      events: [...agreed.events, ...(made.events ?? [])],
      notices: securityNotices(told, { people, by, newId }),
    });
    return lookView({
      title: `${request.name} is approved: ${request.text}`,
      blocks: [said(`It is done, on your word and that of ${whose}. All admins are told.`)],
      next: ['request list', 'person list'],
      data: { request: { ...requestJson(request), state: 'approved' } },
    });
  },
});

function refuseOtherDigest({ name, digest }: SecurityRequest, read: string | undefined): void {
  if (read === undefined || (read !== '' && digest.startsWith(read.toLowerCase()))) return;
  throw new UserError('conflict', `${name} is not what you read: its digest begins otherwise.`, {
    hint: `It begins with ${digest.slice(0, 8)}. Look again: \`request list\`.`,
  });
}

/** What is stored by the yes; what cannot be done any more is ended, so that nobody tries again. */
async function whatIsStillAsked(
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
