import { z } from 'zod';

import { refuse } from '../../domain/security-request.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { lookView, said } from '../incident-view.ts';
import { textOf } from '../inputs.ts';
import { requestCalled, requestInput, requestJson } from '../request-of.ts';

export const requestDeny = defineCommand({
  name: 'request deny',
  summary: 'Refuse what another admin asks for, or take back what you asked for',
  examples: ['request deny S-1', 'request deny S-1 nobody told me of a new approver'],
  words: ['request', 'reason…'],
  permission: 'admin',
  input: z.object({ request: requestInput, reason: textOf(500).exactOptional() }),

  async run(context, input) {
    const request = await requestCalled(context, input.request);
    await context.store.save(refuse(request, deciderOf(context), input.reason));
    return lookView({
      title: `${request.name} is denied; nothing was changed`,
      blocks: input.reason === undefined ? [] : [said(input.reason)],
      next: ['request list'],
      data: { request: { ...requestJson(request), state: 'denied' } },
    });
  },
});
