import type { Issued } from './cli/cli.ts';
import { makeOrAsk } from './commands/ask-another.ts';
import { invitationWanted } from './commands/loosening.ts';
import type { PeopleChange } from './domain/people-change.ts';
import { invitationRefused, issueToken, redeemInvitation } from './domain/person-tokens.ts';
import type { Person } from './domain/person.ts';
import type { Decider } from './domain/plan-change.ts';
import type { ApprovalPolicy } from './domain/policy.ts';
import type { View } from './domain/reply.ts';
import { Secret } from './domain/secret.ts';
import { givenByTwo } from './domain/security-leave.ts';
import { useUp } from './domain/security-request.ts';
import { StaleError, UserError } from './errors.ts';
import type { Recorder } from './record/record.ts';
import type { Store } from './store/store.ts';

/** A CLI token lives so long, in ms; an invitation is for today. */
const tokenMs = 90 * 24 * 60 * 60_000;
const invitationMs = 24 * 60 * 60_000;

/** How often a code is tried again when something else about its person changed meanwhile. */
const mostTries = 10;
/** So many of the instance's newest events are searched for a refusal that was recorded already. */
const recentEvents = 200;

type Issuing = {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly policy: ApprovalPolicy;
  readonly now: () => Date;
  readonly newId: () => string;
  /** 32 random bytes, base64url. */
  readonly newNonce: () => string;
};

/** A CLI token for oneself, or by an admin for somebody else. */
export async function issueCliToken(
  context: Issuing,
  by: Person,
  handle: string | undefined,
): Promise<Issued> {
  const person = handle === undefined ? by : await known(context, handle);
  const { secret, token } = newToken(context, 'cli', tokenMs);
  await storeOrAsk(context, person, issueToken(person, token, decider(context, by)), by);
  return { secret, reply: said(`A new token for @${person.handle}.`, token.expiresAt) };
}

/** A one-time code with which a person gets their own token. */
export async function invite(context: Issuing, by: Person, handle: string): Promise<Issued> {
  const person = await known(context, handle);
  const { secret, token } = newToken(context, 'invitation', invitationMs);
  await storeOrAsk(context, person, issueToken(person, token, decider(context, by)), by);
  const text = `An invitation for @${person.handle}; they type: firebreak person redeem`;
  return { secret, reply: said(text, token.expiresAt) };
}

/**
 * Stores a token or code that is made. Whoever has it speaks as its person: for somebody who has had
 * one, and whose yes counts, an admin makes another only once a second admin has agreed.
 *
 * @throws UserError `not_ready` when another admin is asked now
 */
async function storeOrAsk(
  context: Issuing,
  person: Person,
  change: PeopleChange,
  admin: Person,
): Promise<void> {
  const by = decider(context, admin);
  const { store, policy, now } = context;
  const isFirst = (await store.people.tokensOf(person.id)).every(
    ({ kind }) => kind === 'invitation',
  );
  const isOwn = person.id === admin.id;
  if (isOwn || isFirst || givenByTwo(person.permissions, policy).length === 0) {
    await store.save(change);
    return;
  }
  const agreed = await store.securityRequests.approvedOf(admin.id, now());
  const leave = agreed.find(
    ({ change: wanted }) =>
      (wanted.kind === 'invite' || wanted.kind === 'enable') && wanted.person === person.id,
  );
  if (leave !== undefined) {
    await store.save({ ...change, securityRequests: [useUp(leave)] });
    return;
  }
  const reply = await makeOrAsk(context, by, invitationWanted(person), async ({ notices }) => {
    await store.save({ ...change, notices });
    return said('', by.now);
  });
  if (reply.outcome !== 'open') return;
  throw new UserError('not_ready', `${reply.title}; no code was made.`, {
    hint: 'Once another admin has agreed (`request list`), type the same again within a day.',
  });
}

/**
 * Trades a code for the person's own token, once.
 *
 * @throws UserError `not_allowed` for a code that is unknown, used or too old; that somebody tried
 *   a used one is on the instance's timeline
 */
export async function redeem(context: Issuing, code: Secret): Promise<Issued> {
  const sha256 = context.recorder.sha256(code.reveal());
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const issued = await unlessStale(() => tryRedeem(context, sha256));
    if (issued === 'no') break;
    if (issued !== 'stale') return issued;
  }
  for (let tries = 1; tries <= mostTries; tries += 1) {
    if ((await unlessStale(() => recordRefusal(context, sha256))) !== 'stale') break;
  }
  throw new UserError('not_allowed', 'This code is not known, was used already or has expired.', {
    hint: 'Ask an admin: firebreak person invite <handle>',
  });
}

async function tryRedeem(context: Issuing, sha256: string): Promise<Issued | 'no'> {
  const { store, now } = context;
  const found = await store.people.byToken(sha256, 'invitation', now());
  if (!found) return 'no';
  const { secret, token } = newToken(context, 'cli', tokenMs);
  const change = redeemInvitation(
    found.person,
    { invitation: found.token, token },
    decider(context, found.person),
  );
  await store.save(change);
  return { secret, reply: said(`Welcome, @${found.person.handle}: your token.`, token.expiresAt) };
}

/** A code that is typed twice may have been read by two. Told once for each code. */
async function recordRefusal({ store, now }: Issuing, sha256: string): Promise<void> {
  const found = await store.people.byEndedToken(sha256, 'invitation', now());
  if (!found) return;
  const change = invitationRefused(found.person, found.token, now());
  const [event] = change.events;
  const recorded = await store.timeline.latest(event.chain, recentEvents);
  const again = recorded.some(
    ({ kind, data }) => kind === event.kind && data?.['invitation'] === found.token.id,
  );
  if (!again) await store.save(change);
}

async function unlessStale<T>(act: () => Promise<T>): Promise<T | 'stale'> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof StaleError) return 'stale';
    throw error;
  }
}

async function known(context: Issuing, handle: string): Promise<Person> {
  const bare = handle.replace(/^@/, '');
  const person = await context.store.people.byHandle(bare);
  if (person) return person;
  throw new UserError('not_found', `There is no person called @${bare}.`, {
    hint: `Add them first: firebreak person add ${bare}`,
  });
}

function newToken<Kind extends 'cli' | 'invitation'>(context: Issuing, kind: Kind, lifeMs: number) {
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

function decider(context: Issuing, person: Person): Decider {
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
