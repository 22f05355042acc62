import { z } from 'zod';

import type { Holding, PlatformUser } from '../../domain/inventory.ts';
import { isOwner } from '../../domain/inventory.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Block } from '../../domain/reply.ts';
import { counted } from '../../domain/wording.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { coverageOf } from '../coverage.ts';
import { lookView, said } from '../incident-view.ts';
import { lineOf } from '../inputs.ts';
import { showBoth } from '../show-time.ts';
import { zoneOf } from '../when.ts';

const onPage = 40;

export const userList = defineCommand({
  name: 'user list',
  summary: 'Users of the platforms: role, second factor, last seen, and what they own',
  examples: ['user list', 'user list ana', 'user list page:2'],
  words: ['name…'],
  options: { page: 'Which page of users' },
  permission: 'viewer',
  input: z.object({
    name: lineOf(300).exactOptional(),
    page: z.coerce.number().int().min(1).max(1_000).default(1),
  }),

  async run(context, { name, page }) {
    const { inventory, connections } = context.store;
    const coverage = await coverageOf(context);
    const known = await connections.list();
    const hiding = new Set(
      known.filter(({ capabilities }) => !capabilities.listCredentials).map(({ id }) => id),
    );
    const [all, holdings, credentials] = await Promise.all([
      inventory.allUsers(),
      inventory.holdings(),
      inventory.credentials(),
    ]);
    const found = all.filter((user) => name === undefined || isCalled(user, name));
    const owned = found.map((user) => ({
      user,
      ...workflowsOf(user, holdings),
      credentials: hiding.has(user.connection)
        ? ('not told' as const)
        : credentials.filter(
            ({ connection, owner }) => connection === user.connection && isOwner(owner, user),
          ).length,
    }));
    const shown = owned.slice((page - 1) * onPage, page * onPage);
    return lookView({
      title: `${counted(found.length, 'user')} of ${counted(new Set(found.map(({ connection }) => connection)).size, 'platform')}`,
      blocks: [
        {
          kind: 'table',
          columns: ['ref', 'user', 'on', 'role', 'second factor', 'last seen', 'owns'],
          rows: shown.map((one) => rowOf(context, one)),
        },
        ...hiddenBlocks(known),
        ...(found.length > page * onPage
          ? [said(`${counted(found.length - page * onPage, 'user')} more: \`page:${page + 1}\`.`)]
          : []),
        ...coverage.blocks,
      ],
      next: shown.slice(0, 1).map(({ user }) => `scope find owner:${user.email ?? user.name}`),
      data: { users: shown.map(jsonOf), total: found.length, coverage: coverage.data },
    });
  },
});

type Owned = {
  readonly user: PlatformUser;
  readonly workflows: number;
  readonly active: number;
  /** `not told` where the account may not list any: nobody is to read a nought there. */
  readonly credentials: number | 'not told';
};

function isCalled({ ref, name, email = '' }: PlatformUser, text: string): boolean {
  const wanted = text.toLowerCase();
  return ref === wanted || name.toLowerCase().includes(wanted) || email.includes(wanted);
}

function workflowsOf(
  user: PlatformUser,
  holdings: readonly Holding[],
): { readonly workflows: number; readonly active: number } {
  const own = holdings.filter(
    ({ connection, owner }) => connection === user.connection && isOwner(owner, user),
  );
  return {
    workflows: own.reduce((sum, { workflows }) => sum + workflows, 0),
    active: own.reduce((sum, { active }) => sum + active, 0),
  };
}

function rowOf(context: CommandContext, { user, ...owns }: Owned): readonly string[] {
  const { ref, name, email, connectionName, role, hasMfa, isInvited, lastActiveAt } = user;
  return [
    ref,
    email === undefined || email === name ? name : `${name} <${email}>`,
    connectionName,
    [role?.replace(/^global:/, '') ?? 'not told', ...(isInvited ? ['invited'] : [])].join(', '),
    hasMfa === undefined ? 'not told' : hasMfa ? 'yes' : 'NO',
    lastActiveAt === undefined ? 'not told' : showBoth(lastActiveAt, zoneOf(context)),
    `${counted(owns.workflows, 'workflow')} (${owns.active} on), ${owns.credentials === 'not told' ? 'credentials not told' : counted(owns.credentials, 'credential')}`,
  ];
}

/** Who is not on the list because nobody tells of them. */
function hiddenBlocks(
  connections: readonly {
    readonly name: string;
    readonly capabilities: { readonly listUsers: boolean };
  }[],
): readonly Block[] {
  return connections
    .filter(({ capabilities }) => !capabilities.listUsers)
    .map(({ name }) => said(`${name} tells Firebreak of no users.`));
}

function jsonOf({ user, ...owns }: Owned): JsonObject {
  return {
    ref: user.ref,
    name: user.name,
    email: user.email ?? null,
    connection: user.connectionName,
    role: user.role ?? null,
    hasMfa: user.hasMfa ?? null,
    isInvited: user.isInvited ?? null,
    lastActiveAt: user.lastActiveAt?.toISOString() ?? null,
    ...owns,
    credentials: owns.credentials === 'not told' ? null : owns.credentials,
  };
}
