import type { Drill } from '../domain/drill.ts';
import type { OpenStage } from '../platforms/platform.ts';
import type { JobContext } from './job.ts';
import { sync } from './sync.ts';

/** What work for drills needs besides. */
export type DrillContext = JobContext & { readonly stageOf: OpenStage };

/**
 * Makes the estate of a drill ready, or puts it back once the drill has ended; then looks at it, so
 * that responders find what is there. It may be repeated: what was done already stays as it is.
 */
export async function drill(
  context: DrillContext,
  data: { readonly incident: string },
  signal: AbortSignal,
): Promise<void> {
  const { store, now } = context;
  const found = await store.drills.ofIncident(data.incident);
  if (!found || found.clearedAt) return;
  if (!found.endedAt && found.readyAt) return;
  const { connection } = await context.platformOf(found.connection);
  const stage = context.stageOf(connection);
  await (found.endedAt ? stage.clear() : stage.set(found.scenario.stage));
  await sync(context, { connection: connection.id }, signal);
  const after: Drill = found.endedAt
    ? { ...found, clearedAt: now() }
    : { ...found, readyAt: now() };
  await store.save({
    drills: [after],
    events: [
      {
        chain: found.incident,
        kind: found.endedAt ? 'drill_cleared' : 'drill_ready',
        actor: { kind: 'firebreak' },
        source: 'job',
        occurredAt: now(),
        text: found.endedAt
          ? `${connection.name} was put back as it was before the drill.`
          : `${connection.name} is ready for the drill: all that happened there before is forgotten.`,
        data: { connection: connection.name },
      },
    ],
  });
}
