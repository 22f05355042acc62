import { isIP } from 'node:net';
import { resolve } from 'node:path';

import { z } from 'zod';

import { Secret } from './domain/secret.ts';
import { UserError } from './errors.ts';
import type { SlackSettings } from './slack-settings.ts';
import { slackFields, slackProblems, slackSettings } from './slack-settings.ts';

const zone = z.string().refine(isTimeZone, 'is not a time zone such as Europe/Berlin');
const portWords = 'must be a number from 0 to 65535';
const port = z.coerce.number(portWords).int(portWords).min(0, portWords).max(65_535, portWords);

/** A choice, refused in a person's words. */
function oneOf<const Choices extends readonly [string, ...string[]]>(choices: Choices) {
  return z.enum(choices, `must be one of ${choices.join(', ')}`);
}

/** Every setting, its default and what it is for. The README's table is made from this. */
export const settings = {
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .optional()
    .describe('PostgreSQL to use. Without it, everything is kept in the embedded database.'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('data')
    .describe('Directory of keys, the local operator’s token and the embedded database.'),
  FIREBREAK_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 bytes in base64 (44 characters)')
    .optional()
    .describe('Key that encrypts secrets and evidence. Without it, a file in DATA_DIR.'),
  FIREBREAK_TOKEN: z
    .string()
    .min(1)
    .optional()
    .describe('Token of the person who speaks at the command line, instead of --token-file.'),
  TIME_ZONE: zone
    .default(Intl.DateTimeFormat().resolvedOptions().timeZone)
    .describe('Zone in which times are read and shown; a person may have their own.'),
  HTTP_PORT: port.default(7330).describe('Port of the server. 0 takes a free one.'),
  HTTP_BIND: oneOf(['127.0.0.1', '0.0.0.0', '::'])
    .default('127.0.0.1')
    .describe(
      'Where the server listens: on this machine alone, or everywhere, which demands PUBLIC_URL and TRUSTED_PROXY.',
    ),
  PUBLIC_URL: z
    .string()
    .refine(isHttpsOrigin, 'must be https://, a host and perhaps a port, nothing behind it')
    .optional()
    .describe('Address of the console for browsers elsewhere, e.g. https://firebreak.example.'),
  TRUSTED_PROXY: z
    .string()
    .refine(isNetworkList, 'must be IP addresses or networks such as 10.0.0.0/8, parted by commas')
    .optional()
    .describe(
      'The proxies that end TLS for PUBLIC_URL; requests from elsewhere than them and this machine are refused.',
    ),
  METRICS_TOKEN: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe(
      'Bearer token with which /metrics answers through PUBLIC_URL; this machine needs none.',
    ),
  POLICY_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('JSON file with what is to be otherwise than in the approval policy that ships.'),
  SANDBOX: oneOf(['on', 'off'])
    .default('on')
    .describe('Whether a server without any connection adds the simulated platforms (on, off).'),
  ...slackFields,
  DISCORD_TOKEN: z
    .string()
    .min(1)
    .optional()
    .describe('Token of the Discord bot. Without it, nothing listens on Discord.'),
  DISCORD_GUILDS: z
    .string()
    .regex(/^\d{15,22}( *, *\d{15,22})*$/, 'must be ids of Discord servers, parted by commas')
    .optional()
    .describe('Ids of the Discord servers whose members are heard, parted by commas.'),
  DISCORD_COMMAND: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be lower-case letters, digits, - and _, at most 32')
    .default('ir')
    .describe('The slash command on Discord under which stands what is in no group.'),
  DISCORD_INCIDENT_CHANNELS: z
    .enum(['on', 'off'])
    .default('on')
    .describe('Whether an incident declared on Discord gets a channel of its own (on, off).'),
  DISCORD_EMOJI: z
    .string()
    .regex(/^[^\s,:]+( *, *[^\s,:]+)*$/, 'must be emoji, or names of the server’s own, with commas')
    .default('📌')
    .describe(
      'Emoji that put a message on the timeline, parted by commas; the server’s own by name.',
    ),
  DISCORD_API_URL: z
    .url({ protocol: /^https?$/, message: 'must be an http or https address' })
    .optional()
    .describe('Address of Discord’s interface, where it is not Discord’s own: a proxy.'),
  LOG_LEVEL: oneOf(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('How much the server writes to its log (standard error, JSON lines).'),
} as const;

export type Config = {
  readonly databaseUrl?: Secret;
  readonly dataDir: string;
  readonly key?: Secret;
  readonly token?: Secret;
  readonly timeZone: string;
  readonly httpPort: number;
  readonly httpBind: '127.0.0.1' | '0.0.0.0' | '::';
  /** An origin: https, host and perhaps a port. */
  readonly publicUrl?: string;
  /** Addresses or networks (`10.0.0.0/8`). */
  readonly trustedProxies: readonly string[];
  /** With it `/metrics` answers to other machines. */
  readonly metricsToken?: Secret;
  /** What is to be otherwise than in the approval policy that ships; taken up by a server that starts. */
  readonly policyFile?: string;
  /** A server without any connection adds the simulated platforms. */
  readonly sandbox: boolean;
  readonly slack?: SlackSettings;
  readonly discord?: DiscordSettings;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
};

export type DiscordSettings = {
  readonly token: Secret;
  /** Ids of the servers whose members are heard. */
  readonly guilds: readonly string[];
  readonly command: string;
  /** An incident that is declared there gets a channel of its own. */
  readonly channels: boolean;
  /** Emoji, or names of a server's own, that put a message on the timeline. */
  readonly emoji: readonly string[];
  readonly apiUrl?: string;
};

/**
 * Reads the environment once.
 *
 * @throws UserError naming every setting that is wrong, never its value
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.keys(settings).flatMap((name) => {
      const value = env[name]?.trim();
      return value ? [[name, value]] : [];
    }),
  );
  const parsed = z.object(settings).safeParse(given);
  const together = [...doorProblems(given), ...slackProblems(given), ...discordProblems(given)];
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    const all = [...problems, ...together.map(({ message }) => message)];
    throw new UserError('bad_input', `The settings are not right: ${all.join('; ')}.`, {
      hint: 'Every setting is in the README.',
    });
  }
  const [first] = together;
  if (first) throw new UserError('bad_input', `${capital(first.message)}.`, { hint: first.hint });
  const { data } = parsed;
  return {
    ...(data.DATABASE_URL ? { databaseUrl: new Secret(data.DATABASE_URL) } : {}),
    dataDir: resolve(data.DATA_DIR),
    ...(data.FIREBREAK_KEY ? { key: new Secret(data.FIREBREAK_KEY) } : {}),
    ...(data.FIREBREAK_TOKEN ? { token: new Secret(data.FIREBREAK_TOKEN) } : {}),
    timeZone: data.TIME_ZONE,
    httpPort: data.HTTP_PORT,
    httpBind: data.HTTP_BIND,
    ...(data.METRICS_TOKEN ? { metricsToken: new Secret(data.METRICS_TOKEN) } : {}),
    ...(data.PUBLIC_URL ? { publicUrl: new URL(data.PUBLIC_URL).origin } : {}),
    trustedProxies: networksIn(data.TRUSTED_PROXY ?? ''),
    ...(data.POLICY_FILE ? { policyFile: resolve(data.POLICY_FILE) } : {}),
    sandbox: data.SANDBOX === 'on',
    ...slackSettings(data),
    ...discordSettings(data),
    logLevel: data.LOG_LEVEL,
  };
}

function discordSettings(data: {
  readonly DISCORD_TOKEN?: string | undefined;
  readonly DISCORD_GUILDS?: string | undefined;
  readonly DISCORD_COMMAND: string;
  readonly DISCORD_INCIDENT_CHANNELS: string;
  readonly DISCORD_EMOJI: string;
  readonly DISCORD_API_URL?: string | undefined;
}): { readonly discord?: DiscordSettings } {
  if (data.DISCORD_TOKEN === undefined) return {};
  const discord = {
    token: new Secret(data.DISCORD_TOKEN),
    guilds: data.DISCORD_GUILDS?.split(/ *, */) ?? [],
    command: data.DISCORD_COMMAND,
    channels: data.DISCORD_INCIDENT_CHANNELS === 'on',
    emoji: data.DISCORD_EMOJI.split(/ *, */),
    ...(data.DISCORD_API_URL === undefined ? {} : { apiUrl: data.DISCORD_API_URL }),
  };
  return { discord };
}

type SettingsProblem = { readonly message: string; readonly hint: string };

/** Without a server that is allowed, everybody would be refused. */
function discordProblems(given: Readonly<Record<string, string>>): readonly SettingsProblem[] {
  if (given['DISCORD_TOKEN'] === undefined || given['DISCORD_GUILDS'] !== undefined) return [];
  return [
    {
      message: 'DISCORD_TOKEN needs DISCORD_GUILDS, the servers whose members are heard',
      hint: 'Discord: Settings, Advanced, Developer mode; then right-click the server, Copy Server ID',
    },
  ];
}

/** Sessions and tokens never cross a network in the clear. */
function doorProblems({
  HTTP_BIND,
  PUBLIC_URL,
  TRUSTED_PROXY,
}: Readonly<Record<string, string>>): readonly SettingsProblem[] {
  const isReachable = HTTP_BIND === '0.0.0.0' || HTTP_BIND === '::';
  if (PUBLIC_URL === undefined && (isReachable || TRUSTED_PROXY !== undefined)) {
    return [
      {
        message: 'a server that others reach needs a PUBLIC_URL with https',
        hint: 'e.g. PUBLIC_URL=https://firebreak.example behind a proxy that ends TLS',
      },
    ];
  }
  if (PUBLIC_URL === undefined || TRUSTED_PROXY !== undefined) return [];
  return [
    {
      message: 'PUBLIC_URL needs TRUSTED_PROXY (who ends TLS for it?)',
      hint: 'e.g. TRUSTED_PROXY=127.0.0.1 for a proxy on this machine, 172.16.0.0/12 beside a container',
    },
  ];
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function isHttpsOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:' || url.username || url.password) return false;
  return url.pathname === '/' && url.search === '' && url.hash === '';
}

function networksIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function isNetworkList(text: string): boolean {
  const networks = networksIn(text);
  return networks.length > 0 && networks.every(isNetwork);
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  // All addresses there are would make everybody a proxy of ours.
  return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function isTimeZone(text: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
