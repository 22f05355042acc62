import { z } from 'zod';

import type { Holder, HolderNow } from '../../domain/holders.ts';
import { PlatformError } from '../../errors.ts';
import { shownName } from '../hard-coded-secrets.ts';
import type { Check } from '../platform.ts';
import { readNodes } from './analyse-node.ts';
import type { N8nWorkflow } from './answers.ts';
import type { N8nClient } from './client.ts';
import { entryPointsOf } from './entry-points.ts';
import type { Look } from './look.ts';
import { holdsLive, mayHold, sharesAddress } from './same-address.ts';
import type { Address, Flapping } from './same-address.ts';

/** A workflow that is off, ran a while ago, and the addresses that it then had. */
export type Ran = Flapping & {
  readonly addresses: readonly Address[];
  /** Why its versions of then could not be read, so that these are of its draft. */
  readonly unread?: string;
};

/**
 * Who was seen at the addresses of a target: by earlier looks, and by what ran there since.
 *
 * A copy that was published, called and deleted between two looks is not among them: n8n deletes its
 * executions with it.
 *
 * @param seen.ran   by n8n's clock
 * @param seen.there those that have one of them just now
 */
export function holdersAt(
  { look, client }: { readonly look: Look; readonly client: N8nClient },
  { holders = [], acceptedAt }: Check,
  addresses: readonly Address[],
  seen: { readonly ran: readonly Ran[]; readonly there: readonly Holder[] },
): readonly HolderNow[] {
  const aheadMs = client.api.onTheirClock(new Date(0)).getTime();
  const ran = seen.ran.flatMap(({ workflow, ranAt, addresses: its }): Holder[] => {
    const at = new Date(ranAt.getTime() - aheadMs);
    if (at <= acceptedAt || !sharesAddress(its, addresses)) return [];
    return [{ id: workflow.id, name: shownName(workflow.name), how: 'ran', at }];
  });
  const last = new Map<string, Holder>();
  for (const one of [...holders, ...ran, ...seen.there]) {
    const known = last.get(one.id);
    if (!known || known.at <= one.at) last.set(one.id, one);
  }
  const there = new Set(seen.there.map(({ id }) => id));
  return [...last.values()].map((one) => {
    const stands = there.has(one.id) ? 'there' : standing(look.workflows.get(one.id), addresses);
    return { ...one, stands };
  });
}

function standing(
  workflow: N8nWorkflow | undefined,
  addresses: readonly Address[],
): HolderNow['stands'] {
  if (!workflow) return 'gone';
  if (workflow.isArchived) return 'archived';
  const has = addresses.some((one) => mayHold(workflow, one) || holdsLive(workflow, one));
  return has ? 'can_return' : 'moved';
}

/** Workflows saved since they ran, of which versions are read at most, and versions of each. */
const readAtMost = { workflows: 5, versions: 3 } as const;

/**
 * Those that ran, each with the addresses that it may have had then: of its draft, unless that was
 * saved since; then of the last versions from before it ran. Which of them n8n had published, it
 * does not tell once it is over.
 */
export async function addressesThen(
  client: N8nClient,
  flapping: readonly Flapping[],
  signal: AbortSignal,
): Promise<readonly Ran[]> {
  const toRead = flapping.filter(wasSavedSince).slice(0, readAtMost.workflows);
  const then: Ran[] = [];
  for (const one of flapping) {
    const { before, unread } = toRead.includes(one) ? await savedBefore(client, one, signal) : {};
    const nodes = before ?? [one.workflow.nodes];
    const addresses = nodes.flatMap((some) => entryPointsOf(one.workflow.id, readNodes(some)));
    then.push({ ...one, addresses, ...(unread === undefined ? {} : { unread }) });
  }
  return then;
}

function wasSavedSince({ workflow: { updatedAt }, ranAt }: Flapping): boolean {
  return updatedAt instanceof Date && updatedAt > ranAt;
}

const saved = z.object({
  versionId: z.string(),
  createdAt: z.iso.datetime({ offset: true }).transform((at) => new Date(at)),
});

/** The nodes of versions from before it ran; absent where there are none, or none can be read. */
async function savedBefore(
  client: N8nClient,
  { workflow: { id }, ranAt }: Flapping,
  signal: AbortSignal,
): Promise<{ readonly before?: readonly (readonly unknown[])[]; readonly unread?: string }> {
  try {
    const versions = ((await client.history(id, signal)) ?? [])
      .flatMap((version) => saved.safeParse(version).data ?? [])
      .filter(({ createdAt }) => createdAt <= ranAt)
      .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
      .slice(0, readAtMost.versions);
    const read = versions.map(({ versionId }) => client.versionNodes(id, versionId, signal));
    const found = (await Promise.all(read)).flatMap((nodes) => (nodes ? [nodes] : []));
    return found.length > 0 ? { before: found } : {};
  } catch (error) {
    // One that may not be read, or was deleted meanwhile, must not keep others from being verified.
    if (!(error instanceof PlatformError) || signal.aborted || error.asksForPatience) throw error;
    return { unread: error.message };
  }
}
