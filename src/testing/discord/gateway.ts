import type { IncomingMessage, Server } from 'node:http';

import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';

import type { Raw } from './limits.ts';
import { isRaw } from './limits.ts';
import { guildJson, userJson } from './wire.ts';
import type { World } from './world.ts';

export const intents = {
  guilds: 1,
  members: 2,
  moderation: 4,
  messages: 512,
  reactions: 1_024,
  directMessages: 4_096,
  messageContent: 32_768,
} as const;

/** Intents that must be switched on for the app before it may ask for them. */
const privileged = intents.members | intents.messageContent | 256;

/** What an event needs; what is not named reaches every session. */
const needed: Readonly<Record<string, number>> = {
  GUILD_CREATE: intents.guilds,
  CHANNEL_CREATE: intents.guilds,
  CHANNEL_UPDATE: intents.guilds,
  CHANNEL_DELETE: intents.guilds,
  CHANNEL_PINS_UPDATE: intents.guilds,
  THREAD_CREATE: intents.guilds,
  MESSAGE_CREATE: intents.messages,
  MESSAGE_UPDATE: intents.messages,
  MESSAGE_DELETE: intents.messages,
  MESSAGE_REACTION_ADD: intents.reactions,
  MESSAGE_REACTION_REMOVE: intents.reactions,
  GUILD_AUDIT_LOG_ENTRY_CREATE: intents.moderation,
};

type Sent = { readonly s: number; readonly t: string; readonly d: Raw };

type Session = {
  readonly id: string;
  readonly intents: number;
  readonly events: Sent[];
  socket?: WebSocket;
};

type GatewayOptions = {
  readonly world: World;
  readonly token: string;
  /** Privileged intents that are switched on in the developer portal. */
  readonly allowed: number;
  readonly heartbeatMs: number;
};

/** The gateway: one session for each identify, replayed to whoever resumes it. */
export class Gateway {
  /** Sessions begun, and sessions taken up again: what a test counts. */
  identified = 0;
  resumed = 0;
  /** Takes logins and never says that they are ready, as Discord did in some of its outages. */
  isMute = false;
  readonly #options: GatewayOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #sockets = new WebSocketServer({ noServer: true });
  #url = '';

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Takes the connections of this server that ask for a socket. */
  attach(server: Server, url: string): void {
    this.#url = url;
    server.on('upgrade', (request: IncomingMessage, socket, head) => {
      const query = new URL(request.url ?? '/', 'http://gateway').searchParams;
      this.#sockets.handleUpgrade(request, socket, head, (one) => {
        if (query.get('v') !== '10') return one.close(4_012, 'Invalid API version');
        if (query.get('encoding') !== 'json') return one.close(4_002, 'Only JSON is spoken here');
        this.#greet(one);
      });
    });
  }

  get isConnected(): boolean {
    return [...this.#sessions.values()].some(({ socket }) => socket !== undefined);
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
  }

  /** Tells every session that asked for such events; `shown` may hide what an intent is needed for. */
  tell(event: string, shown: Raw | ((hidesContent: boolean) => Raw)): void {
    for (const session of this.#sessions.values()) {
      const need = needed[event] ?? 0;
      if ((session.intents & need) !== need) continue;
      const hides = (session.intents & intents.messageContent) === 0;
      this.#dispatch(session, event, typeof shown === 'function' ? shown(hides) : shown);
    }
  }

  /** Cuts the connection with this code; the session can be resumed. */
  cut(code = 4_000): void {
    for (const session of this.#sessions.values()) {
      const { socket } = session;
      delete session.socket;
      socket?.close(code);
    }
  }

  /** Asks to connect anew (op 7); what is told meanwhile is kept for the resume. */
  askToReconnect(): void {
    for (const session of this.#sessions.values()) {
      send(session.socket, { op: 7, d: null });
      delete session.socket;
    }
  }

  /**
   * Calls every session invalid (op 9). Who may not resume begins a new one, and what is told
   * meanwhile is lost; for who may, it is kept.
   */
  invalidate(mayResume = false): void {
    for (const [id, session] of this.#sessions) {
      send(session.socket, { op: 9, d: mayResume });
      if (mayResume) delete session.socket;
      else this.#sessions.delete(id);
    }
  }

  #greet(socket: WebSocket): void {
    send(socket, { op: 10, d: { heartbeat_interval: this.#options.heartbeatMs } });
    socket.on('message', (bytes: Buffer) => {
      const payload: unknown = JSON.parse(bytes.toString());
      if (!isRaw(payload)) return socket.close(4_002, 'Decode error');
      this.#hear(socket, payload['op'], payload['d']);
    });
    socket.on('close', () => {
      for (const session of this.#sessions.values()) {
        if (session.socket === socket) delete session.socket;
      }
    });
  }

  #hear(socket: WebSocket, op: unknown, asked: unknown): void {
    if (op === 1) return send(socket, { op: 11, d: null });
    if (!isRaw(asked)) return socket.close(4_002, 'Decode error');
    switch (op) {
      case 2:
        return this.#identify(socket, asked);
      case 6:
        return this.#resume(socket, asked);
      case 3:
      case 4:
        return undefined;
      case 8:
        return this.#members(socket, asked);
      default:
        return socket.close(4_001, 'Unknown opcode');
    }
  }

  #identify(socket: WebSocket, asked: Raw): void {
    const { token, intents: wanted } = asked;
    if (token !== this.#options.token) return socket.close(4_004, 'Authentication failed');
    if (typeof wanted !== 'number') return socket.close(4_013, 'Invalid intent(s)');
    if ((wanted & privileged & ~this.#options.allowed) !== 0) {
      return socket.close(4_014, 'Disallowed intent(s)');
    }
    this.identified += 1;
    const { world } = this.#options;
    const session: Session = {
      id: `session-${world.newId()}`,
      intents: wanted,
      events: [],
      socket,
    };
    this.#sessions.set(session.id, session);
    if (this.isMute) return;
    const guilds = [...world.guilds.values()];
    this.#dispatch(session, 'READY', {
      v: 10,
      user: userJson(world.bot),
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: this.#url,
      shard: [0, 1],
      application: { id: world.application, flags: 0 },
    });
    if ((wanted & intents.guilds) === 0) return;
    for (const guild of guilds) this.#dispatch(session, 'GUILD_CREATE', guildJson(world, guild));
  }

  #resume(socket: WebSocket, asked: Raw): void {
    const session = this.#sessions.get(String(asked['session_id']));
    if (asked['token'] !== this.#options.token) return socket.close(4_004, 'Authentication failed');
    if (!session) return send(socket, { op: 9, d: false });
    const seen = Number(asked['seq']);
    if (!(seen <= session.events.length)) return socket.close(4_007, 'Invalid seq');
    this.resumed += 1;
    session.socket = socket;
    for (const event of session.events.slice(seen)) send(socket, { op: 0, ...event });
    this.#dispatch(session, 'RESUMED', {});
  }

  #members(socket: WebSocket, asked: Raw): void {
    const session = [...this.#sessions.values()].find((one) => one.socket === socket);
    const guild = this.#options.world.guilds.get(String(asked['guild_id']));
    if (!session || !guild) return;
    this.#dispatch(session, 'GUILD_MEMBERS_CHUNK', {
      guild_id: guild.id,
      members: guildJson(this.#options.world, guild)['members'],
      chunk_index: 0,
      chunk_count: 1,
      nonce: asked['nonce'],
    });
  }

  #dispatch(session: Session, t: string, d: Raw): void {
    const event = { s: session.events.length + 1, t, d };
    session.events.push(event);
    send(session.socket, { op: 0, ...event });
  }
}

function send(socket: WebSocket | undefined, payload: Raw): void {
  socket?.send(JSON.stringify(payload));
}
