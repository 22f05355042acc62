import { counted } from '../../domain/wording.ts';
import type { NodeRedClient } from './client.ts';
import type { FlowFile, Item } from './flow-file.ts';
import { subflowOf } from './flow-file.ts';

/** A node that holds credentials, and in which fields; never what is in them. */
export type Holder = { readonly item: Item; readonly fields: readonly string[] };

/** The nodes that hold credentials, and why there may be more. */
export type Holders = { readonly held: readonly Holder[]; readonly gaps: readonly string[] };

/** Questions under way at once. */
const atOnce = 4;
/** More nodes than these are not asked; each question takes Node-RED a few milliseconds. */
const askedAtMost = 5_000;

/**
 * Which nodes hold credentials. Node-RED lists them nowhere, so each node is asked that may have
 * some: those of the community, and the few of its own that can.
 */
export async function credentialHolders(
  client: NodeRedClient,
  file: FlowFile,
  signal: AbortSignal,
  among: Iterable<Item> = file.items,
): Promise<Holders> {
  const all = [...among].filter(mayHold);
  const asked = all.slice(0, askedAtMost);
  const held: Holder[] = [];
  for (let start = 0; start < asked.length; start += atOnce) {
    const some = asked.slice(start, start + atOnce);
    const found = await Promise.all(
      some.map(async (item) => ({
        item,
        fields: await client.credentialFields(item.type, item.id, signal),
      })),
    );
    if (found.some(({ fields }) => fields === undefined)) return { held: [], gaps: [hidden] };
    for (const { item, fields = [] } of found) if (fields.length > 0) held.push({ item, fields });
  }
  const left = all.length - asked.length;
  return {
    held,
    gaps:
      left > 0 ? [`${counted(left, 'node')} were not asked whether they hold credentials.`] : [],
  };
}

const hidden =
  'Credentials are hidden: the user lacks credentials.read, or the editor is switched off.';

/** Nodes of Node-RED itself that hold none (5.0.7). */
const without = new Set(
  (
    'inject|debug|complete|catch|status|link in|link out|link call|comment|junction|unknown|' +
    'function|switch|change|range|template|delay|trigger|exec|rbe|http in|http response|' +
    'websocket in|websocket out|websocket-listener|websocket-client|tcp in|tcp out|tcp request|' +
    'udp in|udp out|mqtt in|mqtt out|csv|html|json|xml|yaml|split|join|sort|batch|file|file in|watch'
  ).split('|'),
);

function mayHold(item: Item): boolean {
  const isContainer = ['tab', 'subflow', 'group'].includes(item.type);
  if (isContainer || subflowOf(item) !== undefined) {
    const { env } = item;
    return Array.isArray(env) && env.some((variable: unknown) => Object(variable).type === 'cred');
  }
  return !without.has(item.type);
}
