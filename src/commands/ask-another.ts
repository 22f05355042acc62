import { isChat } from '../domain/heard.ts';
import type { PersonId } from '../domain/person.ts';
import type { Decider } from '../domain/plan-change.ts';
import type { View } from '../domain/reply.ts';
import type { Alone, AskedOf, Loosening } from '../domain/security-leave.ts';
import { aloneHint, askedOf, refuseSoLate, securityNotices } from '../domain/security-leave.ts';
import type { SecurityRequest } from '../domain/security-request.ts';
import { askAnother, isOpenAt } from '../domain/security-request.ts';
import { counted, listed, span } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { notInAChat } from './deciding.ts';
import { lookView, said } from './incident-view.ts';
import { refuseWhileUsed } from './while-used.ts';

/** What asking needs; a command has it, and so has what connects platforms. */
export type Asking = Pick<CommandContext, 'store' | 'recorder' | 'policy' | 'newId' | 'newNonce'>;

/**
 * Makes a change that loosens Firebreak's own security, or asks another admin for it.
 *
 * @param make stores the change at once, with what is told beside it
 * @throws UserError `not_allowed` while somebody has just become the only admin, `conflict` when an
 *   open incident uses what would be loosened
 */
export async function makeOrAsk(
  asking: Asking,
  by: Decider,
  wanted: Loosening,
  make: (alone: Alone) => Promise<View>,
): Promise<View> {
  if (wanted.change.kind === 'connect') await refuseWhileUsed(asking, wanted.change, by.now);
  const asked = await whomToAsk(asking, by, wanted);
  // The local operator may still go alone then, by what is asked for here.
  if (!isOperatorInShell(asking.store, by)) refuseSoLate(asked, by.now);
  if (asked.kind !== 'nobody') return await ask(asking, by, wanted, asked);
  if (asked.because === 'only_admin' && isChat(by.source)) throw notInAChat();
  const blocks = asked.because === 'only_admin' ? [said(onlyWords)] : [];
  const notices = await noticesOf(
    asking,
    by,
    `@${by.person.handle} could ask nobody, and did: ${wanted.text}.`,
  );
  return await make({ notices: blocks.length === 0 ? [] : notices, blocks });
}

const onlyWords =
  'Nobody else could be asked: you are the only admin who can get in. With a second one this takes the yes of both.';

async function whomToAsk(
  { store, policy }: Asking,
  by: Decider,
  wanted: Loosening,
): Promise<AskedOf> {
  const [people, entering, connections] = await Promise.all([
    store.people.list(),
    store.people.entering(by.now),
    wanted.on ?? store.connections.list(),
  ]);
  const { change } = wanted;
  const isGivenBack = change.kind === 'enable' || change.kind === 'grant';
  const about = isGivenBack ? { about: change.person } : {};
  return askedOf(by, { people, entering, connections, ...about }, policy);
}

async function noticesOf({ store, newId }: Asking, by: Decider, text: string) {
  return securityNotices(text, { people: await store.people.list(), by, newId });
}

async function ask(
  asking: Asking,
  by: Decider,
  wanted: Loosening,
  asked: Exclude<AskedOf, { kind: 'nobody' }>,
): Promise<View> {
  const { store, recorder, policy, newId, newNonce } = asking;
  const open = (await store.securityRequests.open()).filter((one) => isOpenAt(one, by.now));
  refuseAgain(open, wanted, by.person.id);
  refuseTooMany(open, by.person.id, policy.pendingAtMost);
  const { change, seen, text } = wanted;
  const { lifeMs } = policy.classes.R5;
  const frozen = { id: newId(), nonce: newNonce(), policy: policy.version, change, seen, text };
  const made = askAnother({ ...frozen, lifeMs }, by, recorder);
  const notice = `@${by.person.handle} asks another admin to ${text}: \`request list\` shows it.`;
  const notices = await noticesOf(asking, by, notice);
  const { secret } = wanted;
  const securityRequestSecrets = secret
    ? made.securityRequests.map((request) => ({ request: request.id, secret }))
    : [];
  const saved = await store.save({ ...made, securityRequestSecrets, notices });
  const name = saved.securityRequests[0]?.name ?? '';
  return {
    ...lookView({
      title: `${name} asks another admin to ${text}`,
      blocks: [
        said(
          `Nothing has changed yet. ${whoAgrees(asked, name)}, or refuses with \`request deny ${name}\`, within ${span(lifeMs)}.`,
        ),
        ...(isOperatorInShell(store, by) ? [said(aloneHint(name))] : []),
      ],
      next: ['request list'],
      data: { request: name, state: 'open', text },
    }),
    outcome: 'open',
  };
}

function whoAgrees(asked: Exclude<AskedOf, { kind: 'nobody' }>, name: string): string {
  if (asked.kind === 'later') return 'No other admin can get in who could agree';
  const handles = asked.admins.map(({ handle }) => `@${handle}`);
  const who = handles.length === 1 ? listed(handles) : `One of ${listed(handles)}`;
  return `${who} agrees with \`request approve ${name}\``;
}

/** True for who has the machine: the one who may go alone. */
export function isOperatorInShell(store: Asking['store'], { person, source }: Decider): boolean {
  return person.id === store.instance.operator && source === 'cli';
}

function refuseAgain(open: readonly SecurityRequest[], { text }: Loosening, by: PersonId): void {
  const same = open.find((one) => one.text === text);
  if (same === undefined) return;
  const { name } = same;
  throw new UserError('conflict', `${name} asks for the very same already.`, {
    hint:
      same.requestedBy === by
        ? `Another admin agrees: \`request approve ${name}\`. ${aloneHint(name)}`
        : `Agree to it: \`request approve ${name}\``,
  });
}

function refuseTooMany(open: readonly SecurityRequest[], by: PersonId, most: number): void {
  const own = open.filter(({ requestedBy }) => requestedBy === by).length;
  if (own < most) return;
  throw new UserError('conflict', `${counted(own, 'request')} of yours wait for another admin.`, {
    hint: 'Take one back with `request deny S-…`; `request list` shows them.',
  });
}
