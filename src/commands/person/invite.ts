import { z } from 'zod';

import { UserError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { personCalled } from '../deciding.ts';
import { lookView, said } from '../incident-view.ts';
import { handleInput } from '../inputs.ts';

/** Says where codes are made: a chat is read by others and kept, so none ever appears in one. */
export const personInvite = defineCommand({
  name: 'person invite',
  aliases: ['person token'],
  summary: 'How to give a person their own access, without a code in the chat',
  examples: ['person invite @ana'],
  words: ['who'],
  permission: 'admin',
  input: z.object({ who: handleInput }),

  async run(context, input) {
    const person = await personCalled(context, input.who);
    if (person.disabledAt) {
      throw new UserError('conflict', `@${person.handle} was switched off.`, {
        hint: `\`person enable @${person.handle}\` switches them on again.`,
      });
    }
    return lookView({
      title: `Inviting @${person.handle}`,
      blocks: [
        said(
          'Codes and tokens never pass through a chat. Type this in a shell; the code is shown there once:',
        ),
        { kind: 'code', text: `firebreak person invite ${person.handle}` },
      ],
      next: ['person list'],
      data: { handle: person.handle, shell: `firebreak person invite ${person.handle}` },
    });
  },
});
