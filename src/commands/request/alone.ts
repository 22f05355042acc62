import { z } from 'zod';

import { securityNotices } from '../../domain/security-leave.ts';
import { goAlone } from '../../domain/security-request.ts';
import { UserError } from '../../errors.ts';
import { isOperatorInShell } from '../ask-another.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { lookView, said } from '../incident-view.ts';
import { reasonOf } from '../inputs.ts';
import { requestCalled, requestInput, requestJson } from '../request-of.ts';
import { whatIsStillAsked } from '../still-asked.ts';
import { guardedBy } from '../what-is-made.ts';

export const requestAlone = defineCommand({
  name: 'request alone',
  summary:
    'As the local operator, in a shell: do what you asked for without another admin; say why',
  examples: ['request alone S-1 the other admin is in hospital'],
  words: ['request', 'reason…'],
  permission: 'admin',
  input: z.object({ request: requestInput, reason: reasonOf(500) }),

  async run(context, input) {
    const { store, recorder, newId } = context;
    const by = deciderOf(context);
    if (!isOperatorInShell(store, by)) {
      throw new UserError('not_allowed', 'Only the local operator goes alone, in a shell.', {
        hint: 'Another admin agrees: `request approve S-…`',
      });
    }
    const request = await requestCalled(context, input.request);
    const went = goAlone(request, by, input.reason, recorder);
    const people = await store.people.list();
    const operator = people.filter(({ id }) => id === by.person.id);
    const made = await whatIsStillAsked(context, request, by, operator[0]);
    const told = `@${by.person.handle} did without another admin: ${request.text} (${request.name}). Why: ${input.reason}`;
    await store.save({
      ...guardedBy(made, operator),
      securityRequests: went.securityRequests,
      events: [...went.events, ...(made.events ?? [])],
      notices: securityNotices(told, { people, by, newId }),
    });
    return lookView({
      title: `${request.name} was done by you alone: ${request.text}`,
      blocks: [said('All admins are told, with your reason.')],
      next: ['request list', 'person list'],
      data: { request: { ...requestJson(request), state: 'approved' } },
    });
  },
});
