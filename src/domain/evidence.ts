import type { ConnectionId } from './connection.ts';
import type { Room } from './heard.ts';
import type { IncidentId } from './incident.ts';
import type { ItemKey } from './inventory.ts';
import type { PersonId } from './person.ts';
import { listed } from './wording.ts';

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
  readonly from: EvidenceOrigin;
  /** The plan for which it was collected, if any. */
  readonly plan?: string;
  /** Only on the document that says so: what was to be collected with it and could not be had. */
  readonly notHad?: readonly NotHad[];
};

/** A part of what was to be kept that could not be had, and why. */
export type NotHad = {
  /** `executions`, `versions`, … */
  readonly part: string;
  /** The platform's words. */
  readonly why: string;
};

/** So many names, and so many causes, are told in one sentence. */
const namedAtMost = 8;

/** What all these say together could not be had. */
export function notHadOf(
  documents: readonly { readonly notHad?: readonly NotHad[] }[],
): readonly NotHad[] {
  return documents.flatMap(({ notHad }) => notHad ?? []);
}

/** `Not had: executions (n8n failed (500)).`; empty where everything was had. */
export function notHadWords(parts: readonly NotHad[]): string {
  if (parts.length === 0) return '';
  const causes = Map.groupBy(parts, ({ why }) => why.trim().replace(/\.$/, ''));
  const named = [...causes].map(
    ([why, own]) =>
      `${listed(
        own.map(({ part }) => part),
        namedAtMost,
      )} (${why})`,
  );
  return `Not had: ${named.slice(0, namedAtMost).join('; ')}.`;
}

/** Where evidence comes from: a platform's workflow, or a message of a chat. */
export type EvidenceOrigin =
  | {
      readonly kind: 'workflow';
      readonly connection: ConnectionId;
      readonly workflow: string;
      readonly workflowName: string;
    }
  | {
      readonly kind: 'message';
      readonly room: Room;
      /** The surface's own ids. */
      readonly message: string;
      readonly file: string;
      readonly author: string;
    };

/** Where evidence comes from, in a few words. */
export function originWords(from: EvidenceOrigin): string {
  return from.kind === 'workflow' ? from.workflowName : `a message of ${from.author}`;
}

/** The workflow that it comes from, if it comes from one. */
export function workflowOf({ from }: Pick<Evidence, 'from'>): ItemKey | undefined {
  return from.kind === 'workflow' ? { connection: from.connection, id: from.workflow } : undefined;
}
