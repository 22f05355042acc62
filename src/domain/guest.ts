import type { ChatSurface, Speaker } from './heard.ts';
import type { PeopleChange } from './people-change.ts';
import type { Person, PersonId } from './person.ts';
import { instanceChain } from './timeline.ts';

const nameCharactersAtMost = 80;

/**
 * Somebody of an allowed workspace who speaks for the first time.
 *
 * A guest is a person of their own, so that what they declare and write down has an author; they
 * have no permission and cannot be given one, for nobody knows yet who they are.
 */
export function meetGuest(
  speaker: Pick<Speaker, 'id' | 'name'>,
  what: { readonly id: PersonId; readonly surface: ChatSurface; readonly now: Date },
): PeopleChange & { readonly people: readonly [Person] } {
  const handle = speaker.id.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-');
  const name = Array.from(speaker.name.trim()).slice(0, nameCharactersAtMost).join('') || handle;
  const guest: Person = {
    id: what.id,
    handle,
    name,
    permissions: [],
    guestOf: speaker.id,
    addedAt: what.now,
    revision: 0,
  };
  return {
    people: [guest],
    events: [
      {
        chain: instanceChain,
        actor: { kind: 'firebreak' },
        source: what.surface,
        occurredAt: what.now,
        kind: 'guest_met',
        text: `Somebody called ${name} spoke in ${what.surface} for the first time, as the guest @${handle}.`,
        data: { person: what.id, identity: speaker.id },
      },
    ],
  };
}
