import { capturedGaps, capturedJson, notHad, orWhy } from '../captured.ts';
import type { Part } from '../captured.ts';
import type { Captured } from '../platform.ts';
import type { NodeRedClient } from './client.ts';
import { credentialHolders } from './credentials.ts';
import { foundTab } from './deploys.ts';
import type { Deployed } from './deploys.ts';

/** Bound on all that is collected of one tab, in ms: containing does not wait for more. */
const captureMs = 30_000;

/**
 * A tab as it stands, with all that it uses, which nodes hold credentials, and what Node-RED says of
 * itself. Nothing that flows remember is read, and no credential: Node-RED gives out neither.
 */
export async function capture(
  client: NodeRedClient,
  { file, state }: Deployed,
  id: string,
  signal: AbortSignal,
): Promise<readonly Captured[]> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(captureMs)]);
  const tab = foundTab(file, id);
  const items = file.partsOf(tab).map(({ item }) => item);
  const [holders, sets, settings] = await Promise.all([
    orWhy(credentialHolders(client, file, within, [tab.item, ...items]), signal),
    orWhy(client.nodeSets(within), signal),
    orWhy(client.settings(within), signal),
  ]);
  const gaps = [
    ...notHad('credentials', holders),
    ...('value' in holders
      ? holders.value.gaps.map((why) => ({ part: 'some credentials', why }))
      : []),
    ...notHad('modules', shown(sets)),
    ...notHad('settings', shown(settings)),
  ];
  const types = new Set(items.map(({ type }) => type));
  return [
    capturedJson('tab.json', { rev: file.rev, tab: tab.item, items }),
    ...('value' in holders
      ? [
          capturedJson('credentials.json', {
            held: holders.value.held.map(({ item, fields }) => ({
              id: item.id,
              type: item.type,
              name: item.name,
              fields,
            })),
            gaps: holders.value.gaps,
          }),
        ]
      : []),
    ...('value' in sets && sets.value
      ? [
          capturedJson(
            'modules.json',
            sets.value.filter((set) => set.types.some((type) => types.has(type))),
          ),
        ]
      : []),
    capturedJson('runtime.json', {
      version: 'value' in settings ? (settings.value?.version ?? null) : null,
      state: state ?? null,
    }),
    ...capturedGaps(gaps),
  ];
}

/** What is not shown to this user was not had either. */
function shown(part: Part<unknown>): Part<unknown> {
  if ('why' in part || part.value !== undefined) return part;
  return { why: 'Node-RED does not show them to this user, or has no editor.' };
}
