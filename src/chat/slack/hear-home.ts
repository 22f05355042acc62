import { z } from 'zod';

import type { Heard } from '../chat.ts';
import { eventBody, read } from './inbox.ts';
import type { HearingContext } from './spoken.ts';
import { spoken } from './spoken.ts';

/** @source docs.slack.dev/reference/events/app_home_opened */
const openedEvent = z.object({ user: z.string().min(1), tab: z.string().default('home') });

/** Somebody opened the app's Home tab; its Messages tab shows what was said and needs nothing. */
export async function hearHome(context: HearingContext, body: unknown): Promise<Heard | undefined> {
  const { event_id, event_time, event } = read(eventBody, body);
  const { user, tab } = read(openedEvent, event);
  if (tab !== 'home') return undefined;
  return {
    ...(await spoken(context, user, user)),
    id: `slack:${event_id}`,
    isDirect: false,
    at: new Date(event_time * 1000),
    said: { kind: 'opened' },
  };
}
