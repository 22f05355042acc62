import type { Environment, PlatformKind } from '../domain/connection.ts';
import type { Finding } from '../domain/doctor.ts';
import type { ProviderGiven, ProviderSecrets } from '../domain/provider.ts';
import type { Reply } from '../domain/reply.ts';
import type { Secret } from '../domain/secret.ts';
import type { ExportFormat } from '../exports/export.ts';

export { exportFormats } from '../exports/export.ts';
export type { ExportFormat } from '../exports/export.ts';

/**
 * What one person at a shell can ask of an instance: in this process, or of a running server over
 * loopback. Both answer alike, so the command line does not know which one it has.
 */
export interface Desk {
  /** One chat line, same dispatch, same rules. @param code of the person's factor, for this line */
  say(line: string, code?: Secret): Promise<Reply>;
  /** A new factor for oneself: the address for an authenticator app, shown once. */
  enrolFactor(): Promise<Issued>;
  /** Shows with a first code that the app has it. */
  confirmFactor(code: Secret): Promise<Reply>;
  /** Adds a connection, or gives an existing one a new address or secret. Admins only. */
  connect(input: ConnectInput): Promise<Reply>;
  /** Gives Firebreak the way to the provider of a credential, or another one. Admins only. */
  connectProvider(input: ProviderInput): Promise<Reply>;
  /** A new CLI token, for oneself or (admins) for somebody else. Shown once, never stored. */
  issueToken(handle: string | undefined): Promise<Issued>;
  /** A one-time code with which a new person makes their own token. Admins only. */
  invite(handle: string): Promise<Issued>;
  /** A link that opens the console of the running server once, as this person. */
  consoleLink(): Promise<Issued>;
  /** The record of an incident, streamed. @throws UserError `not_found`, `bad_input` */
  export(incident: string, format: ExportFormat, reason?: string): AsyncIterable<string>;
  /** Everything the instance holds, as the bytes of a backup. Admins only. */
  backup(): AsyncIterable<Uint8Array>;
  /** What of the instance works and what to fix. Admins only. */
  examine(): Promise<readonly Finding[]>;
}

export type ConnectInput = {
  readonly kind: PlatformKind;
  readonly name: string;
  readonly baseUrl: string;
  readonly secret: Secret;
  readonly environment: Environment;
  readonly privateHostAllowed: boolean;
};

/** The way to the provider of a credential, with the secrets that go with it. */
export type ProviderInput = ProviderGiven &
  ProviderSecrets & {
    /** A reference (`c3`) or a whole name. */
    readonly credential: string;
  };

/** A token or code, and what to say about it. */
export type Issued = { readonly secret: Secret; readonly reply: Reply };

/** Who asks: a token, and whom they want to speak for. */
export type Claim = { readonly token: Secret; readonly as?: string };

/** The way in. */
export interface Entrance {
  /** @throws UserError `not_allowed` when the token is unknown, expired, or not `as`'s own */
  enter(claim: Claim): Promise<Desk>;
  /** Trades a one-time invitation code for a CLI token. */
  redeem(code: Secret): Promise<Issued>;
  /** Does the durable work that a line has stored, when nobody else does. */
  startWork(): Promise<void>;
  /** The token of the local operator, from the data directory. */
  operatorToken(): Promise<Secret>;
  close(): Promise<void>;
}
