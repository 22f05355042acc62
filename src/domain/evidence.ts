import type { ConnectionId } from './connection.ts';
import type { IncidentId } from './incident.ts';
import type { PersonId } from './person.ts';

/** Bytes with their hash and origin. Never edited; only superseded. Stored encrypted. */
export type Evidence = {
  readonly id: string;
  /** `E-4`, counted in the incident. */
  readonly name: string;
  readonly incident: IncidentId;
  /** `live-version.json`, `executions.json`, … */
  readonly title: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly collectedAt: Date;
  /** Absent when Firebreak collected it by itself, before acting. */
  readonly collectedBy?: PersonId;
  readonly from: {
    readonly connection: ConnectionId;
    readonly workflow: string;
    readonly workflowName: string;
  };
  /** The plan for which it was collected, if any. */
  readonly plan?: string;
};
