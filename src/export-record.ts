import type { Incident } from './domain/incident.ts';
import type { Person } from './domain/person.ts';
import { UserError } from './errors.ts';
import type { ExportedPlan, Exporter, ExportFormat } from './exports/export.ts';
import { signedUpTo } from './exports/signed.ts';
import { exportedKind } from './record/record.ts';
import type { Store } from './store/store.ts';

/** What an export is made of. */
export type ExportContext = {
  readonly store: Store;
  readonly exporters: Readonly<Record<ExportFormat, Exporter>>;
  readonly now: () => Date;
};

/**
 * The record of one incident in one format, streamed.
 *
 * That it was exported, by whom, is itself on the timeline, and the head is signed with it inside.
 *
 * @throws UserError `not_found` before the first piece, also for a private incident of others
 */
export async function* exportRecord(
  context: ExportContext,
  name: string,
  format: ExportFormat,
  by: Person,
): AsyncIterable<string> {
  const { store } = context;
  const incident = await store.incidents.byName(name, by.id);
  if (!incident) {
    throw new UserError('not_found', `There is no incident ${name} that you can see.`, {
      hint: 'firebreak ir "list" shows them.',
    });
  }
  const exportedAt = context.now();
  const { events } = await store.save({
    events: [
      {
        chain: incident.id,
        kind: exportedKind,
        actor: { kind: 'person', id: by.id, name: by.name },
        source: 'cli',
        occurredAt: exportedAt,
        text: `${by.name} exported the record of ${incident.name} as ${format}.`,
        data: { format },
      },
    ],
  });
  // Others may have written on meanwhile; this export ends with its own entry.
  const end = events.at(-1)?.seq ?? 0;
  const checkpoints = signedUpTo(await store.timeline.checkpoint(incident.id), end);
  const people = await store.people.list();
  yield* context.exporters[format].write({
    incident,
    timeline: {
      genesis: await store.timeline.genesis(incident.id),
      keys: await store.timeline.keys(),
      checkpoints,
      entries: store.timeline.read(incident.id),
    },
    plans: await plansOf(store, incident),
    revocations: await store.revocations.ofIncident(incident.id),
    evidence: await store.evidence.ofIncident(incident.id),
    connections: await touchedBy(store, incident),
    peopleNames: new Map(people.map((person) => [person.id, person.name])),
    timeZone: by.timeZone ?? store.instance.timeZone,
    exportedAt,
    exportedBy: by.id,
    omissions: [
      'Values of credentials are never read from a platform, so they are nowhere in the record.',
    ],
  });
}

function plansOf(store: Store, incident: Incident): Promise<readonly ExportedPlan[]> {
  return store.plans.ofIncident(incident.id).then((plans) =>
    Promise.all(
      plans.toReversed().map(async (plan) => ({
        plan,
        approvals: await store.plans.approvals(plan.id),
        actions: await store.plans.actions(plan.id),
      })),
    ),
  );
}

async function touchedBy(store: Store, incident: Incident) {
  const plans = await store.plans.ofIncident(incident.id);
  const scope = await store.scope.of(incident.id);
  const touched = new Set([
    ...plans.flatMap((plan) => plan.connections.map(({ id }) => id)),
    ...scope.map((item) => item.key.connection),
  ]);
  const connections = await store.connections.list();
  return connections.filter((connection) => touched.has(connection.id));
}
