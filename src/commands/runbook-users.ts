import type { Connection } from '../domain/connection.ts';
import type { PlatformUser } from '../domain/inventory.ts';
import type { Lockout, LockoutChange } from '../domain/lockout.ts';
import {
  confirmLockedOut,
  lockoutSteps,
  lockoutWords,
  requireLockout,
  sayLockedOut,
} from '../domain/lockout.ts';
import type { Block } from '../domain/reply.ts';
import { stepText } from '../domain/runbook-input.ts';
import type { Walk } from '../domain/runbook-run.ts';
import type { StepDeed } from '../domain/runbook.ts';
import { listed } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { deciderOf } from './deciding.ts';
import { said, warned } from './incident-view.ts';
import { stageOf } from './on-stage.ts';
import type { Carried, Here } from './runbook-carried.ts';
import { connectionInput } from './runbook-connection.ts';
import { userOf } from './user-of.ts';
import { userList } from './user/list.ts';

/** Somebody on one platform. */
type Meant = {
  readonly connection: Connection;
  readonly who: Pick<Lockout, 'user' | 'ref' | 'name'>;
  /** Absent where the platform tells of no users. */
  readonly user?: PlatformUser;
};

/** Shows whom platforms know by that name, and what is theirs. */
export async function listUsers(context: CommandContext, { walk, deed }: Here): Promise<Carried> {
  const name = calledIn(walk, deed);
  const reply = await userList.run(context, { ...(name === '' ? {} : { name }), page: 1 });
  const blocks = reply.kind === 'view' ? reply.blocks : [];
  const whom = name === '' ? 'all users' : `“${name}” among the users`;
  return { change: {}, text: `looked at ${whom}`, ends: false, blocks };
}

/** Says how people lock them out, on every platform that knows them, and keeps that they must. */
export async function askLockout(context: CommandContext, here: Here): Promise<Carried> {
  const { walk, incident, deed } = here;
  const by = deciderOf(context);
  const all = await meantBy(context, walk, deed);
  const known = await context.store.lockouts.ofIncident(incident.id);
  const changes = all.map(({ connection, who }) =>
    requireLockout(incident, connection, who, keptOf(known, { connection, who }), by),
  );
  return {
    change: joined(changes),
    text: `to be locked out by hand: ${listed(all.map(wordsOf))}`,
    ends: false,
    blocks: all.flatMap((one) => stepsFor(one, keptOf(known, one))),
  };
}

/**
 * What a person's word at the end of such a step says: that they locked them out, or, of another
 * approver, that they are out.
 *
 * @throws UserError `not_ready` when nobody was told yet what is to be done
 */
export async function lockoutWord(
  context: CommandContext,
  { walk, incident, deed }: Here,
  text: string,
): Promise<LockoutChange> {
  const by = deciderOf(context);
  const known = await context.store.lockouts.ofIncident(incident.id);
  const all = await meantBy(context, walk, deed);
  const kept = all.flatMap((one) => keptOf(known, one) ?? []);
  if (deed.action === 'user.confirm') {
    const done = kept.filter(
      ({ doneByHand, confirmedByHand }) => doneByHand && confirmedByHand === undefined,
    );
    const open = done.filter(({ doneByHand }) => doneByHand?.by !== by.person.id);
    if (open.length === 0 && done.length > 0) throw needsAnother(done, walk);
    return joined(open.map((one) => confirmLockedOut(incident, one, text, by)));
  }
  if (kept.length < all.length) {
    throw new UserError('not_ready', 'Nobody was told yet what is to be done, click by click.', {
      hint: '`runbook do` says it, then `runbook done <what was done>`; `runbook skip <why>` goes on without.',
    });
  }
  const open = kept.filter(({ doneByHand }) => doneByHand === undefined);
  return joined(open.map((one) => sayLockedOut(incident, one, text, by)));
}

/** Nothing would be written down, and the step would look proved. */
function needsAnother(own: readonly Lockout[], { run }: Walk): UserError {
  return new UserError(
    'not_allowed',
    `You have locked out ${listed([...new Set(own.map(({ name }) => `“${name}”`))])} yourself, so somebody else must confirm it; nothing was written down.`,
    {
      hint: `Another approver or responder tries it and types \`runbook done <what you saw> run:${run.name}\`; \`runbook assign @… run:${run.name}\` asks them, \`runbook skip <why> run:${run.name}\` goes on without.`,
    },
  );
}

function calledIn({ run }: Walk, { value }: StepDeed): string {
  return value === undefined ? '' : stepText(value, run.inputs);
}

/** Every platform's user of that address, reference or whole name; on one platform where it is given. */
async function meantBy(
  context: CommandContext,
  walk: Walk,
  deed: StepDeed,
): Promise<readonly Meant[]> {
  const { store } = context;
  const name = calledIn(walk, deed);
  const on = connectionInput(walk, deed) ?? (await stageOf(context, walk.run.incident))?.id;
  const connections = await store.connections.list();
  const only = connections.find(({ id }) => id === on);
  if (only && !only.capabilities.listUsers) {
    return [{ connection: only, who: { user: `name:${name}`, ref: name, name } }];
  }
  const users = (await store.inventory.allUsers()).filter(
    (user) => (on === undefined || user.connection === on) && isNamed(user, name),
  );
  const found = users.length > 0 ? users : [await userOf(context, name, on)];
  return found.flatMap((user) => {
    const connection = connections.find(({ id }) => id === user.connection);
    const who = { user: user.id, ref: user.ref, name: user.name };
    return connection ? [{ connection, who, user }] : [];
  });
}

function isNamed({ email, ref, name }: PlatformUser, typed: string): boolean {
  const folded = typed.trim().toLowerCase();
  return [email, ref, name].some((one) => one?.toLowerCase() === folded);
}

function keptOf(
  known: readonly Lockout[],
  { connection, who }: Pick<Meant, 'connection' | 'who'>,
): Lockout | undefined {
  return known.find((one) => one.connection === connection.id && one.user === who.user);
}

function wordsOf({ connection, who }: Meant): string {
  return `${who.ref === who.name ? '' : `${who.ref} `}“${who.name}” on ${connection.name}`;
}

function stepsFor(one: Meant, before: Lockout | undefined): readonly Block[] {
  const state = before === undefined ? '' : ` They are ${lockoutWords(before)}.`;
  return [
    warned(`${wordsOf(one)}: not verified by Firebreak. This is done outside, by hand.${state}`),
    { kind: 'list', items: lockoutSteps(one.connection, one.user ?? one.who) },
    said('Who has done it says so with `runbook done <what was done>`.'),
  ];
}

function joined(changes: readonly LockoutChange[]): LockoutChange {
  return {
    lockouts: changes.flatMap(({ lockouts }) => lockouts),
    events: changes.flatMap(({ events }) => events),
  };
}
