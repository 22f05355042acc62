import type { Connection, ConnectionId } from '../domain/connection.ts';
import type { Conviction } from '../domain/conviction.ts';
import type { Drill, DrillJob } from '../domain/drill.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Factor } from '../domain/factor.ts';
import type { ChatSurface, HeardFile, Room } from '../domain/heard.ts';
import type { Incident, IncidentId } from '../domain/incident.ts';
import type { Inventory, ItemKey } from '../domain/inventory.ts';
import type { Link } from '../domain/linking.ts';
import type { Lockout } from '../domain/lockout.ts';
import type { Notice } from '../domain/notice.ts';
import type { Destination } from '../domain/outgoing.ts';
import type { Person, PersonId, PersonToken } from '../domain/person.ts';
import type { Action, Approval, JournalEntry, Plan } from '../domain/plan.ts';
import type { Provider, ProviderSecrets } from '../domain/provider.ts';
import type { RevocationRecord } from '../domain/revocation.ts';
import type { Reminder } from '../domain/runbook-overdue.ts';
import type { RunbookRun, StepVisit } from '../domain/runbook-run.ts';
import type { Secret } from '../domain/secret.ts';
import type { SecurityRequest } from '../domain/security-request.ts';
import type { Session } from '../domain/session.ts';
import type { NewTimelineEvent, TimelineEvent } from '../domain/timeline.ts';
import type { HeardMark, NewFollow, NewOutgoing } from './chats.ts';

/** What `save` writes. Every list may be absent. */
export type Change = {
  readonly people?: readonly Person[];
  readonly tokens?: readonly PersonToken[];
  /** A stored one only gets a later use, or an end. */
  readonly sessions?: readonly Session[];
  readonly factors?: readonly Factor[];
  /** Of factors that are written in the same change; set once. */
  readonly factorSecrets?: readonly { readonly factor: string; readonly secret: Secret }[];
  /** A declared incident has no name yet: pass `name: ''` and revision 0, the store gives one. */
  readonly incidents?: readonly Incident[];
  /** From now on this room (a CLI person, a channel) means this incident. */
  readonly rooms?: readonly { readonly room: string; readonly incident: IncidentId }[];
  /** From now on these rooms are about no incident. */
  readonly roomDrops?: readonly string[];
  /** Chat accounts that are linked from now on, each to one person. */
  readonly identities?: readonly Link[];
  /** Chat accounts that are nobody's from now on. */
  readonly identityDrops?: readonly string[];
  /** What became of events of a chat. @throws StaleError when somebody else has taken one up */
  readonly heardMarks?: readonly HeardMark[];
  readonly follows?: readonly NewFollow[];
  /** Events whose press of a button came to nothing. */
  readonly buttonReleases?: readonly string[];
  readonly outgoing?: readonly NewOutgoing[];
  readonly connections?: readonly Connection[];
  /** Set or drop (`null`) a connection's secret. */
  readonly connectionSecrets?: readonly {
    readonly connection: ConnectionId;
    readonly secret: Secret | null;
  }[];
  /** Ways to the providers of credentials, each with its secrets. */
  readonly providers?: readonly NewProvider[];
  /** Ways that are given up, with their secrets; by the revision that was seen. */
  readonly providerDrops?: readonly { readonly key: ItemKey; readonly revision: number }[];
  readonly inventories?: readonly {
    readonly connection: ConnectionId;
    readonly inventory: Inventory;
  }[];
  /** What was contained there was looked at again. */
  readonly watches?: readonly { readonly connection: ConnectionId; readonly at: Date }[];
  /** It is not to be looked at before. */
  readonly watchRests?: readonly { readonly connection: ConnectionId; readonly until: Date }[];
  readonly scopeAdds?: readonly NewScopeItem[];
  readonly scopeDrops?: readonly {
    readonly incident: IncidentId;
    readonly kind: ScopeKind;
    readonly key: ItemKey;
    readonly by: PersonId;
    readonly at: Date;
  }[];
  /** On workflows that are in scope, or come into it in the same change; null takes one back. */
  readonly scopeVerdicts?: readonly {
    readonly incident: IncidentId;
    readonly key: ItemKey;
    readonly verdict: Conviction | null;
  }[];
  /** A new plan has no name yet: pass `name: ''` and revision 0. */
  readonly plans?: readonly Plan[];
  /** @throws UserError `conflict` when this person has already decided on this plan */
  readonly approvals?: readonly Approval[];
  readonly actions?: readonly Action[];
  readonly journal?: readonly JournalEntry[];
  /** What is known now of a credential at its provider, in one incident. */
  readonly revocations?: readonly RevocationRecord[];
  /** Whom people lock out by hand; revision 0 for one of whom nothing was known. */
  readonly lockouts?: readonly Lockout[];
  /** A new run has no name yet: pass `name: ''` and revision 0. */
  readonly runbookRuns?: readonly RunbookRun[];
  /** Visits of runs that are written in the same change, whose revision guards them. */
  readonly runbookSteps?: readonly StepVisit[];
  /** @throws StaleError when it was written before, or the step is over */
  readonly runbookReminders?: readonly Reminder[];
  readonly drills?: readonly Drill[];
  readonly evidence?: readonly NewEvidence[];
  /** A new one has no name yet: pass `name: ''` and revision 0. */
  readonly securityRequests?: readonly SecurityRequest[];
  /** Of requests that are new in the same change; kept until they are decided. */
  readonly securityRequestSecrets?: readonly {
    readonly request: string;
    readonly secret: Secret;
  }[];
  readonly notices?: readonly Notice[];
  readonly events?: readonly NewTimelineEvent[];
  readonly jobs?: readonly NewJob[];
};

/** What came of a `save`, in the order in which it was passed. */
export type Saved = {
  readonly incidents: readonly Incident[];
  readonly plans: readonly Plan[];
  readonly runbookRuns: readonly RunbookRun[];
  readonly evidence: readonly Evidence[];
  readonly securityRequests: readonly SecurityRequest[];
  readonly events: readonly TimelineEvent[];
};

export const scopeKinds = ['workflow', 'credential', 'host'] as const;
export type ScopeKind = (typeof scopeKinds)[number];

/** What the incident is about. A host has the key `{ connection: '', id: 'host.example' }`. */
export type ScopeItem = {
  readonly incident: IncidentId;
  readonly kind: ScopeKind;
  readonly key: ItemKey;
  readonly name: string;
  readonly ref?: string;
  readonly addedBy: PersonId;
  readonly addedAt: Date;
  /** The workflow's hash when it was added; `scope diff` compares it with now. */
  readonly observedHash?: string;
  readonly convicted?: Conviction;
};
export type NewScopeItem = ScopeItem;

/** A way to the provider of a credential; revision 0 for its first. */
export type NewProvider = {
  readonly key: ItemKey;
  readonly provider: Provider;
  readonly secrets: ProviderSecrets;
};

export type NewEvidence = Omit<Evidence, 'name' | 'sha256' | 'sizeBytes'> & {
  readonly bytes: Uint8Array;
};

/** Durable work. The id makes it happen once: a second job with the same id is dropped. */
export type NewJob =
  | DrillJob
  | { readonly kind: 'sync'; readonly id: string; readonly data: { readonly connection: string } }
  | {
      readonly kind: 'contain';
      readonly id: string;
      readonly data: { readonly plan: string };
      readonly notBefore?: Date;
    }
  | {
      readonly kind: 'watch';
      readonly id: string;
      /** `at`: the tick that asked for it, ISO. */
      readonly data: { readonly connection: string; readonly at: string };
    }
  | {
      readonly kind: 'snapshot';
      readonly id: string;
      readonly data: {
        readonly incident: string;
        readonly connection: string;
        readonly workflow: string;
        readonly by: string;
      };
    }
  | {
      readonly kind: 'room';
      readonly id: string;
      /** `told`: where it was declared, and where people hear of the room. */
      readonly data: {
        readonly incident: string;
        readonly surface: ChatSurface;
        readonly heard: string;
        readonly told: Extract<Destination, { kind: 'answer' }>;
      };
    }
  | {
      readonly kind: 'furnish';
      readonly id: string;
      /** A room that was opened for an incident which has changed since. */
      readonly data: { readonly incident: string; readonly room: Room };
    }
  | CopyJob;

/** A file of a message that somebody put on the timeline, to be copied as evidence. */
export type CopyJob = {
  readonly kind: 'copy';
  readonly id: string;
  readonly data: {
    readonly incident: string;
    readonly surface: ChatSurface;
    readonly room: Room;
    readonly message: string;
    readonly author: string;
    readonly file: HeardFile;
    readonly by: PersonId;
    /** When it was asked for, ISO 8601. */
    readonly at: string;
  };
};

export type JobKind = NewJob['kind'];
export type JobData<K extends JobKind> = Extract<NewJob, { kind: K }>['data'];
