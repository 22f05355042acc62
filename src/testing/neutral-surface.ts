import type { Ears, Outgoing, Sent, Surface } from '../chat/chat.ts';
import type { ChatSurface, Heard } from '../domain/heard.ts';
import type { Reply } from '../domain/reply.ts';
import type { Secret } from '../domain/secret.ts';
import type { PlatformErrorCode } from '../errors.ts';
import { PlatformError } from '../errors.ts';

/** A message as it stands on the surface. */
export type Shown = {
  readonly id: string;
  /** The room, or `room → who` for what one alone sees, or `→ who` for a message to them. */
  readonly place: string;
  readonly reply: Reply;
  readonly keys: Outgoing['keys'];
  readonly edits: number;
};

/** What the next send does instead: nothing arrives, or it arrives and nobody hears of it. */
export type Fault =
  | { readonly kind: 'refuses'; readonly code: PlatformErrorCode; readonly retryAfterMs?: number }
  | { readonly kind: 'arrives in silence' };

/**
 * A surface without a vendor: people say lines, and what leaves stands in its rooms. It is strict:
 * what it has under an id it does not take again.
 */
export class NeutralSurface implements Surface {
  readonly name: ChatSurface;
  readonly shown: Shown[] = [];
  readonly faults: Fault[] = [];
  /** What the next look for a message that may have arrived is refused with, or that it is of no use. */
  readonly lookFaults: (PlatformErrorCode | 'unknown')[] = [];
  /** Every try, in order, with the room it was for. */
  readonly tries: string[] = [];
  #ears: Ears | undefined;
  #events = 0;
  #idsTaken = new Set<string>();

  constructor(name: ChatSurface) {
    this.name = name;
  }

  start(ears: Ears): Promise<void> {
    this.#ears = ears;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#ears = undefined;
    return Promise.resolve();
  }

  /** What a person says in a room, as it is heard; to be handed over once or several times. */
  event(who: string, room: string, line: string, more: Partial<Heard> = {}): Heard {
    this.#events += 1;
    const workspace = `${this.name}:W1`;
    return {
      id: `${this.name}:E${this.#events}`,
      surface: this.name,
      workspace,
      speaker: { id: `${workspace}/${who}`, name: who, standing: 'member' },
      room: `${workspace}/${room}`,
      isDirect: false,
      at: new Date(),
      said: { kind: 'line', line },
      ...more,
    };
  }

  hear(heard: Heard, code?: Secret): Promise<'new' | 'again'> {
    if (this.#ears === undefined) throw new Error('The surface was not started.');
    return this.#ears.hear(heard, code);
  }

  says(who: string, room: string, line: string): Promise<'new' | 'again'> {
    return this.hear(this.event(who, room, line));
  }

  /** @param line of a button that stands in the room */
  presses(who: string, room: string, line: string): Promise<'new' | 'again'> {
    const found = this.in(room).findLast(({ keys }) => keys[line] !== undefined);
    const key = found?.keys[line];
    if (key === undefined) throw new Error(`No button says “${line}” in ${room}.`);
    return this.hear(this.event(who, room, '', { said: { kind: 'press', key } }));
  }

  /** What everyone sees in a room, oldest first. */
  in(room: string): readonly Shown[] {
    return this.shown.filter(({ place }) => place === `${this.name}:W1/${room}`);
  }

  /** What one alone sees there, oldest first. */
  seenBy(who: string, room: string): readonly Shown[] {
    const place = `${this.name}:W1/${room} → ${this.name}:W1/${who}`;
    return this.shown.filter((one) => one.place === place);
  }

  /** What was sent to one alone. */
  toldTo(who: string): readonly Shown[] {
    return this.shown.filter(({ place }) => place === `→ ${this.name}:W1/${who}`);
  }

  send(outgoing: Outgoing): Promise<Sent> {
    const place = placeOf(outgoing);
    this.tries.push(place);
    const fault = this.faults.shift();
    if (fault?.kind === 'refuses') return Promise.reject(errorOf(fault));
    if (this.#idsTaken.has(outgoing.id)) {
      return Promise.reject(new Error(`The message ${outgoing.id} was sent twice.`));
    }
    this.#idsTaken.add(outgoing.id);
    const { id, reply, keys, edits } = outgoing;
    const at = this.shown.findIndex((one) => one.id === edits);
    const before = this.shown[at];
    const reference = before?.id ?? id;
    if (before) this.shown[at] = { ...before, reply, keys, edits: before.edits + 1 };
    else this.shown.push({ id, place, reply, keys, edits: 0 });
    if (fault) return Promise.reject(errorOf({ code: 'timed_out' }));
    return Promise.resolve({ reference });
  }

  wasSent({ id, edits }: Outgoing): Promise<Sent | 'unknown' | undefined> {
    const code = this.lookFaults.shift();
    if (code === 'unknown') {
      this.#idsTaken.delete(id);
      return Promise.resolve(code);
    }
    if (code !== undefined) return Promise.reject(errorOf({ code }));
    return Promise.resolve(this.#idsTaken.has(id) ? { reference: edits ?? id } : undefined);
  }
}

function placeOf({ to }: Outgoing): string {
  if (to.kind === 'direct') {
    return `${to.homeOpenedAt === undefined ? '→' : 'home of'} ${to.identity}`;
  }
  return to.kind === 'answer' && to.forAsker ? `${to.room} → ${to.asker}` : to.room;
}

function errorOf({
  code,
  retryAfterMs,
}: {
  readonly code: PlatformErrorCode;
  readonly retryAfterMs?: number;
}): PlatformError {
  const options = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new PlatformError('the chat', code, 'The chat did not take it.', options);
}
