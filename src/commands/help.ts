import { z } from 'zod';

import type { Block, Reply } from '../domain/reply.ts';
import { UserError } from '../errors.ts';
import type { Command } from './command.ts';
import { defineCommand, mayUse } from './command.ts';
import { findCommand, groupOf } from './find-command.ts';
import { tokens } from './tokens.ts';
import { usageOf } from './usage.ts';

/** `help`, made from the command files themselves, so it cannot disagree with them. */
export function makeHelp(commands: () => readonly Command[]): Command {
  return defineCommand({
    name: 'help',
    aliases: ['?', 'commands'],
    summary: 'What can be typed, and how',
    examples: ['help', 'help role', 'help role assign'],
    words: ['topic…'],
    permission: 'viewer',
    forGuests: true,
    input: z.object({ topic: z.string().exactOptional() }),

    async run({ caller }, { topic }) {
      const all = commands();
      if (topic === undefined) {
        const mine = all.filter((command) => mayUse(caller.person, command));
        return overview(mine, all.length - mine.length);
      }
      const asked = tokens(topic);
      const found = findCommand(all, asked);
      if (found.kind === 'group') {
        const verbs = all.filter((command) => groupOf(command) === found.group);
        return listed(`Verbs of ${found.group}`, verbs, [`help ${verbs[0]?.name ?? ''}`]);
      }
      if (!all.includes(found.command)) throw new UserError('unknown_command', 'No such command.');
      return page(found.command, mayUse(caller.person, found.command));
    },
  });
}

/** One row for each verb that stands alone and one for each group, so that it fits on a screen. */
function overview(commands: readonly Command[], others: number): Reply {
  const groups = Map.groupBy(commands, (command) => groupOf(command) ?? command.name);
  const rows = [...groups].map(([name, members]) => {
    const own = members.find((command) => command.name === name);
    const verbs = members.filter((command) => command !== own).map((one) => verbOf(one, name));
    if (own === undefined) return [`${name} …`, verbs.join(', ')];
    const also = verbs.length === 0 ? '' : `; also: ${verbs.join(', ')}`;
    return [usageOf(own), `${own.summary}${also}`];
  });
  const hint = '`help contain` tells more about a group, `help contain plan` about a verb.';
  const hidden = `${others} more need a permission that you do not have; \`me\` shows yours.`;
  return {
    kind: 'view',
    title: 'What you can type',
    blocks: [
      { kind: 'table', columns: ['type', 'to'], rows },
      text(others === 0 ? hint : `${hint} ${hidden}`),
    ],
    next: ['help declare', 'status', 'list'],
    audience: 'person',
    outcome: 'done',
    data: { commands: commands.map(({ name, summary }) => ({ name, summary })) },
  };
}

function verbOf(command: Command, group: string): string {
  return command.name.slice(group.length + 1);
}

function listed(title: string, commands: readonly Command[], next: readonly string[]): Reply {
  return {
    kind: 'view',
    title,
    blocks: [
      {
        kind: 'table',
        columns: ['type', 'to'],
        rows: commands.map((command) => [usageOf(command), command.summary]),
      },
    ],
    next,
    audience: 'person',
    outcome: 'done',
    data: { commands: commands.map(({ name, summary }) => ({ name, summary })) },
  };
}

function page(command: Command, allowed: boolean): Reply {
  const options = Object.entries(command.options ?? {}).map(
    ([name, meaning]) => [`${name}:…`, meaning] as const,
  );
  const flags = Object.entries(command.flags ?? {}).map(
    ([name, meaning]) => [`--${name}`, meaning] as const,
  );
  const needs = `${[command.permission, ...(command.alsoFor ?? [])].join(' or ')}${allowed ? '' : ' (you do not have it)'}`;
  const aliases = command.aliases ?? [];
  const group = groupOf(command);
  return {
    kind: 'view',
    title: command.summary,
    blocks: [
      { kind: 'code', text: usageOf(command) },
      { kind: 'fields', fields: [...options, ...flags, ['needs', needs]] },
      ...(aliases.length === 0 ? [] : [text(`Also: ${aliases.join(', ')}`)]),
      { kind: 'list', items: command.examples },
    ],
    // Its examples are for reading: one that is pressed would act.
    next: [group === undefined ? 'help' : `help ${group}`],
    audience: 'person',
    outcome: 'done',
    data: {
      name: command.name,
      usage: usageOf(command),
      summary: command.summary,
      permission: command.permission,
      aliases,
      examples: command.examples,
      options: Object.fromEntries([...options, ...flags]),
    },
  };
}

function text(said: string): Block {
  return { kind: 'text', text: said };
}
