import type { IncidentId } from './incident.ts';
import type { JsonObject } from './json.ts';
import type { PersonId } from './person.ts';

/** Who did it: a person, Firebreak itself, or a connection that reported it. */
export type Actor =
  | { readonly kind: 'person'; readonly id: PersonId; readonly name: string }
  | { readonly kind: 'firebreak' }
  | { readonly kind: 'connection'; readonly name: string };

/** The instance's own timeline: people, connections, keys. */
export const instanceChain = 'instance';

/** Whose timeline: an incident's id, or `instanceChain`. */
export type Chain = IncidentId;

export const timelineSources = ['cli', 'console', 'slack', 'discord', 'job', 'system'] as const;
export type TimelineSource = (typeof timelineSources)[number];

/** Bytes kept elsewhere, as the chain knows them. */
export type Attachment = {
  /** Hex. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  /** Media type. */
  readonly type: string;
};

/** What is asked to be recorded. The store gives it its place in the chain. */
export type NewTimelineEvent = {
  readonly chain: Chain;
  /** Snake case, past tense: `incident_declared`, `action_verified`. */
  readonly kind: string;
  readonly actor: Actor;
  readonly source: TimelineSource;
  readonly occurredAt: Date;
  /** One sentence for a human, at most 4,000 characters. Holds no secret: the store redacts it again. */
  readonly text: string;
  /** Evidence that belongs to it: its hash is chained, so that it cannot be swapped later. */
  readonly attachments?: readonly Attachment[];
  /** Facts for machines. Strings, safe integers, booleans, null, arrays, objects. */
  readonly data?: JsonObject;
};

/** A recorded event, hash-chained to its predecessor (docs/timeline-format.md). */
export type TimelineEvent = Omit<NewTimelineEvent, 'chain' | 'actor' | 'text'> & {
  readonly id: string;
  readonly chain: Chain;
  /** From 1, without gaps, in the order of recording. */
  readonly seq: number;
  /** The instance's clock in ms, never before its predecessor's. */
  readonly recordedAt: Date;
  /** Database clock minus instance clock in ms, when they differ by a second or more. */
  readonly skewMs?: number;
  /** Absent after erasure: print *redacted*. */
  readonly actor?: Actor;
  readonly text?: string;
  readonly hash: string;
};
