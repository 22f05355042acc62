import type { Complete, Dispatch } from '../chat/chat.ts';
import type { Incident, IncidentId } from '../domain/incident.ts';
import type { Person, PersonId } from '../domain/person.ts';
import type { View } from '../domain/reply.ts';
import type { RunbookPreview } from '../domain/runbook.ts';
import type { Secret } from '../domain/secret.ts';
import type { Gate } from './gate.ts';

/** What the console is served from. */
export type ConsoleHost = {
  readonly gate: Gate;
  readonly dispatch: Dispatch;
  readonly complete: Complete;
  /** With what a person proves that it is them. */
  readonly factor: {
    readonly hasOne: (person: Person) => Promise<boolean>;
    /** The address for an authenticator app; it is shown once. */
    readonly enrol: (person: Person) => Promise<Secret>;
    readonly confirm: (person: Person, code: Secret) => Promise<View>;
  };
  /** True when there is a command of this name. */
  readonly knows: (command: string) => boolean;
  /** The incident of this name, unless this person may not see it. */
  readonly incident: (name: string, viewer: PersonId) => Promise<Incident | undefined>;
  /** Every runbook as it is now, also broken ones. */
  readonly runbooks: () => Promise<readonly RunbookPreview[]>;
  /** The number of the newest event of an incident. */
  readonly newestEvent: (incident: IncidentId) => Promise<number>;
  /** Differs as soon as its scope, or what was seen on a platform, may look otherwise. */
  readonly seenOf: (incident: IncidentId) => Promise<string>;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Rejects when the signal says so. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
};
