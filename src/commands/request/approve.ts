import { z } from 'zod';

import { securityNotices } from '../../domain/security-leave.ts';
import type { SecurityRequest } from '../../domain/security-request.ts';
import { agree } from '../../domain/security-request.ts';
import { UserError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { provenAdmin } from '../deciding.ts';
import { lookView, said } from '../incident-view.ts';
import { requestCalled, requestInput, requestJson } from '../request-of.ts';
import { whatIsStillAsked } from '../still-asked.ts';
import { guardedBy } from '../what-is-made.ts';

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
    refuseOtherDigest(request, input.digest);
    const by = await provenAdmin(context, (supposed) => agree(request, supposed, recorder));
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
      blocks: [said(cameOfIt(request, whose))],
      next: ['request list', 'person list'],
      data: { request: { ...requestJson(request), state: 'approved' } },
    });
  },
});

function cameOfIt({ change }: SecurityRequest, whose: string): string {
  const byKind: Partial<Record<typeof change.kind, string>> = {
    invite: `${whose} may do it once from now on.`,
    policy: 'It holds from the next start of the server on.',
  };
  const became = byKind[change.kind] ?? `It is done, on your word and that of ${whose}.`;
  return `${became} All admins are told.`;
}

function refuseOtherDigest({ name, digest }: SecurityRequest, read: string | undefined): void {
  if (read === undefined || (read !== '' && digest.startsWith(read.toLowerCase()))) return;
  throw new UserError('conflict', `${name} is not what you read: its digest begins otherwise.`, {
    hint: `It begins with ${digest.slice(0, 8)}. Look again: \`request list\`.`,
  });
}
