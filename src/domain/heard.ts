import type { Secret } from './secret.ts';

/** The chats that people speak to Firebreak in; also the source of what they say there. */
export const chatSurfaces = ['slack', 'discord'] as const;
export type ChatSurface = (typeof chatSurfaces)[number];

/** A place where several people speak: `slack:T024BE91L/C07AB`, `discord:<guild>/<channel>`. */
export type Room = string;

/** True for what was said in a chat: not in a shell, nor in the console. */
export function isChat(source: string): source is ChatSurface {
  return chatSurfaces.some((surface) => surface === source);
}

/** One account on a surface: `slack:<enterprise or team>/<user>`, `discord:<user>`. Never an address. */
export type IdentityId = string;

/**
 * An account as somebody named it in a chat: `slack:T024BE91L/U02AB|bo`, where the name is what they
 * typed and proves nothing. Undefined for what is no account.
 */
export function accountNamed(
  typed: string,
): { readonly identity: IdentityId; readonly name?: string } | undefined {
  if (surfaceOf(typed) === undefined) return undefined;
  const [identity = '', name = ''] = typed.split('|', 2);
  return name === '' ? { identity } : { identity, name: name.toLowerCase() };
}

/** The surface of a chat's room or account; a shell or a browser is none. */
export function surfaceOf(place: string): ChatSurface | undefined {
  return chatSurfaces.find((surface) => place.startsWith(`${surface}:`));
}

/**
 * How somebody stands to the workspaces that are allowed: *restricted* is a guest there (single
 * channel, limited), a *stranger* comes from elsewhere (a shared channel, another server). Somebody
 * is *unplaced* where no workspace is around them: between two on Discord.
 */
export const standings = ['member', 'restricted', 'stranger', 'unplaced', 'bot'] as const;
export type Standing = (typeof standings)[number];

export type Speaker = {
  readonly id: IdentityId;
  /** As the surface shows it: foreign text, never proof of who it is. */
  readonly name: string;
  readonly standing: Standing;
};

/** A message that somebody wrote, as it is kept when it is put on the timeline. */
export type HeardMessage = {
  /** The surface's own id of it. */
  readonly id: string;
  readonly author: string;
  readonly text: string;
  /** When it was written, ISO 8601. */
  readonly at: string;
  readonly permalink?: string;
  /** Why its words, and who wrote them, could not be read: a sentence. */
  readonly unread?: string;
  /** What hangs on it and can be copied. */
  readonly files?: readonly HeardFile[];
};

/** A file that hangs on a message, as its surface describes it. */
export type HeardFile = {
  /** The surface's own id of it. */
  readonly id: string;
  readonly name: string;
  /** `image/png`; empty where the surface does not say. */
  readonly mediaType: string;
};

/** What was said. A command, a form that was filled in or a choice is the line it stands for. */
export type Said =
  | { readonly kind: 'line'; readonly line: string }
  /** @param key of a button that Firebreak showed */
  | { readonly kind: 'press'; readonly key: string }
  | {
      readonly kind: 'pinned' | 'unpinned';
      readonly message: HeardMessage;
      /** Absent where the surface does not tell one from another. */
      readonly mark?: Mark;
    }
  /** Somebody opened their own page of the app. */
  | { readonly kind: 'opened' }
  | Altered;

/**
 * By what somebody points at a message: a pin, which it has once whoever put it there, or an emoji,
 * which each person has once on it.
 */
export type Mark = 'pin' | `emoji:${string}`;

/**
 * What became of a message in its chat: it says something else now, is gone, or was *let go*: its pin
 * was taken off, and the chat does not tell by whom. Nobody says it to us.
 */
export type Altered =
  | { readonly kind: 'changed'; readonly message: HeardMessage }
  | { readonly kind: 'deleted'; readonly message: Pick<HeardMessage, 'id'> }
  | { readonly kind: 'let_go'; readonly message: Pick<HeardMessage, 'id'> };

/**
 * A way to answer that the surface gave along and that ends: an interaction's token, a
 * `response_url`. Whoever has it can speak for us, so it is sealed where it is stored.
 */
export type AnswerToken = { readonly token: Secret; readonly until: Date };

/** One event that came in from a chat. All but `at` and `answer` is JSON. */
export type Heard = {
  /**
   * The surface's own id of the event: a repeat has the same one. `slack:Ev07…`,
   * `slack:cmd:<trigger id>`, `discord:<interaction id>`.
   */
  readonly id: string;
  readonly surface: ChatSurface;
  /** `slack:T024BE91L`, `discord:<guild>`. */
  readonly workspace: string;
  readonly speaker: Speaker;
  readonly room: Room;
  /** A conversation of two, the speaker and Firebreak. */
  readonly isDirect: boolean;
  /** On the speaker's own page of the app, which is no room: what it comes to is told to them alone. */
  readonly isAtHome?: true;
  /** The message under which the thread hangs in which it was said. */
  readonly thread?: string;
  readonly at: Date;
  readonly said: Said;
  readonly answer?: AnswerToken;
};
