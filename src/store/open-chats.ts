import { buttonsStore } from './buttons.ts';
import { withoutValues } from './failure.ts';
import { heardStore } from './heard.ts';
import { identitiesStore } from './identities.ts';
import { outgoingStore } from './outgoing.ts';
import type { Store } from './store.ts';

/** What was heard in chats and what must leave for them. */
export function chatsIn(
  parts: Parameters<typeof heardStore>[0],
): Pick<Store, 'heard' | 'outgoing' | 'buttons' | 'identities'> {
  return {
    heard: withoutValues(heardStore(parts)),
    outgoing: withoutValues(outgoingStore(parts.db, parts)),
    buttons: withoutValues(buttonsStore(parts.db)),
    identities: withoutValues(identitiesStore(parts.db)),
  };
}
