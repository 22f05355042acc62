import type { IncidentId } from './incident.ts';
import type { PersonId } from './person.ts';

/** What one person must hear; it is stored with the change that it tells of. */
export type Notice = {
  readonly id: string;
  readonly person: PersonId;
  /** Absent for what is about Firebreak's own security. */
  readonly incident?: IncidentId;
  readonly at: Date;
  /** Before what is merely good to know. */
  readonly urgent: boolean;
  readonly text: string;
};

/** So long a notice stands where its person looks, in ms. */
export const noticeMs = 7 * 24 * 60 * 60_000;
