import { Option } from 'commander';

import { platformKinds, sandboxKey } from '../domain/connection.ts';
import type { PlatformKind } from '../domain/connection.ts';
import type { ProviderKind } from '../domain/provider.ts';
import { providerKinds } from '../domain/provider.ts';
import { Secret } from '../domain/secret.ts';
import { UserError } from '../errors.ts';
import type { ConnectInput } from './cli.ts';
import { readSecret, refuseSecret } from './secret-input.ts';
import type { Terminal } from './terminal.ts';

/** What may be typed after `firebreak connect <kind>`. */
export type ConnectOptions = {
  readonly url?: string;
  readonly name?: string;
  readonly secretFile?: string;
  readonly sessionFile?: string;
  /** True when a secret was typed as an argument. */
  readonly secret?: true;
  readonly allowPrivate: boolean;
  readonly environment?: ConnectInput['environment'];
};

/** Where the secret is read from. */
export const secretFile = new Option(
  '--secret-file <file>',
  'its API key, token or user:password; asked for or read from standard input without it',
);

/** Where the session of an n8n user is read from, which nobody need give. */
export const sessionFile = new Option(
  '--session-file <file>',
  'n8n: e-mail:password of an owner or admin, to see what is really published; - asks for it',
);

/** For whom tries it: what it holds is let go of at once, and why there is no such option is said. */
export const noSecret = new Option('--secret <secret>').hideHelp().argParser(() => true);

/** What is asked for, in the platform's own words. */
const secretsOf: Readonly<Record<PlatformKind, string>> = {
  n8n: 'API key',
  'node-red': 'Access token, or user:password,',
  sandbox: 'Key',
};

/**
 * What connecting needs, the secret asked for if there is one: a sandbox has an address and a key
 * of its own.
 *
 * @throws UserError `bad_input`
 */
export async function connectInputOf(
  terminal: Terminal,
  kind: string,
  options: ConnectOptions,
): Promise<ConnectInput> {
  const known = platformKinds.find((one) => one === kind);
  const provider = providerKinds.find((one) => one === kind);
  if (provider) throw isProvider(provider, options);
  if (options.secret) refuseSecret();
  if (!known) {
    throw new UserError('bad_input', `“${kind}” is not a platform Firebreak can connect to.`, {
      hint: `Known: ${platformKinds.join(', ')}.`,
    });
  }
  const isSandbox = known === 'sandbox';
  if (options.sessionFile !== undefined && known !== 'n8n') {
    throw new UserError('bad_input', 'Only an n8n has a session besides its key.');
  }
  const url = options.url ?? (isSandbox ? 'sandbox://shop' : undefined);
  if (url === undefined) {
    throw new UserError('bad_input', 'Where is the platform?', {
      hint: '--url https://n8n.example',
    });
  }
  const secret = isSandbox
    ? new Secret(sandboxKey)
    : await readSecret(terminal, `${secretsOf[known]} of ${url}: `, options.secretFile);
  return {
    kind: known,
    name: options.name ?? kind,
    baseUrl: url,
    secret:
      options.sessionFile === undefined
        ? secret
        : await withSession(terminal, secret, url, options),
    environment: options.environment ?? (isSandbox ? 'drill' : 'production'),
    privateHostAllowed: options.allowPrivate,
  };
}

/** The key and, on a line of its own, the session: sealed, changed and dropped together. */
async function withSession(
  terminal: Terminal,
  key: Secret,
  url: string,
  { sessionFile: file, secretFile: keyFile }: ConnectOptions,
): Promise<Secret> {
  const isAsked = file === '-';
  if (isAsked && !terminal.isInteractive && (keyFile === undefined || keyFile === '-')) {
    throw new UserError('bad_input', 'The key and the session cannot both be piped in.', {
      hint: 'Name a file with --secret-file or --session-file.',
    });
  }
  const question = `E-mail:password of an owner or admin of ${url}: `;
  const from = isAsked ? undefined : file;
  const session = await readSecret(terminal, question, from, '--session-file', 'session');
  if (!/^[^:\s]+:[^\r\n]+$/.test(session.reveal())) {
    throw new UserError('bad_input', 'A session is e-mail:password, on one line.');
  }
  return new Secret(`${key.reveal()}\n${session.reveal()}`);
}

/** Who issued a credential is no platform: Firebreak is given the way there for one credential. */
function isProvider(kind: ProviderKind, { secret }: ConnectOptions): UserError {
  const typed = secret
    ? ' Leave the secret out: it is asked for, and on a command line others see it.'
    : '';
  return new UserError('bad_input', `“${kind}” is a provider of credentials, not a platform.`, {
    hint: `firebreak provider ${kind} c3, with the credential that it is for (\`cred list\` names them).${typed}`,
  });
}
