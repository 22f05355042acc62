import { reasonOf } from './commands/inputs.ts';
import type { Incident } from './domain/incident.ts';
import type { Person } from './domain/person.ts';
import type { ApprovalPolicy } from './domain/policy.ts';
import { asksReason, isDrill } from './domain/policy.ts';
import { UserError } from './errors.ts';
import type { ExportedPlan, Exporter, ExportFormat } from './exports/export.ts';
import { signedUpTo } from './exports/signed.ts';
import { exportedKind } from './record/record.ts';
import type { Store } from './store/store.ts';

/** What an export is made of. */
export type ExportContext = {
  readonly store: Store;
  readonly exporters: Readonly<Record<ExportFormat, Exporter>>;
  readonly policy: ApprovalPolicy;
  readonly now: () => Date;
};

/**
 * The record of one incident in one format, streamed.
 *
 * That it was exported, by whom and why, is itself on the timeline, and the head is signed with it
 * inside.
 *
 * @throws UserError `not_found` before the first piece, also for a private incident of others;
 *   `bad_input` without a reason where the policy asks for one
 */
export async function* exportRecord(
  context: ExportContext,
  name: string,
  format: ExportFormat,
  by: Person,
  reason?: string,
): AsyncIterable<string> {
  const { store } = context;
  const incident = await store.incidents.byName(name, by.id);
  if (!incident) {
    throw new UserError('not_found', `There is no incident ${name} that you can see.`, {
      hint: 'firebreak ir "list" shows them.',
    });
  }
  const why = await reasonFor(context, reason);
  const exportedAt = context.now();
  const { events } = await store.save({
    events: [
      {
        chain: incident.id,
        kind: exportedKind,
        actor: { kind: 'person', id: by.id, name: by.name },
        source: 'cli',
        occurredAt: exportedAt,
        text: `${by.name} exported the record of ${incident.name} as ${format}${why === undefined ? '.' : `: ${why}`}`,
        data: { format, ...(why === undefined ? {} : { reason: why }) },
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

/** Drills ask for none: nothing real leaves there. */
async function reasonFor(
  { store, policy }: ExportContext,
  given: string | undefined,
): Promise<string | undefined> {
  if (given === undefined) {
    if (!asksReason(policy.classes.R0s) || isDrill(await store.connections.list())) return given;
    throw new UserError(
      'bad_input',
      'Why does the record leave? The reason goes on its timeline.',
      {
        hint: 'Type the same with --reason "for the post-mortem".',
      },
    );
  }
  const { success, data, error } = reasonOf(500).safeParse(given);
  if (success) return data;
  throw new UserError('bad_input', error.issues[0]?.message ?? 'That is no reason.', {
    hint: 'e.g. --reason "for the post-mortem"',
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
