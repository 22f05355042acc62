import type { Connection } from '../domain/connection.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Incident } from '../domain/incident.ts';
import type { PersonId } from '../domain/person.ts';
import type { Action, Approval, Plan } from '../domain/plan.ts';
import type { RevocationRecord } from '../domain/revocation.ts';
import type { Genesis, SigningKey, StoredCheckpoint, StoredEntry } from '../record/record.ts';

export const exportFormats = ['md', 'json'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** One kind of document that an incident can leave as. */
export interface Exporter {
  readonly format: ExportFormat;
  /** For the person who chooses: "Markdown to paste into a post-mortem". */
  readonly summary: string;
  readonly mediaType: string;
  /**
   * The document in pieces, as the chain is read, so that memory stays flat.
   *
   * @throws Error before the first piece when the chain's head is not signed
   */
  write(source: ExportSource): AsyncIterable<string>;
}

/** Everything that an export may show. What is absent is not shown, and said to be left out. */
export type ExportSource = {
  readonly incident: Incident;
  readonly timeline: {
    readonly genesis: Genesis;
    readonly keys: readonly SigningKey[];
    /** In ascending order. The last one ends the export: what was recorded since is not in it. */
    readonly checkpoints: readonly StoredCheckpoint[];
    readonly entries: AsyncIterable<readonly StoredEntry[]>;
  };
  readonly plans?: readonly ExportedPlan[];
  /** What became of credentials at their providers. */
  readonly revocations?: readonly RevocationRecord[];
  readonly evidence?: readonly Evidence[];
  /** Those that the incident touches, with what their last sync could see. */
  readonly connections?: readonly Connection[];
  /** How people are called today; one who is missing is shown by id. */
  readonly peopleNames: ReadonlyMap<PersonId, string>;
  /** IANA zone of the reader. */
  readonly timeZone: string;
  readonly exportedAt: Date;
  readonly exportedBy: PersonId;
  /** Whole sentences about what the caller left out. */
  readonly omissions: readonly string[];
};

export type ExportedPlan = {
  readonly plan: Plan;
  readonly approvals: readonly Approval[];
  /** In the plan's order. */
  readonly actions: readonly Action[];
};
