import type { Fields } from './fields.ts';

/** How Slack hands something to an app. */
export type EnvelopeKind = 'events_api' | 'slash_commands' | 'interactive';

export type Envelope = {
  readonly kind: EnvelopeKind;
  readonly body: Fields;
  readonly retry?: { readonly number: number; readonly reason: string };
};

/** What came back: an ack within the time, with what the app said in it; or none. */
export type Acked =
  | { readonly kind: 'acked'; readonly payload: unknown }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'none' };

/** One way from Slack to the app. */
export interface Line {
  deliver(envelope: Envelope): Promise<Acked>;
}
