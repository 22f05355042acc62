import { z } from 'zod';

import type { Connection } from '../../domain/connection.ts';
import type { PlatformUser } from '../../domain/inventory.ts';
import type { Lockout } from '../../domain/lockout.ts';
import { lockoutSteps, lockoutWords, requireLockout, wordOf } from '../../domain/lockout.ts';
import type { Block } from '../../domain/reply.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { said, warned } from '../incident-view.ts';
import { audienceOf } from '../plan-view.ts';
import { userInput, userOf } from '../user-of.ts';

export const userLock = defineCommand({
  name: 'user lock',
  summary: 'Say, click by click, how people lock a user out by hand: keys, sessions, account',
  examples: ['user lock u3', 'user lock bob@acme.test in:INC-7', 'user lock "Bob" on:floor'],
  words: ['user…'],
  options: { ...incidentOption, on: 'Which connection, where its platform tells of no users' },
  permission: 'responder',
  input: z.object({
    user: userInput,
    on: z.string().trim().min(1).max(100).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const { connection, who, user } = await chosen(context, input);
    const known = await context.store.lockouts.ofIncident(incident.id);
    const before = known.find((one) => one.connection === connection.id && one.user === who.user);
    const change = requireLockout(incident, connection, who, before, deciderOf(context));
    await context.store.save(change);
    const steps = lockoutSteps(connection, user ?? who);
    const word = wordOf(who);
    return {
      kind: 'view',
      title: `“${who.name}” must be locked out of ${connection.name} by hand`,
      blocks: [
        ...note,
        warned('Not verified by Firebreak. This is done outside, by hand.'),
        { kind: 'list', items: steps },
        ...(before ? [said(`${word} is ${lockoutWords(before)}.`)] : []),
        ...byFirebreak(connection, user),
        said(
          `Who has done it types \`user done ${word} <what was done>\`; a second person tries it and types \`user confirm ${word} <what you saw>\`.`,
        ),
      ],
      next: [before?.doneByHand ? `user confirm ${word} …` : `user done ${word} …`, 'user status'],
      audience: audienceOf(incident),
      outcome: 'unverified',
      data: {
        incident: incident.name,
        ref: who.ref,
        connection: connection.name,
        steps: [...steps],
        verifiedByFirebreak: false,
      },
    };
  },
});

type Chosen = {
  readonly connection: Connection;
  readonly who: Pick<Lockout, 'user' | 'ref' | 'name'>;
  /** Absent where the platform tells of no users. */
  readonly user?: PlatformUser;
};

async function chosen(
  context: CommandContext,
  { user: typed, on }: { readonly user: string; readonly on?: string },
): Promise<Chosen> {
  const { connections } = context.store;
  const named = on === undefined ? undefined : await connections.byName(on);
  if (on !== undefined && !named) {
    throw new UserError('not_found', `There is no connection “${on}”.`, {
      hint: `There are: ${(await connections.list()).map(({ name }) => name).join(', ')}.`,
    });
  }
  if (named && !named.capabilities.listUsers) {
    return { connection: named, who: { user: `name:${typed}`, ref: typed, name: typed } };
  }
  const user = await userOf(context, typed, named?.id);
  const connection = await connections.byId(user.connection);
  if (!connection) {
    throw new UserError('not_found', `${user.connectionName} is no longer connected.`);
  }
  return { connection, user, who: { user: user.id, ref: user.ref, name: user.name } };
}

function byFirebreak(
  { capabilities }: Connection,
  user: PlatformUser | undefined,
): readonly Block[] {
  if (!user || capabilities.removeUsers !== true || user.stays !== undefined) return [];
  return [
    said(
      `Firebreak itself can delete them, with the yes of an approver, and proves it: \`user delete ${user.ref} to:<another user>\`.`,
    ),
  ];
}
