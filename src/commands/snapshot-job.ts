import type { Incident } from '../domain/incident.ts';
import type { ItemKey } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import type { PersonId } from '../domain/person.ts';
import type { NewJob } from '../store/store.ts';

/** What a snapshot that was asked for at this time is called, so that whoever asked can follow it. */
export function snapshotJobId(incident: Incident, workflow: ItemKey, at: Date): string {
  return `snapshot:${incident.id}:${keyText(workflow)}:${at.toISOString()}`;
}

/** The durable work of sealing one workflow's evidence. */
export function snapshotJob(incident: Incident, workflow: ItemKey, by: PersonId, at: Date): NewJob {
  return {
    kind: 'snapshot',
    id: snapshotJobId(incident, workflow, at),
    data: { incident: incident.id, connection: workflow.connection, workflow: workflow.id, by },
  };
}
