import { pino } from 'pino';

import type { Fingerprint } from './domain/redaction.ts';
import { makeRedactor } from './domain/redaction.ts';
import type { Secret } from './domain/secret.ts';
import { PlatformError, UserError } from './errors.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The only fields that a line may have; whatever else is passed is dropped. */
export const logFields = [
  'reference',
  'kind',
  'command',
  'person',
  'incident',
  'connection',
  'platform',
  'plan',
  'action',
  'workflow',
  'job',
  'method',
  'status',
  'attempt',
  'count',
  'durationMs',
  'port',
  'from',
  'to',
  'backup',
] as const;
export type LogFields = {
  readonly [Field in (typeof logFields)[number]]?: string | number | boolean;
};

/**
 * What Firebreak tells its operator: one JSON object a line.
 *
 * Messages are fixed sentences; what changes goes into fields. Every text passes the redactor, and
 * so does the finished line.
 */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  /** @param error only what is safe of it is written, see `failure` */
  warn(message: string, error?: unknown, fields?: LogFields): void;
  /**
   * Something failed that is not a person's mistake. Code, first line of the message and the stack
   * are written; of causes only name and code, since bodies and parameters are in their messages.
   */
  failure(error: unknown, fields: LogFields): void;
  /** From now on this value is taken out of everything that is logged or redacted. */
  keepSecret(secret: Secret): void;
  /** From now on redacted secrets leave their fingerprint. */
  fingerprintWith(fingerprint: Fingerprint): void;
  /** The same redactor for other ways out: timeline, replies. */
  readonly redact: (text: string) => string;
}

export type LogOptions = {
  readonly level: LogLevel;
  /** Takes one line with its end. */
  readonly write: (line: string) => void;
  readonly now: () => Date;
};

/** A log without a clock of its own: for tests, and for whoever brings one. */
export function makeLog({ level, write, now }: LogOptions): Log {
  const redactor = makeRedactor();
  const { redact } = redactor;
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => write(safeLine(line, redact)) },
  );
  const fieldsOf = (fields: LogFields = {}) => allowed(fields, redact);
  return {
    debug: (message, fields) => logger.debug(fieldsOf(fields), redact(message)),
    info: (message, fields) => logger.info(fieldsOf(fields), redact(message)),
    warn: (message, error, fields) =>
      logger.warn(
        { ...fieldsOf(fields), ...(error === undefined ? {} : { error: told(error, redact) }) },
        redact(message),
      ),
    failure: (error, fields) =>
      logger.error({ ...fieldsOf(fields), error: told(error, redact) }, 'failed'),
    keepSecret: (secret) => redactor.know(secret.reveal()),
    fingerprintWith: redactor.fingerprintWith,
    redact,
  };
}

/** The log of this process, by the wall clock. */
export function processLog(options: Omit<LogOptions, 'now'>): Log {
  return makeLog({ ...options, now: () => new Date() });
}

type SafeField = string | number | boolean;

function allowed(fields: LogFields, redact: Log['redact']): Record<string, SafeField> {
  const safe: Record<string, SafeField> = {};
  for (const name of logFields) {
    const value: unknown = fields[name];
    if (typeof value === 'string') safe[name] = redact(firstCharacters(value, longestField));
    else if (typeof value === 'number' || typeof value === 'boolean') safe[name] = value;
  }
  return safe;
}

const longestField = 500;
const deepestCause = 5;

type Told = {
  readonly name: string;
  readonly code?: string;
  readonly platform?: string;
  readonly message?: string;
  readonly at?: readonly string[];
  readonly causes?: readonly string[];
};

function told(error: unknown, redact: Log['redact']): Told {
  if (!(error instanceof Error)) return { name: `thrown ${typeof error}` };
  const code = codeOf(error);
  const causes = causesOf(error);
  return {
    name: error.name,
    ...(code !== undefined && { code }),
    ...(error instanceof PlatformError && { platform: error.platform }),
    // A database driver's message goes on with the parameters of the query on further lines.
    message: redact(firstCharacters(error.message.split('\n', 1)[0] ?? '', longestField)),
    ...(error instanceof UserError || error instanceof PlatformError
      ? {}
      : { at: frames(error, redact) }),
    ...(causes.length > 0 && { causes: causes.map(redact) }),
  };
}

function causesOf(error: Error): string[] {
  const causes: string[] = [];
  let cause: unknown = error.cause;
  while (cause instanceof Error && causes.length < deepestCause) {
    const code = codeOf(cause);
    causes.push(code === undefined ? cause.name : `${cause.name} ${code}`);
    cause = cause.cause;
  }
  return causes;
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string'
    ? firstCharacters(error.code, 60)
    : undefined;
}

// Only the frames: the stack begins with the message, and that may be many lines long.
function frames(error: Error, redact: Log['redact']): readonly string[] {
  const lines = error.stack?.split('\n') ?? [];
  return lines
    .filter((line) => /^ {4}at /.test(line))
    .slice(0, 12)
    .map((line) => redact(line.trim()));
}

function firstCharacters(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit).toWellFormed()}…`;
}

/** The second net. A secret that spans fields would break the JSON when it is taken out. */
function safeLine(line: string, redact: Log['redact']): string {
  const safe = redact(line);
  if (safe === line) return line;
  try {
    JSON.parse(safe);
    return safe.endsWith('\n') ? safe : `${safe}\n`;
  } catch {
    return '{"level":"error","message":"A line was held back because a secret was spread over it."}\n';
  }
}
