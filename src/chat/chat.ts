import type { Caller, Complete, Dispatch, Known, Suggestion } from '../commands/command.ts';
import type { Filled } from '../domain/form.ts';
import type { ChatSurface, Heard, HeardFile, IdentityId, Mark, Room } from '../domain/heard.ts';
import type { Incident } from '../domain/incident.ts';
import type { Outgoing, Sent } from '../domain/outgoing.ts';
import type { Reply } from '../domain/reply.ts';
import type { Secret } from '../domain/secret.ts';

/**
 * One chat platform, where people talk to Firebreak.
 *
 * A surface verifies what comes in, turns it into a `Heard` and hands it over; what must leave it
 * renders in its own markup and sends. It decides nothing and stores nothing: repeats are dropped,
 * people are recognised and messages are tried again behind it.
 */
export interface Surface {
  readonly name: ChatSurface;

  /** Begins to listen. Resolves once lines can arrive; an outage later is its own to survive. */
  start(ears: Ears): Promise<void>;

  /** Takes no more lines, lets those under way be handed over, and lets go of everything. */
  stop(signal: AbortSignal): Promise<void>;

  /**
   * Sends one message, or edits the one it names. Tried once, ended within a bound of its own.
   *
   * @throws PlatformError `rate_limited` with `retryAfterMs`; `timed_out`, `cut` and `unreadable`
   *   mean that it may have arrived; `refused` and `not_found` that it never will
   */
  send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent>;

  /**
   * Looks whether a message arrived of which nobody knows, by its id. Undefined when it did not;
   * `unknown` of what the vendor shows to its reader alone.
   *
   * @throws PlatformError when that cannot be found out now
   */
  wasSent(outgoing: Outgoing, signal: AbortSignal): Promise<Sent | 'unknown' | undefined>;
}

/** A surface to which its vendor speaks by requests to our server, too. */
export interface TakesRequests extends Surface {
  /** Answers one; whether it is the vendor's is for it to tell. */
  answer(request: SurfaceRequest): Promise<SurfaceAnswer>;
}

export function takesRequests(surface: Surface): surface is TakesRequests {
  return 'answer' in surface;
}

/** A surface on which an incident can have a room of its own. */
export interface OpensRooms extends Surface {
  /** False where the settings say that it shall not. */
  readonly isOpeningRooms: boolean;

  /**
   * Makes the room of an incident, or finds the one that was made for it before.
   *
   * @throws PlatformError as `send` does; after what is `refused` there is none
   */
  openRoom(asked: NewRoom, signal: AbortSignal): Promise<OpenedRoom>;

  /**
   * Puts into it what belongs there: people, a topic, the way to the console. May be called again.
   *
   * @returns sentences that say what could not be done
   * @throws PlatformError for what is worth another try
   */
  furnish(room: Room, asked: NewRoom, signal: AbortSignal): Promise<readonly string[]>;
}

export function opensRooms(surface: Surface): surface is OpensRooms {
  return 'isOpeningRooms' in surface && surface.isOpeningRooms === true;
}

/** A surface whose messages carry files that can be copied. */
export interface CopiesFiles extends Surface {
  /**
   * Reads a file as it hangs on its message now, by the bot's own right to see it. Makes nothing
   * public, and asks for no address that the surface would not have given.
   *
   * @throws PlatformError `refused` for one that may not be read, is no image or is larger than
   *   asked for, `not_found` when it is gone; others are worth another try
   */
  copyFile(asked: AskedFile, signal: AbortSignal): Promise<CopiedFile>;
}

export function copiesFiles(surface: Surface): surface is CopiesFiles {
  return 'copyFile' in surface;
}

export type AskedFile = {
  readonly room: Room;
  /** Of the message, as the surface gave it. */
  readonly message: string;
  readonly file: HeardFile;
  readonly bytesAtMost: number;
};

export type CopiedFile = {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
};

/** For which incident a room is asked for. */
export type NewRoom = {
  readonly incident: Pick<Incident, 'id' | 'name' | 'title' | 'visibility' | 'severity' | 'phase'>;
  /** Where it was declared: the room is opened in the same workspace. */
  readonly near?: Room;
  /** Accounts of the surface that are asked in. */
  readonly people: readonly IdentityId[];
  /** The page of the incident, when it has an address for browsers elsewhere. */
  readonly page?: string;
};

export type OpenedRoom = {
  readonly room: Room;
  /** As people see it: `#inc-7-key-leaked`. */
  readonly name: string;
};

export type SurfaceRequest = {
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
};

export type SurfaceAnswer = {
  readonly status: 200 | 400 | 401 | 415 | 500 | 503;
  /** JSON; absent for an empty answer. */
  readonly body?: Readonly<Record<string, unknown>>;
};

/** To whom a surface hands over what it heard. */
export type Ears = {
  /**
   * Keeps it, and resolves once it is stored: then the surface may acknowledge. What it comes to
   * arrives later, by `send`.
   *
   * @param code of the speaker's factor, from a field of its own; it is never stored
   * @returns `again` for a repeat, which is dropped
   */
  readonly hear: (heard: Heard, code?: Secret) => Promise<'new' | 'again'>;
  /** What this person may go on to type there. Shows nothing that they may not see. */
  readonly complete: (asking: Asking, line: string) => Promise<readonly Suggestion[]>;
  /**
   * What is known of a line that waits for something, by the fields of its form; undefined when they
   * may not say it, and need no form.
   */
  readonly known?: (asking: Asking, line: string) => Promise<Filled | undefined>;
  /**
   * Makes this process, for so long, the one that keeps a surface's only connection. To be asked
   * again before the time is over; 0 gives it up. False while another process has it.
   */
  readonly lead?: (surface: ChatSurface, forMs: number) => Promise<boolean>;
  readonly readBack?: ReadsBack;
};

/** What a surface needs to read back what was done in its rooms while it heard nothing. */
export type ReadsBack = {
  /** The rooms of incidents that are not over. */
  rooms(this: void, surface: ChatSurface): Promise<readonly RoomToRead[]>;
  /** Writes on the timeline of that room's incident what its chat does not tell any more; once. */
  untold(this: void, room: Room, why: string): Promise<void>;
};

export type RoomToRead = {
  readonly room: Room;
  /** What is older was heard, or is not to be known again. */
  readonly since: Date;
  /** What was pinned before that was not for it. */
  readonly declaredAt: Date;
  /** Who pointed at which message since then, oldest first. */
  readonly pointed: readonly {
    /** Of the event that was heard. */
    readonly id: string;
    readonly message: string;
    /** In which it stands. */
    readonly thread?: string;
    readonly by: IdentityId;
    readonly kind: 'pinned' | 'unpinned';
    readonly mark?: Mark;
  }[];
};

/** Who is typing, and where. */
export type Asking = {
  readonly surface: ChatSurface;
  readonly identity: IdentityId;
  readonly room: Room;
};

/** Shows a reply in a surface's own markup. Total: a new kind of block does not compile until shown. */
export type Render<Shown> = (reply: Reply) => Shown;

export type { Caller, Complete, Dispatch, Known, Reply, Suggestion };
export type {
  AnswerToken,
  ChatSurface,
  Heard,
  HeardFile,
  HeardMessage,
  IdentityId,
  Mark,
  Room,
  Said,
  Speaker,
  Standing,
} from '../domain/heard.ts';
export type { Destination, Outgoing, Sent } from '../domain/outgoing.ts';
