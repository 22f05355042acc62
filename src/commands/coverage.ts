import type { Connection } from '../domain/connection.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import { ago, counted, listed } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { showBoth } from './show-time.ts';
import { zoneOf } from './when.ts';

/** An inventory older than this is called stale, in ms. */
export const staleAfterMs = 15 * 60_000;

/** What an answer rests on and what it cannot see, for people and for machines. */
export type CoverageNote = { readonly blocks: readonly Block[]; readonly data: JsonObject };

/**
 * What any answer from the inventory rests on.
 *
 * @throws UserError `not_ready` when there is no connection, or none was ever looked at
 */
export async function coverageOf(context: CommandContext): Promise<CoverageNote> {
  const connections = await context.store.connections.list();
  if (connections.length === 0) {
    throw new UserError('not_ready', 'No platform is connected, so nothing can be found.', {
      hint: 'An admin types in a shell: `firebreak connect n8n --url https://… --name prod`',
    });
  }
  if (connections.every((connection) => connection.syncedAt === undefined)) {
    throw new UserError('not_ready', 'No platform was looked at yet, so nothing can be found.', {
      hint: '`scope sync`',
    });
  }
  return await describeCoverage(context, connections);
}

/** So many references are read, and so many are shown; the rest is counted. */
const namedAtMost = 50;
const shownRefs = 10;

/** What cannot be seen or done where these plans act: an answer about what was done rests on it too. */
export async function gapBlocks(
  { store }: CommandContext,
  plans: readonly Pick<Plan, 'connections'>[],
): Promise<readonly Block[]> {
  const used = new Set(plans.flatMap(({ connections }) => connections.map(({ id }) => id)));
  if (used.size === 0) return [];
  return (await store.connections.list()).filter(({ id }) => used.has(id)).flatMap(gapsIn);
}

/** The same for these connections, looked at or not. */
export async function describeCoverage(
  context: CommandContext,
  connections: readonly Connection[],
): Promise<CoverageNote> {
  const some = connections.some(({ coverage }) => (coverage?.runtimeHosts.nodes ?? 0) > 0);
  const unsearchable = some ? await context.store.inventory.withRuntimeHosts(namedAtMost) : [];
  const failures = await context.store.jobs.failedLooks();
  const refs = (connection: Connection) =>
    unsearchable
      .filter((workflow) => workflow.connection === connection.id)
      .map((workflow) => workflow.ref);
  return {
    blocks: connections.flatMap((connection) => [
      ...failedWords(connection, failures.get(connection.id)),
      ...blocksOf(context, connection, refs(connection)),
    ]),
    data: {
      connections: connections.map((connection) => ({
        ...dataOf(connection, refs(connection)),
        ...lastLookData(failures.get(connection.id)),
      })),
    },
  };
}

/** Whoever has just asked for a fresh look must not take the older one for it. */
function failedWords({ name, syncedAt }: Connection, why: string | undefined): readonly Block[] {
  if (why === undefined) return [];
  const shown = syncedAt === undefined ? '' : ' What is shown here is from the one before it.';
  return [warning(`${name}: the last look failed and will be tried again. ${why}${shown}`)];
}

function lastLookData(why: string | undefined): JsonObject {
  return why === undefined ? {} : { lastLookFailed: why };
}

function blocksOf(
  context: CommandContext,
  connection: Connection,
  unsearchable: readonly string[],
): readonly Block[] {
  const now = context.now();
  const { name, syncedAt, coverage } = connection;
  if (syncedAt === undefined || coverage === undefined) {
    return [warning(`${name} was never looked at: nothing of it can be found. Type “scope sync”.`)];
  }
  const { runtimeHosts } = coverage;
  const seen =
    `${name}: ${counted(coverage.workflows, 'workflow')} and ` +
    `${counted(coverage.credentials, 'credential')} seen ${ago(syncedAt, now)}, ` +
    `${showBoth(syncedAt, zoneOf(context))}.`;
  const where = named(unsearchable, runtimeHosts.workflows);
  const hosts =
    `${name}: ${counted(runtimeHosts.nodes, 'host')} in ${counted(runtimeHosts.workflows, 'workflow')} ` +
    `known only at run time${where}; no search by host can find them.`;
  const stale = now.getTime() - syncedAt.getTime() > staleAfterMs;
  return [
    { kind: 'text', text: seen },
    ...(stale
      ? [warning(`${name} may have changed since: type “scope sync” for a fresh look.`)]
      : []),
    ...(runtimeHosts.nodes > 0 ? [warning(hosts)] : []),
    ...gapsIn(connection),
  ];
}

/** What cannot be seen or done there, whatever is asked. */
function gapsIn({ name, coverage, missing }: Connection): readonly Block[] {
  const gaps = coverage?.gaps ?? [];
  const unsaid = missing.filter((one) => !gaps.some((gap) => gap.includes(one)));
  return [
    ...gaps.map((gap) => warning(`${name}: ${gap}`)),
    ...(unsaid.length > 0 ? [warning(`${name}: the key lacks ${listed(unsaid)}.`)] : []),
  ];
}

/** ` (w7, w9)`, and how many are not named. */
function named(refs: readonly string[], total: number): string {
  if (refs.length === 0) return '';
  const shown = refs.slice(0, shownRefs);
  const left = Math.max(0, total - shown.length);
  return ` (${shown.join(', ')}${left > 0 ? ` and ${left.toLocaleString('en')} more` : ''})`;
}

function dataOf(
  { name, syncedAt, coverage }: Connection,
  unsearchable: readonly string[],
): JsonObject {
  return {
    connection: name,
    syncedAt: syncedAt?.toISOString() ?? null,
    ...(coverage === undefined
      ? {}
      : {
          workflows: coverage.workflows,
          credentials: coverage.credentials,
          users: coverage.users,
          runtimeHosts: { ...coverage.runtimeHosts, refs: [...unsearchable] },
          gaps: [...coverage.gaps],
        }),
  };
}

function warning(text: string): Block {
  return { kind: 'warning', text };
}
