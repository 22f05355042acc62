import type { Connection } from '../domain/connection.ts';
import type { Incident, IncidentId } from '../domain/incident.ts';
import type { Plan } from '../domain/plan.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';

/** The platform on which a drill is played; undefined where no scenario is played. */
export async function stageOf(
  { store }: Pick<CommandContext, 'store'>,
  incident: IncidentId,
): Promise<Connection | undefined> {
  const drill = await store.drills.ofIncident(incident);
  return drill && (await store.connections.byId(drill.connection));
}

/**
 * Refuses a plan of a drill for what the drill is not played on: only its own estate is put back.
 *
 * @throws UserError `conflict`
 */
export async function assertOnStage(
  { store }: Pick<CommandContext, 'store'>,
  incident: Incident,
  { connections }: Pick<Plan, 'connections'>,
): Promise<void> {
  if (!incident.drill) return;
  const drill = await store.drills.ofIncident(incident.id);
  const other = drill && connections.find(({ id }) => id !== drill.connection);
  if (!drill || !other) return;
  const played = await store.connections.byId(drill.connection);
  const stage = played?.name ?? 'another platform';
  throw new UserError(
    'conflict',
    `${incident.name} is a drill on ${stage}, and ${other.name} would not be put back after it.`,
    {
      hint: `Narrow it with \`connection:${stage}\`, or declare an exercise of its own: \`declare <title> --drill\`.`,
    },
  );
}
