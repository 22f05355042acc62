import type { Connection, ConnectionId } from '../domain/connection.ts';
import type { GiveWay, Platform } from '../platforms/platform.ts';
import type { Recorder } from '../record/record.ts';
import type { Revokers } from '../revokers/revoker.ts';
import type { Store } from '../store/store.ts';

/** What durable work needs. Nothing in it is remembered between two jobs. */
export type JobContext = {
  readonly store: Store;
  /** Opens the connection with its secret. @throws UserError when it is unknown or has no secret */
  readonly platformOf: (
    connection: ConnectionId,
    giveWay?: GiveWay,
  ) => Promise<{ readonly connection: Connection; readonly platform: Platform }>;
  /** Who revokes which credential at its provider. */
  readonly revokers: Revokers;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly recorder: Recorder;
  /** Resolves after so many ms, rejects when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
};
