import type { Claim, ConnectInput, Desk, Entrance, ExportFormat, Issued } from './cli/cli.ts';
import type { Dispatch } from './commands/command.ts';
import type { Finding } from './domain/doctor.ts';
import { issueToken, redeemInvitation } from './domain/people.ts';
import type { Person } from './domain/person.ts';
import { may } from './domain/person.ts';
import type { Decider } from './domain/plan-change.ts';
import type { Reply, View } from './domain/reply.ts';
import { Secret } from './domain/secret.ts';
import { UserError } from './errors.ts';
import type { Recorder } from './record/record.ts';
import type { Store } from './store/store.ts';

/** A CLI token lives so long, in ms; an invitation is for today. */
const tokenMs = 90 * 24 * 60 * 60_000;
const invitationMs = 24 * 60 * 60_000;

export type AccessContext = {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly dispatch: Dispatch;
  readonly connect: (input: ConnectInput, by: Person) => Promise<Reply>;
  readonly exportRecord: (
    incident: string,
    format: ExportFormat,
    by: Person,
  ) => AsyncIterable<string>;
  readonly backUp: (by: Person) => AsyncIterable<Uint8Array>;
  readonly examine: () => Promise<readonly Finding[]>;
  readonly startWork: () => Promise<void>;
  readonly operatorToken: () => Promise<Secret>;
  readonly close: () => Promise<void>;
  readonly now: () => Date;
  readonly newId: () => string;
  /** 32 random bytes, base64url. */
  readonly newNonce: () => string;
};

/** The entrance to the instance that lives in this process. */
export function localEntrance(context: AccessContext): Entrance {
  return {
    enter: async (claim) => deskOf(context, await personOf(context, claim)),
    redeem: (code) => redeem(context, code),
    startWork: context.startWork,
    operatorToken: context.operatorToken,
    close: context.close,
  };
}

/**
 * Who speaks. `--as` needs that person's own token; only where every connection is a drill may the
 * operator speak for anyone, so that newcomers can play two people.
 */
async function personOf(context: AccessContext, claim: Claim): Promise<Person> {
  const { store, recorder, now } = context;
  const found = await store.people.byToken(recorder.sha256(claim.token.reveal()), 'cli', now());
  if (!found || found.person.disabledAt) {
    throw new UserError('not_allowed', 'This token is not known, has expired or was revoked.', {
      hint: 'Make a new one: firebreak person token',
    });
  }
  const handle = claim.as?.replace(/^@/, '').toLowerCase();
  if (handle === undefined || handle === found.person.handle) return found.person;
  const connections = await store.connections.list();
  const drill = connections.length > 0 && connections.every((one) => one.environment === 'drill');
  const other = await store.people.byHandle(handle);
  if (drill && other && found.person.id === store.instance.operator) return other;
  throw new UserError('not_allowed', `Speaking as @${handle} needs @${handle}'s own token.`, {
    hint: `--as ${handle} --token-file FILE, or set FIREBREAK_TOKEN`,
  });
}

function deskOf(context: AccessContext, person: Person): Desk {
  const caller = { person, room: `cli:${person.id}`, source: 'cli' } as const;
  return {
    say: (line) => context.dispatch(caller, line),
    connect: (input) => context.connect(input, person),
    issueToken: (handle) => issueCliToken(context, person, handle),
    invite: (handle) => invite(context, person, handle),
    export: (incident, format) => context.exportRecord(incident, format, person),
    backup: () => context.backUp(person),
    examine: () => {
      if (may(person, 'admin')) return context.examine();
      return Promise.reject(new UserError('not_allowed', 'Only an admin may examine it.'));
    },
  };
}

async function issueCliToken(
  context: AccessContext,
  by: Person,
  handle: string | undefined,
): Promise<Issued> {
  const person = handle === undefined ? by : await known(context, handle);
  const { secret, token } = newToken(context, 'cli', tokenMs);
  await context.store.save(issueToken(person, token, decider(context, by)));
  return { secret, reply: said(`A new token for @${person.handle}.`, token.expiresAt) };
}

async function invite(context: AccessContext, by: Person, handle: string): Promise<Issued> {
  const person = await known(context, handle);
  const { secret, token } = newToken(context, 'invitation', invitationMs);
  await context.store.save(issueToken(person, token, decider(context, by)));
  const text = `An invitation for @${person.handle}; they type: firebreak person redeem`;
  return { secret, reply: said(text, token.expiresAt) };
}

async function redeem(context: AccessContext, code: Secret): Promise<Issued> {
  const { store, recorder, now } = context;
  const sha256 = recorder.sha256(code.reveal());
  const found = await store.people.byToken(sha256, 'invitation', now());
  if (!found) {
    throw new UserError('not_allowed', 'This code is not known, was used already or has expired.', {
      hint: 'Ask an admin: firebreak person invite <handle>',
    });
  }
  const { secret, token } = newToken(context, 'cli', tokenMs);
  const change = redeemInvitation(
    found.person,
    { invitation: found.token, token },
    decider(context, found.person),
  );
  await store.save(change);
  return { secret, reply: said(`Welcome, @${found.person.handle}: your token.`, token.expiresAt) };
}

async function known(context: AccessContext, handle: string): Promise<Person> {
  const bare = handle.replace(/^@/, '');
  const person = await context.store.people.byHandle(bare);
  if (person) return person;
  throw new UserError('not_found', `There is no person called @${bare}.`, {
    hint: `Add them first: firebreak person add ${bare}`,
  });
}

function newToken<Kind extends 'cli' | 'invitation'>(
  context: AccessContext,
  kind: Kind,
  lifeMs: number,
) {
  const text = `${kind === 'cli' ? 'fbt' : 'fbi'}_${context.newNonce()}`;
  return {
    secret: new Secret(text),
    token: {
      id: context.newId(),
      kind,
      sha256: context.recorder.sha256(text),
      expiresAt: new Date(context.now().getTime() + lifeMs),
    },
  };
}

function decider(context: AccessContext, person: Person): Decider {
  return { person, source: 'cli', now: context.now() };
}

function said(title: string, expiresAt: Date): View {
  return {
    kind: 'view',
    title,
    blocks: [
      {
        kind: 'text',
        text: `It is shown once and ends on ${expiresAt.toISOString().slice(0, 10)}.`,
      },
    ],
    next: [],
    audience: 'person',
    outcome: 'done',
    data: { expiresAt: expiresAt.toISOString() },
  };
}
