import type { Incident } from './domain/incident.ts';
import type { Chain } from './domain/timeline.ts';
import { makeExporters } from './exports/formats.ts';
import type { Recorder } from './record/record.ts';
import { verifyBundle } from './record/verify.ts';
import type { Timeline } from './store/store.ts';

/**
 * Follows one chain of the database from its genesis to its signed head, with the same verifier
 * that outsiders use on an export. Signs the head when that was not done yet.
 *
 * @returns what is wrong with it, or undefined when it holds
 */
export async function checkChain(
  recorder: Recorder,
  timeline: Timeline,
  chain: Chain,
): Promise<string | undefined> {
  const checkpoints = await timeline.checkpoint(chain);
  if (checkpoints.length === 0) return 'It is empty.';
  const bundle = makeExporters(recorder).json.write({
    incident: nameless(chain),
    timeline: {
      genesis: await timeline.genesis(chain),
      keys: await timeline.keys(),
      checkpoints,
      entries: timeline.read(chain),
    },
    peopleNames: new Map(),
    timeZone: 'UTC',
    exportedAt: new Date(0),
    exportedBy: '',
    omissions: [],
  });
  const report = await verifyBundle(bundle, { endsAnywhere: true });
  if (report.good) return undefined;
  const { reason, seq } = report.problem ?? { reason: 'It cannot be read.' };
  return seq === undefined ? reason : `Entry ${seq}: ${reason}`;
}

/** What an export says of the incident stands outside the chain, so it says nothing here. */
function nameless(id: Chain): Incident {
  return {
    id,
    name: '',
    title: '',
    severity: 'sev4',
    phase: 'analysis',
    visibility: 'private',
    drill: false,
    declaredBy: '',
    declaredAt: new Date(0),
    roles: [],
    members: [],
    revision: 0,
  };
}
