import { counts } from '../domain/factor.ts';
import { accountNamed, isChat, surfaceOf } from '../domain/heard.ts';
import type { IncidentRole } from '../domain/incident.ts';
import type { Incident } from '../domain/incident.ts';
import type { Rules } from '../domain/leave.ts';
import type { Person, PersonId } from '../domain/person.ts';
import type { Decider } from '../domain/plan-change.ts';
import { holderOf } from '../domain/role.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { nearest } from './nearest.ts';

/** The caller as the one who decides now. */
export function deciderOf({ caller, now }: CommandContext): Decider {
  return { person: caller.person, source: caller.source, now: now() };
}

/** The caller as the one who decides, with what they proved by a code that came with the line. */
export async function provenDecider(context: CommandContext): Promise<Decider> {
  const by = deciderOf(context);
  const { code } = context.caller;
  return code === undefined ? by : { ...by, steppedUp: await context.prove(by, code) };
}

/**
 * The same for what may be refused for another reason: `check` is asked first, as if the code were
 * right, so that none is used up by what is not done. Whether it is right does not show in that.
 */
export async function provenFor(
  context: CommandContext,
  check: (by: Decider) => Promise<unknown>,
): Promise<Decider> {
  const by = deciderOf(context);
  if (context.caller.code === undefined) return by;
  const factor = (await context.store.factors.of(by.person.id)).find(counts);
  if (factor) await check({ ...by, steppedUp: factor.kind });
  return await provenDecider(context);
}

/**
 * The caller as the admin who agrees to what loosens Firebreak's own security: whoever has taken
 * over their chat, or their session where they have a factor, is not them (T-01, T-12).
 *
 * @param check is asked first, so that no code is used up by what cannot be
 * @throws UserError `not_allowed`
 */
export async function provenAdmin(
  context: CommandContext,
  check: (by: Decider) => unknown,
): Promise<Decider> {
  const { policy, store, caller } = context;
  return await mayAskForCode(context, async () => {
    const plain = deciderOf(context);
    check(plain);
    if (isChat(caller.source)) throw notInAChat();
    const by = await provenDecider(context);
    const mustProve =
      policy.ownSecurity.codeOf === 'everyone' ||
      (await store.factors.of(caller.person.id)).some(counts);
    if (by.steppedUp !== undefined || !mustProve) return by;
    throw new UserError('not_allowed', 'To agree to this it needs a code of yours.', {
      hint: 'Type it at the prompt of the command line, or in the console. The factor is lost? Another admin takes it away: `person factor @you`.',
      asks: 'code',
    });
  });
}

/** @returns that somebody must say it where a code can be typed */
export function notInAChat(): UserError {
  return new UserError('not_allowed', 'In a chat nobody loosens Firebreak’s own security.', {
    hint: 'Say the same in the console or in a shell.',
  });
}

/** Does what may ask for a code; who has no factor hears how to get one instead of being asked. */
export async function mayAskForCode<T>(
  { store, caller }: CommandContext,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof UserError) || error.asks === undefined) throw error;
    if ((await store.factors.of(caller.person.id)).some(counts)) throw error;
    throw new UserError(error.code, error.message, {
      hint: `${error.hint ?? ''} You have no factor yet: \`me factor\` says how to get one.`,
    });
  }
}

/** By which rules it is decided. */
export function rulesOf({ policy, store }: CommandContext): Rules {
  return { policy, instanceSince: store.instance.createdAt };
}

/**
 * The person of a handle, or of the account that was named in a chat.
 *
 * @throws UserError `not_found` with the nearest handles
 */
export async function personCalled({ store }: CommandContext, handle: string): Promise<Person> {
  const account = accountNamed(handle);
  if (account !== undefined) return await personNamed(store, account);
  const person = await store.people.byHandle(handle);
  if (person !== undefined) return person;
  const everyone = await store.people.list();
  const near = nearest(
    handle,
    everyone.map((one) => one.handle),
  );
  throw new UserError('not_found', `There is nobody called @${handle}.`, {
    hint: '`person list` shows everyone.',
    candidates: near.map((one) => `@${one}`),
  });
}

type Account = NonNullable<ReturnType<typeof accountNamed>>;

/**
 * Whose account it is. One that is linked to nobody may bear the name of somebody who has none there:
 * a chat takes `@bo` for its own bo, whoever was meant.
 */
async function personNamed(
  { identities, people }: CommandContext['store'],
  { identity, name }: Account,
): Promise<Person> {
  const known = await identities.personOf(identity);
  if (known !== undefined && known.guestOf === undefined) return known;
  const called = name === undefined ? undefined : await people.byHandle(name);
  if (called !== undefined && called.guestOf === undefined) {
    const links = await identities.of(called.id);
    const hasNoneThere = links.every((link) => surfaceOf(link.identity) !== surfaceOf(identity));
    if (hasNoneThere) return called;
  }
  if (known !== undefined) return known;
  throw new UserError('not_found', 'Whom you named has not spoken to Firebreak yet.', {
    hint: 'They type `me link`, or you name them by their handle without the @: `person list` shows everyone.',
  });
}

/** Says `@ana` for a person's id. */
export type Names = (person: PersonId | undefined) => string;

/** Reads everyone's handles once, for a view that names several people. */
export async function namesOf({ store }: Pick<CommandContext, 'store'>): Promise<Names> {
  const handles = new Map((await store.people.list()).map(({ id, handle }) => [id, handle]));
  return (person) => (person === undefined ? 'nobody' : `@${handles.get(person) ?? 'unknown'}`);
}

/** `@ana`, or `nobody`: who holds a role. */
export function holderName(incident: Incident, role: IncidentRole, names: Names): string {
  return names(holderOf(incident, role));
}
