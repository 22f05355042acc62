import { z } from 'zod';

import { defineCommand } from '../command.ts';
import { lookView } from '../incident-view.ts';
import { askedBlock, askedOfMe } from '../request-of.ts';
import { personJson } from './people-view.ts';

export const personList = defineCommand({
  name: 'person list',
  aliases: ['people'],
  summary: 'Everyone, and what they may do',
  examples: ['person list'],
  words: [],
  // Whoever is refused something must be able to see whom to ask.
  permission: 'viewer',
  input: z.object({}),

  async run(context) {
    const people = await context.store.people.list();
    const asked = await askedOfMe(context);
    return lookView({
      title: 'People',
      blocks: [
        {
          kind: 'table',
          columns: ['who', 'name', 'may'],
          rows: people.map(({ handle, name, permissions, disabledAt, guestOf }) => [
            `@${handle}`,
            name,
            disabledAt
              ? 'switched off'
              : guestOf === undefined
                ? permissions.join(', ') || 'nothing yet'
                : 'as a guest',
          ]),
        },
        ...askedBlock(asked),
      ],
      next: [...asked.slice(0, 2).map(({ name }) => `request approve ${name}`), 'me'],
      data: { people: people.map(personJson) },
    });
  },
});
