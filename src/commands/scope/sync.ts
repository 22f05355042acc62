import { z } from 'zod';

import type { Connection } from '../../domain/connection.ts';
import { actorFor } from '../../domain/plan-change.ts';
import type { ReplyOutcome, View } from '../../domain/reply.ts';
import { instanceChain } from '../../domain/timeline.ts';
import { listed } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { describeCoverage } from '../coverage.ts';
import { deciderOf } from '../deciding.ts';
import { tokens } from '../tokens.ts';

export const scopeSync = defineCommand({
  name: 'scope sync',
  summary: 'Look at the platforms again: all of them, or the named connections',
  examples: ['scope sync', 'scope sync prod'],
  words: ['connections…'],
  options: { since: 'How the looks that were asked for at this time get on; starts none' },
  permission: 'responder',
  input: z.object({
    connections: z.string().max(500).exactOptional(),
    since: z.iso.datetime().exactOptional(),
  }),

  async run(context, { connections: names, since }) {
    const connections = await chosen(context, names);
    if (since !== undefined) return await progress(context, connections, new Date(since));
    const by = deciderOf(context);
    const told = connections.map(({ name }) => name);
    await context.store.save({
      jobs: connections.map(({ id }) => ({
        kind: 'sync',
        id: jobId(id, by.now),
        data: { connection: id },
      })),
      events: [
        {
          chain: instanceChain,
          kind: 'sync_requested',
          actor: actorFor(by.person),
          source: by.source,
          occurredAt: by.now,
          text: `Asked for a fresh look at ${listed(told)}.`,
          data: { connections: told },
        },
      ],
    });
    return {
      kind: 'view',
      title: `Looking at ${listed(told)}`,
      blocks: [],
      next: ['scope find <query>'],
      audience: 'person',
      outcome: 'open',
      follow: `scope sync since:${by.now.toISOString()}`,
      data: { connections: told, since: by.now.toISOString() },
    };
  },
});

async function chosen(
  { store }: CommandContext,
  names: string | undefined,
): Promise<readonly Connection[]> {
  const all = await store.connections.list();
  if (all.length === 0) {
    throw new UserError('not_ready', 'No platform is connected, so there is nothing to look at.', {
      hint: 'An admin types in a shell: `firebreak connect n8n --url https://… --name prod`',
    });
  }
  const asked = tokens(names ?? '').map((token) => token.text.replace(/,$/, ''));
  if (asked.length === 0) return all;
  return asked.map((name) => {
    const found = all.find((connection) => connection.name.toLowerCase() === name.toLowerCase());
    if (found) return found;
    throw new UserError('not_found', `There is no connection “${name}”.`, {
      hint: '`scope sync` looks at all of them.',
      candidates: all.map((connection) => connection.name),
    });
  });
}

/** By the instant, so that a look asked for after a change is never taken for an earlier one. */
function jobId(connection: string, at: Date): string {
  return `sync:${connection}:${at.toISOString()}`;
}

type Progress = {
  readonly connection: Connection;
  readonly outcome: ReplyOutcome;
  readonly words: string;
};

const titles: Readonly<Record<ReplyOutcome, string>> = {
  done: 'The inventory is fresh',
  open: 'Still looking',
  unverified: 'Not all was seen',
  failed: 'Not all was seen',
};

async function progress(
  context: CommandContext,
  connections: readonly Connection[],
  since: Date,
): Promise<View> {
  const states = await Promise.all(
    connections.map((connection) => progressOf(context, connection, since)),
  );
  const asked = states.filter((state) => state !== undefined);
  if (asked.length === 0) {
    throw new UserError('not_found', 'Nobody asked for a look at that time.', {
      hint: '`scope sync`',
    });
  }
  const done = asked.filter(({ outcome }) => outcome === 'done');
  const coverage = await describeCoverage(
    context,
    done.map(({ connection }) => connection),
  );
  const outcome = worst(asked.map((state) => state.outcome));
  return {
    kind: 'view',
    title: titles[outcome],
    blocks: [
      { kind: 'fields', fields: asked.map(({ connection, words }) => [connection.name, words]) },
      ...coverage.blocks,
    ],
    next: outcome === 'done' ? ['scope find <query>'] : ['scope sync'],
    audience: 'person',
    outcome,
    follow: `scope sync since:${since.toISOString()}`,
    data: {
      syncs: asked.map((state) => ({
        connection: state.connection.name,
        outcome: state.outcome,
        words: state.words,
      })),
      ...coverage.data,
    },
  };
}

async function progressOf(
  { store }: CommandContext,
  connection: Connection,
  since: Date,
): Promise<Progress | undefined> {
  const job = await store.jobs.state('sync', jobId(connection.id, since));
  if (job === undefined) return undefined;
  switch (job.state) {
    case 'done':
      return { connection, outcome: 'done', words: 'seen' };
    case 'running':
      return { connection, outcome: 'open', words: 'looking now' };
    case 'failed':
      return {
        connection,
        outcome: 'failed',
        words: `failed: ${job.lastError ?? 'no reason known'}`,
      };
    case 'waiting':
      // It is tried again by itself, but whoever waits at a shell must learn the reason now.
      return job.lastError === undefined
        ? { connection, outcome: 'open', words: 'waiting for its turn' }
        : { connection, outcome: 'failed', words: `${job.lastError} It will be tried again.` };
  }
}

function worst(outcomes: readonly ReplyOutcome[]): ReplyOutcome {
  return (
    (['open', 'failed', 'unverified'] as const).find((one) => outcomes.includes(one)) ?? 'done'
  );
}
