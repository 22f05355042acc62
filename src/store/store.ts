import type { Connection, ConnectionId } from '../domain/connection.ts';
import type { StandingConviction } from '../domain/conviction.ts';
import type { Newcomer } from '../domain/copies.ts';
import type { Drill } from '../domain/drill.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Factor } from '../domain/factor.ts';
import type { ChatSurface } from '../domain/heard.ts';
import type { Hold } from '../domain/hold.ts';
import type { Incident, IncidentId } from '../domain/incident.ts';
import type {
  Credential,
  Fact,
  Hit,
  Holding,
  ItemKey,
  ItemKind,
  PlatformUser,
  UserRecord,
  Workflow,
  WorkflowNode,
} from '../domain/inventory.ts';
import type { Lockout } from '../domain/lockout.ts';
import type { Notice } from '../domain/notice.ts';
import type { Person, PersonId, PersonToken } from '../domain/person.ts';
import type { Action, Approval, JournalEntry, Plan, PlanState } from '../domain/plan.ts';
import type { ProviderSecrets } from '../domain/provider.ts';
import type { Query } from '../domain/query.ts';
import type { RevocationRecord } from '../domain/revocation.ts';
import type { RunbookRun, StepVisit } from '../domain/runbook-run.ts';
import type { Secret } from '../domain/secret.ts';
import type { SecurityRequest } from '../domain/security-request.ts';
import type { Session } from '../domain/session.ts';
import type { Chain, TimelineEvent } from '../domain/timeline.ts';
import type { Held, HeldBlock } from '../domain/watch.ts';
import type { Workload } from '../domain/workload.ts';
import type { Genesis, StoredCheckpoint, StoredEntry } from '../record/record.ts';
import type { Change, JobData, JobKind, Saved, ScopeItem } from './change.ts';
import type { Buttons, HeardStore, Identities, OutgoingStore } from './chats.ts';

export { scopeKinds } from './change.ts';
export type {
  Change,
  JobData,
  JobKind,
  NewEvidence,
  CopyJob,
  NewJob,
  NewProvider,
  NewScopeItem,
  Saved,
  ScopeItem,
  ScopeKind,
} from './change.ts';
export type {
  Backlog,
  Card,
  HeardMark,
  LiveCard,
  NewButton,
  NewFollow,
  NewOutgoing,
  Pressed,
  TakenUp,
  Taking,
  Waiting,
} from './chats.ts';
export type { StoredCheckpoint, StoredEntry };

/**
 * The one place that keeps state.
 *
 * Reads answer domain nouns. Writes go through `save`, which stores state, timeline, evidence and
 * jobs in one transaction, so that nothing is ever told, done or recorded alone.
 */
export interface Store {
  readonly instance: Instance;
  readonly people: People;
  readonly incidents: Incidents;
  readonly timeline: Timeline;
  readonly connections: Connections;
  readonly inventory: InventoryStore;
  readonly scope: ScopeStore;
  readonly plans: Plans;
  readonly watch: Watch;
  readonly providers: Providers;
  readonly revocations: Revocations;
  readonly lockouts: Lockouts;
  readonly runbookRuns: RunbookRuns;
  readonly drills: Drills;
  readonly evidence: EvidenceStore;
  readonly sessions: Sessions;
  readonly factors: Factors;
  readonly securityRequests: SecurityRequests;
  readonly notices: Notices;
  readonly heard: HeardStore;
  readonly outgoing: OutgoingStore;
  readonly buttons: Buttons;
  readonly identities: Identities;
  readonly jobs: JobStore;

  /**
   * Writes all of a change or nothing.
   *
   * Items that carry a `revision` must have the revision with which they were loaded (0 for new
   * ones); the stored one is one higher.
   *
   * @throws StaleError when an item was changed by somebody else since it was loaded
   * @throws UserError `conflict` when a name (handle, connection, token) is already taken
   */
  save(change: Change): Promise<Saved>;

  /**
   * Keyed hash of a value (16 hex digits), the same over the whole instance: it tells two secrets
   * apart without showing either, and nobody without the key can try values against it.
   */
  fingerprint(this: void, secret: string): string;

  /**
   * Writes everything, as it is at this instant, into a new file (0600); the key is not in it.
   * On the embedded database everything else waits until it is written.
   *
   * @param path absolute
   * @throws UserError `conflict` when the file exists already
   */
  backup(path: string): Promise<Backup>;

  /** What waits and what is under way. @throws when the database cannot be asked */
  workload(): Promise<Workload>;

  /** The database's clock minus ours, in ms. */
  clockAheadMs(): Promise<number>;

  /**
   * Housekeeping of the embedded database (CHECKPOINT, VACUUM), due every few minutes; PostgreSQL
   * does its own, there it does nothing.
   */
  maintain(): Promise<void>;

  /** Waits for what is under way, then closes the database and gives the directory back. */
  close(): Promise<void>;
}

/** What a backup says of itself; the rest is in the file. */
export type Backup = {
  readonly takenAt: Date;
  /** The encryption key that opens it. */
  readonly keyId: string;
  readonly rows: number;
};

export interface Instance {
  /** UUID; the *tenant* of the timeline format. */
  readonly id: string;
  readonly createdAt: Date;
  /** IANA zone in which times are read and shown unless the person has their own. */
  readonly timeZone: string;
  /** The local operator: the first admin, one fixed person with one vote. */
  readonly operator: PersonId;
}

export interface People {
  byId(id: PersonId): Promise<Person | undefined>;
  /** @param handle without `@`, case ignored */
  byHandle(handle: string): Promise<Person | undefined>;
  /** The person whose unrevoked, unexpired token has this SHA-256 (hex). */
  byToken(
    sha256: string,
    kind: PersonToken['kind'],
    now: Date,
  ): Promise<{ readonly person: Person; readonly token: PersonToken } | undefined>;
  /** The person whose token this was before it was used up or revoked, until it would have expired. */
  byEndedToken(
    sha256: string,
    kind: PersonToken['kind'],
    now: Date,
  ): Promise<{ readonly person: Person; readonly token: PersonToken } | undefined>;
  tokensOf(person: PersonId): Promise<readonly PersonToken[]>;
  /**
   * Who can get in: nobody who was switched off, everyone with a CLI token that is good, and the
   * local operator, whose token is in the data directory.
   */
  entering(now: Date): Promise<readonly Person[]>;
  /** By handle. */
  list(): Promise<readonly Person[]>;
}

/** A room of a chat, and since when its incident is declared. */
export type OpenRoom = {
  readonly room: string;
  readonly incident: IncidentId;
  readonly declaredAt: Date;
};

/** Reads ask for whom: a private incident does not exist for those who may not see it. */
export interface Incidents {
  /** @param name `INC-7`, `inc-7` or `7` */
  byName(name: string, viewer: PersonId): Promise<Incident | undefined>;
  byId(id: IncidentId, viewer: PersonId): Promise<Incident | undefined>;
  inRoom(room: string, viewer: PersonId): Promise<Incident | undefined>;
  /** Newest first. Closed ones only when asked for. */
  list(
    viewer: PersonId,
    filter: { readonly closed: boolean; readonly limit: number },
  ): Promise<readonly Incident[]>;
  /** What a room is about, whoever asks: so that nobody takes it away unseen. */
  ofRoom(room: string): Promise<Incident | undefined>;
  /** For jobs and exports that act for Firebreak itself, whoever asked. */
  forFirebreak(id: IncidentId): Promise<Incident | undefined>;
  /** Rooms of a chat that are about incidents which are not closed; for Firebreak itself. */
  openRooms(surface: ChatSurface): Promise<readonly OpenRoom[]>;
  /** Rooms that are about it, of people's shells and browsers too; for Firebreak itself. */
  roomsOf(id: IncidentId): Promise<readonly string[]>;
}

/** Where a chain ends. */
export type ChainHead = {
  readonly chain: Chain;
  readonly entries: number;
  /** Its last entry is its head, and every head that was signed is an entry of it. */
  readonly stands: boolean;
};

export interface Timeline {
  /**
   * The newest `limit` events, oldest of them first.
   *
   * @param before only those before this place in the chain
   */
  latest(chain: Chain, limit: number, before?: number): Promise<readonly TimelineEvent[]>;
  /** The newest event of a kind; undefined when there is none. */
  newest(chain: Chain, kind: string): Promise<TimelineEvent | undefined>;
  /** The whole chain in order, streamed in pages so that memory stays flat. */
  read(chain: Chain): AsyncIterable<readonly StoredEntry[]>;
  genesis(chain: Chain): Promise<Genesis>;
  /** Signs the head as it is now and keeps the signature. Returns all checkpoints of the chain. */
  checkpoint(chain: Chain): Promise<readonly StoredCheckpoint[]>;
  /** Of every chain, the one written to last first; for Firebreak itself. */
  heads(): Promise<readonly ChainHead[]>;
  /** Every signing key that ever was, oldest first. */
  keys(): Promise<readonly { readonly keyId: string; readonly publicKeyPem: string }[]>;
}

export interface Connections {
  byId(id: ConnectionId): Promise<Connection | undefined>;
  byName(name: string): Promise<Connection | undefined>;
  list(): Promise<readonly Connection[]>;
  /** Decrypts. Only `main.ts` passes it on, to the platform that needs it. */
  secret(id: ConnectionId): Promise<Secret | undefined>;
}

export interface InventoryStore {
  /** Hits with their reasons, most dangerous first; `total` counts all, also beyond `limit`. */
  find(
    query: Query,
    options: { readonly limit: number },
  ): Promise<{ readonly hits: readonly Hit[]; readonly total: number }>;
  workflow(key: ItemKey): Promise<Workflow | undefined>;
  /** Its nodes as the last look saw them; none where its platform switches off no single ones. */
  nodesOf(key: ItemKey): Promise<readonly WorkflowNode[]>;
  /** For many at once, by `keyText`. A workflow without facts has an empty list. */
  factsOf(keys: readonly ItemKey[]): Promise<ReadonlyMap<string, readonly Fact[]>>;
  credentials(): Promise<readonly Credential[]>;
  /** Workflows of which a host is only known when they run: no search by host can find them. */
  withRuntimeHosts(limit: number): Promise<readonly Workflow[]>;
  /**
   * What a person may have meant: a reference (`w12`, `c3`), a platform id, or a name (case
   * ignored). Several answers mean that the name is ambiguous.
   */
  resolve(kind: ItemKind, text: string): Promise<readonly ResolvedItem[]>;
  users(connection: ConnectionId): Promise<readonly UserRecord[]>;
  /** Those of all connections, by connection. */
  allUsers(): Promise<readonly PlatformUser[]>;
  /** The workflows that are there of which the platform names this user as the owner. */
  ownedBy(user: Pick<PlatformUser, 'connection' | 'email'>): Promise<readonly Workflow[]>;
  /** Who owns how many of the workflows that are there. */
  holdings(): Promise<readonly Holding[]>;
  /** Workflows that call these, or use them as their error workflow. */
  callersOf(keys: readonly ItemKey[]): Promise<
    readonly {
      readonly target: ItemKey;
      readonly workflow: Workflow;
      readonly fact: Fact;
    }[]
  >;
  /** Workflows that are on and not among these, made of the very same as one of them. */
  twinsOf(
    keys: readonly ItemKey[],
  ): Promise<readonly { readonly of: ItemKey; readonly workflow: Workflow }[]>;
  /** Workflows that use these credentials, in draft or live version. */
  usersOfCredentials(
    keys: readonly ItemKey[],
  ): Promise<readonly { readonly credential: ItemKey; readonly workflow: Workflow }[]>;
}

export type ResolvedItem = {
  readonly kind: ItemKind;
  readonly key: ItemKey;
  readonly ref: string;
  readonly name: string;
  readonly connectionName: string;
};

export interface ScopeStore {
  of(incident: IncidentId): Promise<readonly ScopeItem[]>;
  /** Convictions of these workflows that stand, by whatever incident; for Firebreak itself. */
  convictions(keys: readonly ItemKey[]): Promise<readonly StandingConviction[]>;
}

export interface Plans {
  byId(id: string): Promise<Plan | undefined>;
  /** Its state alone; asked before each target, so it must not load the targets. */
  state(id: string): Promise<PlanState | undefined>;
  /** @param name `P-3`, `p-3` or `3`; only plans of incidents that the viewer may see */
  byName(name: string, viewer: PersonId): Promise<Plan | undefined>;
  /** Newest first. */
  ofIncident(incident: IncidentId): Promise<readonly Plan[]>;
  approvals(plan: string): Promise<readonly Approval[]>;
  /** In the order of acting. */
  actions(plan: string): Promise<readonly Action[]>;
  journal(plan: string): Promise<readonly JournalEntry[]>;
  /** Plans of a connection that are running: what a restart must resume. */
  running(): Promise<readonly Plan[]>;
  /** Of any incident, that this person asked for and that nobody has run or ended; newest first. */
  waitingOf(person: PersonId): Promise<readonly Plan[]>;
  /** Plans that keep a connection frozen: started, not taken back, of no ended drill; for Firebreak itself. */
  freezing(): Promise<readonly Plan[]>;
  /** Whether a plan runs that has yet to ask, or to hear, of something on this connection. */
  actOn(connection: ConnectionId): Promise<boolean>;
  /** Of whatever incident, proposed or approved, on this connection; for Firebreak itself. */
  waitingOn(connection: ConnectionId): Promise<readonly Plan[]>;
  /** What switched workflows there off, wholly or in part, started at or after this instant; newest first. */
  startedOn(connection: ConnectionId, since: Date): Promise<readonly Plan[]>;
  /** What this person started at or after this instant that keeps workflows from their work, in any incident. */
  startedBy(person: PersonId, since: Date): Promise<readonly Plan[]>;
  /** The newest undone-or-not contain plans that switched this workflow off and are not undone. */
  containing(key: ItemKey): Promise<readonly Plan[]>;
  /**
   * By `keyText`, what was last found of each workflow that plans switched off or on again; only
   * by plans of incidents that the viewer may see.
   *
   * @param keys `contradicted` for all of which a switch-off was ever contradicted
   */
  lastVerdicts(
    keys: readonly ItemKey[] | 'contradicted',
    viewer: PersonId,
  ): Promise<ReadonlyMap<string, Action>>;
  /** Stops of the executions of these workflows, by whichever plan, that were asked for since. */
  stopsSince(keys: readonly ItemKey[], since: Date): Promise<readonly Action[]>;
  /**
   * Workflows of this containment that others keep off, too: neither undone nor being taken back,
   * nor found on by a later one; of open incidents, and of closed ones what was convicted there.
   *
   * @param key only this workflow
   */
  othersHolding(plan: string, key?: ItemKey): Promise<readonly Hold[]>;
  /** The undo that asked last, after this instant, to switch this workflow on; for Firebreak itself. */
  broughtBackBy(key: ItemKey, since: Date): Promise<BroughtBack | undefined>;
}

/** One workflow that an undo of ours switched on again. */
export type BroughtBack = Omit<Hold, 'key'> & {
  /** When the platform was asked, for the last time. */
  readonly at: Date;
};

/** What was contained in incidents that are open, and not taken back; for Firebreak itself. */
export interface Watch {
  /** Where something is kept off, or blocked. */
  connections(): Promise<readonly ConnectionId[]>;
  /** Oldest plan first. @param connection only what is kept off there */
  held(connection?: ConnectionId): Promise<readonly Held[]>;
  /** Nodes there that are switched off, while the rest of their workflow goes on. Oldest plan first. */
  muted(connection: ConnectionId): Promise<readonly Held[]>;
  /** Blocks on credentials there that nobody has had taken away. Oldest plan first. */
  blocked(connection: ConnectionId): Promise<readonly HeldBlock[]>;
  /** What looks found made anew, or on, after this instant; but what an undo of ours switched on. */
  newcomers(connection: ConnectionId, since: Date): Promise<readonly Newcomer[]>;
}

export interface Providers {
  /** Decrypts. Only for the revoker that needs them. */
  secrets(this: void, key: ItemKey): Promise<ProviderSecrets | undefined>;
}

export interface Revocations {
  /** By name. */
  ofIncident(incident: IncidentId): Promise<readonly RevocationRecord[]>;
}

export interface Lockouts {
  /** In the order in which they were asked for. */
  ofIncident(incident: IncidentId): Promise<readonly Lockout[]>;
}

export interface RunbookRuns {
  /** @param name `R-3`, `r-3` or `3`; only runs of incidents that the viewer may see */
  byName(name: string, viewer: PersonId): Promise<RunbookRun | undefined>;
  /** Newest first. */
  ofIncident(incident: IncidentId): Promise<readonly RunbookRun[]>;
  /** Those that stand at a step over its time of which the commander has not heard, for Firebreak. */
  overdue(now: Date): Promise<readonly RunbookRun[]>;
  /** In the order of walking. */
  visits(run: string): Promise<readonly StepVisit[]>;
}

export interface Drills {
  ofIncident(incident: IncidentId): Promise<Drill | undefined>;
  /** The one that has this connection, until its estate is put back; for Firebreak itself. */
  on(connection: ConnectionId): Promise<Drill | undefined>;
}

export interface EvidenceStore {
  ofIncident(incident: IncidentId): Promise<readonly Evidence[]>;
  /** What a plan of this incident had sealed before it acted. */
  ofPlan(incident: IncidentId, plan: string): Promise<readonly Evidence[]>;
  /** Of that, only the documents that say what could not be had. */
  lacking(incident: IncidentId, plan: string): Promise<readonly Evidence[]>;
  byName(incident: IncidentId, name: string): Promise<Evidence | undefined>;
  /** Decrypts. @throws UserError `conflict` when the bytes no longer match their hash. */
  bytes(id: string): Promise<Uint8Array>;
}

export interface Notices {
  /** What this person must hear, from then on; the newest first. */
  since(person: PersonId, at: Date): Promise<readonly Notice[]>;
}

/** What admins ask of each other. */
export interface SecurityRequests {
  /** @param name `S-3`, `s-3` or `3` */
  byName(name: string): Promise<SecurityRequest | undefined>;
  /** Neither decided nor ended, also when it is too old by now; the newest first. */
  open(): Promise<readonly SecurityRequest[]>;
  /** The secret that goes with one that is open. Decrypts. */
  secret(id: string): Promise<Secret | undefined>;
  /** What this admin asked for, others agreed to, and is not too old yet; the newest first. */
  approvedOf(person: PersonId, now: Date): Promise<readonly SecurityRequest[]>;
  /** The newest first. */
  latest(limit: number): Promise<readonly SecurityRequest[]>;
}

export interface Factors {
  /** All that a person ever had, the newest first. */
  of(person: PersonId): Promise<readonly Factor[]>;
  /** Decrypts. */
  secret(id: string): Promise<Secret | undefined>;
}

export interface Sessions {
  /** Also one that has ended. @param sha256 of the cookie, hex */
  bySha256(sha256: string): Promise<Session | undefined>;
  /** Neither signed out nor past their absolute end; newest first. */
  unendedOf(person: PersonId, now: Date): Promise<readonly Session[]>;
}

export interface JobStore {
  /**
   * Takes jobs of one kind, several at once, until `close`. A handler that throws is retried with
   * growing delay; one whose process died is taken up again by whoever is alive.
   */
  work<K extends JobKind>(
    kind: K,
    options: { readonly atOnce: number },
    handler: (data: JobData<K>, signal: AbortSignal) => Promise<void>,
  ): Promise<void>;
  /** Unfinished jobs of a kind, waiting, running or to be retried; failed for good apart. */
  state(kind: JobKind, id: string): Promise<JobState | undefined>;
  /** Of connections whose last look failed and waits for another try: why, as a safe sentence. */
  failedLooks(): Promise<ReadonlyMap<ConnectionId, string>>;
  /** Puts this process's own orphans back at once. Only safe while the directory lock is held. */
  requeueOrphans(): Promise<void>;
}

export type JobState = {
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** Why the last try failed: a safe sentence. */
  readonly lastError?: string;
};
