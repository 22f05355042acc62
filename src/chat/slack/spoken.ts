import type { WebClient } from '@slack/web-api';

import type { Forms } from '../../domain/form.ts';
import { Secret } from '../../domain/secret.ts';
import type { AnswerToken, Ears, Heard, Speaker } from '../chat.ts';
import type { Home } from './address.ts';
import { identityOf, roomOf } from './address.ts';
import type { SlackPeople } from './people.ts';

/** So long a `response_url` is good, in ms; a little less than Slack says. */
const answerMs = 29 * 60_000;

/** What turning a payload into something heard needs to know and to ask. */
export type HearingContext = {
  readonly home: Home;
  /** `https://acme.slack.com/`, under which every message has its address. */
  readonly url: string;
  readonly people: SlackPeople;
  readonly client: WebClient;
  readonly forms: Forms;
  readonly known?: Ears['known'];
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Emoji that put a message on the timeline. */
  readonly emoji: ReadonlySet<string>;
  readonly now: () => Date;
};

/** Turns one payload into what was heard; undefined for what is not said to us. */
export type Hearing = (context: HearingContext, body: unknown) => Promise<Heard | undefined>;

/** Who said it, and in which room. @throws PlatformError when Slack does not say who it is */
export async function spoken(
  { home, people }: HearingContext,
  user: string,
  channel: string,
  isNameless = false,
): Promise<Pick<Heard, 'surface' | 'workspace' | 'speaker' | 'room' | 'isAtHome'>> {
  const bot: Speaker = { id: identityOf(home.team, user), name: 'a bot', standing: 'bot' };
  return {
    surface: 'slack',
    workspace: `slack:${home.team}`,
    speaker: isNameless ? bot : await people.speaker(user),
    room: roomOf(home, channel),
    // On their App Home there is no channel: who looks at it stands for it.
    ...(channel === user ? { isAtHome: true } : {}),
  };
}

/** How what was said is answered, while Slack takes it. */
export function answerAt({ now }: HearingContext, responseUrl: string): AnswerToken {
  return { token: new Secret(responseUrl), until: new Date(now().getTime() + answerMs) };
}

/** Under which accounts stand: `slack:<enterprise or team>`. */
export function organisationOf({ enterprise, team }: Home): string {
  return `slack:${enterprise ?? team}`;
}

/** The time in a message's own name: seconds, and a count behind the dot. */
export function instantOf(ts: string): Date {
  return new Date(Math.floor(Number(ts) * 1000));
}

/** Channels between two have ids of their own kind. */
export function isDirectId(channel: string): boolean {
  return channel.startsWith('D');
}
