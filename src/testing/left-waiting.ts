import { randomUUID } from 'node:crypto';

import type { Store } from '../store/store.ts';

/** A line that nobody has answered, and a message that nobody has sent. */
export async function leaveChatsWaiting(store: Store, takenAt: Date): Promise<void> {
  const speaker = { id: 'slack:T1/U1', name: 'Ana', standing: 'member' } as const;
  const room = 'slack:T1/C1';
  const said = { kind: 'line', line: 'contain run P-1' } as const;
  await store.heard.keep(
    {
      id: 'slack:Ev1',
      surface: 'slack',
      workspace: 'slack:T1',
      speaker,
      room,
      isDirect: false,
      at: takenAt,
      said,
    },
    { by: 'one', now: takenAt, until: takenAt },
  );
  const id = randomUUID();
  const reply = { kind: 'problem', code: 'conflict', message: 'No.', candidates: [] } as const;
  const rest = { buttons: [], buttonsUntil: takenAt, urgent: false, at: takenAt } as const;
  const to = { kind: 'message', room } as const;
  await store.save({ outgoing: [{ id, card: id, surface: 'slack', to, reply, ...rest }] });
}
