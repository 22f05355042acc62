import type { Command } from 'commander';
import { Option } from 'commander';

import type { ProviderKind } from '../domain/provider.ts';
import { providerKinds } from '../domain/provider.ts';
import type { Reply } from '../domain/reply.ts';
import type { Secret } from '../domain/secret.ts';
import { UserError } from '../errors.ts';
import type { Entrance, ProviderInput } from './cli.ts';
import { readSecret, refuseSecret } from './secret-input.ts';
import type { Terminal } from './terminal.ts';
import type { Who } from './who.ts';
import { claimOf, closing, tokenOf, who } from './who.ts';

/** What may be typed after `firebreak provider <kind> <credential>`. */
type ProviderOptions = Who & {
  url?: string;
  clientId?: string;
  role?: string;
  publicClient: boolean;
  secretFile?: string;
  clientSecretFile?: string;
  allowPrivate: boolean;
};

/** What is asked for, in the provider's own words. */
const secretsOf: Readonly<Record<ProviderKind, string>> = {
  oauth: 'Refresh token, or access token',
  github: 'Token',
  slack: 'Token',
  postgres: 'Password of the role that locks it',
};

/** Adds `provider`, with which Firebreak learns to revoke one credential itself. */
export function addProvider(
  program: Command,
  context: {
    readonly terminal: Terminal;
    readonly token: Secret | undefined;
    readonly openEntrance: () => Promise<Entrance>;
  },
  done: (reply: Reply, json: boolean) => void,
): void {
  who(program.command('provider'))
    .argument('<kind>', providerKinds.join(', '))
    .argument('<credential>', 'a reference (c3) or a whole name')
    .option(
      '--url <url>',
      'the issuer, https://issuer.example; or postgres://locker@db.example/app',
    )
    .option('--client-id <id>', 'the OAuth client to which the token was given out')
    .option('--role <role>', 'the PostgreSQL role to lock')
    .option('--public-client', 'this OAuth client has no secret', false)
    .option('--secret-file <file>', 'the secret; asked for or read from standard input without it')
    .option('--client-secret-file <file>', 'the secret of the OAuth client; asked for without it')
    .addOption(new Option('--secret <secret>').hideHelp().argParser(() => refuseSecret()))
    .addOption(
      new Option('--client-secret <secret>')
        .hideHelp()
        .argParser(() => refuseSecret('--client-secret-file')),
    )
    .option('--allow-private', 'this host is in a private network and may be called', false)
    .description('give Firebreak the way to the provider of a credential, so that it can revoke it')
    .action(async (kind: string, credential: string, options: ProviderOptions) => {
      const token = await tokenOf(context, options);
      const input = await inputOf(context.terminal, kind, credential, options);
      await using entrance = closing(await context.openEntrance());
      const desk = await entrance.enter(await claimOf(entrance, token, options));
      done(await desk.connectProvider(input), options.json === true);
    });
}

/**
 * What the way to a provider needs, secrets asked for; never from the argument list.
 *
 * @throws UserError `bad_input`
 */
async function inputOf(
  terminal: Terminal,
  typed: string,
  credential: string,
  options: ProviderOptions,
): Promise<ProviderInput> {
  const kind = providerKinds.find((one) => one === typed);
  if (!kind) {
    throw new UserError('bad_input', `“${typed}” is not a provider Firebreak can ask.`, {
      hint: `Known: ${providerKinds.join(', ')}. Everything else is done by hand: cred revoke says how.`,
    });
  }
  const { url, secretFile, clientSecretFile, allowPrivate } = options;
  const account = kind === 'postgres' ? options.role : options.clientId;
  const hasClientSecret = kind === 'oauth' && !options.publicClient;
  if (hasClientSecret && !terminal.isInteractive && clientSecretFile === undefined) {
    throw new UserError('bad_input', 'The secret of the OAuth client is missing.', {
      hint: '--client-secret-file FILE, or --public-client when it has none',
    });
  }
  const secret = await readSecret(terminal, `${secretsOf[kind]}: `, secretFile);
  const given = {
    credential,
    kind,
    privateHostAllowed: allowPrivate,
    ...(url === undefined ? {} : { baseUrl: url }),
    ...(account === undefined ? {} : { account }),
    secret,
  };
  if (!hasClientSecret) return given;
  const question = 'Secret of the OAuth client: ';
  const option = '--client-secret-file';
  const clientSecret = await readSecret(terminal, question, clientSecretFile, option);
  return { ...given, clientSecret };
}
