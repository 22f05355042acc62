import type { ChatSurface } from './heard.ts';

/** What waits somewhere, and since when the oldest does. */
export type Waits = { readonly waiting: number; readonly oldestAt?: Date };

/** What is under way and what waits in the whole instance, in numbers alone: no name, no text. */
export type Workload = {
  /** Events of chats that nobody has answered. */
  readonly heard: Waits;
  /** Messages that must leave, by surface; a surface for which nothing waits is absent. */
  readonly outgoing: readonly (Waits & { readonly surface: ChatSurface })[];
  /** Jobs that are due or under way, by kind. */
  readonly jobs: readonly (Waits & { readonly kind: string; readonly running: number })[];
  readonly incidentsOpen: number;
  /** Plans that are being carried out. */
  readonly plansRunning: number;
  /** Plans that wait for somebody’s yes. */
  readonly plansProposed: number;
};
