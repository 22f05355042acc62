import type { Finding } from '../../domain/doctor.ts';
import { clockFinding } from '../../domain/doctor.ts';
import type { Secret } from '../../domain/secret.ts';
import { isRecord } from './api.ts';
import { nameOf } from './heard-message.ts';

/** What is looked at from outside, without a connection and without discord.js. */
export type Examined = {
  readonly token: Secret;
  readonly guilds: readonly string[];
  readonly apiUrl?: string;
  /** False where incidents get no channels of their own, and nothing is asked for that. */
  readonly channels?: boolean;
};

type Around = { readonly fetch: typeof fetch; readonly now: () => Date };

const usualApi = 'https://discord.com/api';
const askMs = 10_000;
const about = 'Discord';
/** Flags of an app whose Message Content Intent is on: for large apps, and for small ones. */
const readsContent = (1 << 18) | (1 << 19);
const whatClocksBreak = 'Its messages are off by as much on the timeline.';

/** Says of the bot on Discord whether it works, and what does not where something is missing. */
export async function examineDiscord(
  examined: Examined,
  around: Around,
): Promise<readonly Finding[]> {
  const me = await ask(examined, around, '/users/@me');
  if (me.kind === 'silent') return [unreachable];
  if (me.status === 401) return [wrongToken];
  if (!isRecord(me.json)) return [odd(me.status)];
  const works = `Reachable; the token is accepted as ${nameOf(me.json)}.`;
  const app = await ask(examined, around, '/applications/@me');
  const [granted, ...servers] = await Promise.all([
    grantedIn(examined, around),
    ...examined.guilds.map((id) => serverFinding(examined, around, id)),
  ]);
  return [
    { about, state: 'works', text: works },
    ...(me.aheadMs === undefined
      ? []
      : [clockFinding(`${about}, clock`, about, me.aheadMs, whatClocksBreak)]),
    ...(app.kind === 'answered' && isRecord(app.json) ? intentFinding(app.json['flags']) : []),
    ...servers.flat(),
    ...examined.guilds.flatMap((id) => lackingFinding(examined, id, granted.get(id))),
  ];
}

/** What the bot may do in each of its servers, as far as Discord tells. */
async function grantedIn(
  examined: Examined,
  around: Around,
): Promise<ReadonlyMap<unknown, bigint>> {
  const asked = await ask(examined, around, '/users/@me/guilds');
  const list: readonly unknown[] =
    asked.kind === 'answered' && Array.isArray(asked.json) ? asked.json : [];
  return new Map(
    list.filter(isRecord).flatMap(({ id, permissions }) => {
      const isNumber = typeof permissions === 'string' && /^\d+$/.test(permissions);
      return isNumber ? [[id, BigInt(permissions)] as const] : [];
    }),
  );
}

const administrator = 1n << 3n;

/** What the bot needs in a server, and what is not there without it. */
const needed: readonly (readonly [bigint, string, string])[] = [
  [1n << 10n, 'View Channels', 'nothing is heard or said'],
  [1n << 11n, 'Send Messages', 'nothing can be said in a channel'],
  [1n << 38n, 'Send Messages in Threads', 'nothing can be said in a thread'],
  [1n << 16n, 'Read Message History', 'no message can be put on the timeline'],
  [1n << 15n, 'Attach Files', 'pictures are left out'],
  [1n << 7n, 'View Audit Log', 'unpinning takes nothing off the timeline'],
];

const neededForChannels: typeof needed = [
  [1n << 4n, 'Manage Channels', 'incidents get no channel of their own'],
  [1n << 51n, 'Pin Messages', 'the card of an incident is not pinned'],
];

function lackingFinding(
  { channels }: Examined,
  id: string,
  granted: bigint | undefined,
): readonly Finding[] {
  if (granted === undefined || (granted & administrator) !== 0n) return [];
  const all = channels === false ? needed : [...needed, ...neededForChannels];
  const lacking = all.filter(([bit]) => (granted & bit) === 0n);
  if (lacking.length === 0) return [];
  const words = lacking.map(([, name, loss]) => `${name} (${loss})`).join(', ');
  return [
    {
      about: `${about}, server ${id}, permissions`,
      state: 'fix',
      text: `The bot lacks: ${words}.`,
      next: 'Open the invitation of docs/discord.md again, or change the bot’s role in the server',
    },
  ];
}

const unreachable: Finding = {
  about,
  state: 'fix',
  text: 'It cannot be reached from here: nothing is heard or said there.',
  next: 'Look at the network, a proxy, and https://discordstatus.com',
};

const wrongToken: Finding = {
  about,
  state: 'fix',
  text: 'DISCORD_TOKEN is not accepted: nothing is heard or said there.',
  next: 'Developer portal, Bot, Reset Token; then set DISCORD_TOKEN and start Firebreak anew',
};

function odd(status: number): Finding {
  const text = `It answers with ${status}: whether the bot works there cannot be told.`;
  return { about, state: 'fix', text, next: 'Ask again in a moment' };
}

function intentFinding(flags: unknown): readonly Finding[] {
  if (typeof flags !== 'number' || (flags & readsContent) !== 0) return [];
  return [
    {
      about: `${about}, Message Content Intent`,
      state: 'fix',
      text: 'It is off: what is pinned or marked comes onto the timeline without its text.',
      next: 'Developer portal, Bot, Privileged Gateway Intents: switch Message Content Intent on',
    },
  ];
}

async function serverFinding(
  examined: Examined,
  around: Around,
  id: string,
): Promise<readonly Finding[]> {
  const asked = await ask(examined, around, `/guilds/${id}`);
  const name = `${about}, server ${id}`;
  if (asked.kind === 'answered' && asked.status === 200) {
    const called = isRecord(asked.json) ? String(asked.json['name']) : id;
    return [{ about: name, state: 'works', text: `The bot is in “${called}”.` }];
  }
  if (asked.kind === 'silent' || (asked.status !== 403 && asked.status !== 404)) return [];
  return [
    {
      about: name,
      state: 'fix',
      text: 'The bot is not in that server: nobody can speak to it there.',
      next: 'Invite it (docs/discord.md), or take the id out of DISCORD_GUILDS',
    },
  ];
}

type Asked =
  | { readonly kind: 'silent' }
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly json: unknown;
      /** Discord's clock minus ours. */
      readonly aheadMs?: number;
    };

async function ask(
  { token, apiUrl = usualApi }: Examined,
  around: Around,
  path: string,
): Promise<Asked> {
  try {
    const answer = await around.fetch(`${apiUrl}/v10${path}`, {
      headers: { authorization: `Bot ${token.reveal()}` },
      signal: AbortSignal.timeout(askMs),
    });
    const said = Date.parse(answer.headers.get('date') ?? '');
    const json: unknown = await answer.json().catch(() => undefined);
    const skew = Number.isNaN(said) ? {} : { aheadMs: said - around.now().getTime() };
    return { kind: 'answered', status: answer.status, json, ...skew };
  } catch {
    // Why is for nobody's eyes: the address may hold a secret, where it is a proxy's.
    return { kind: 'silent' };
  }
}
