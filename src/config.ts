import { resolve } from 'node:path';

import { z } from 'zod';

import { Secret } from './domain/secret.ts';
import { UserError } from './errors.ts';

const zone = z.string().refine(isTimeZone, 'is not a time zone such as Europe/Berlin');
const port = z.coerce.number().int().min(0).max(65_535);

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
  HTTP_PORT: port.default(7330).describe('Port of the server on 127.0.0.1. 0 takes a free one.'),
  SANDBOX: z
    .enum(['on', 'off'])
    .default('on')
    .describe('Whether a server without any connection adds the simulated platforms (on, off).'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'])
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
  /** A server without any connection adds the simulated platforms. */
  readonly sandbox: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
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
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new UserError('bad_input', `The settings are not right: ${problems.join('; ')}.`, {
      hint: 'Every setting is in the README.',
    });
  }
  const { data } = parsed;
  return {
    ...(data.DATABASE_URL ? { databaseUrl: new Secret(data.DATABASE_URL) } : {}),
    dataDir: resolve(data.DATA_DIR),
    ...(data.FIREBREAK_KEY ? { key: new Secret(data.FIREBREAK_KEY) } : {}),
    ...(data.FIREBREAK_TOKEN ? { token: new Secret(data.FIREBREAK_TOKEN) } : {}),
    timeZone: data.TIME_ZONE,
    httpPort: data.HTTP_PORT,
    sandbox: data.SANDBOX === 'on',
    logLevel: data.LOG_LEVEL,
  };
}

function isTimeZone(text: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
