import type { Asking, Ears, Heard, Known, Reply } from '../chat/chat.ts';
import { chatRefusal, refusalEvent } from '../domain/chat-refusal.ts';
import type { ChatRefusal } from '../domain/chat-refusal.ts';
import { meetGuest } from '../domain/guest.ts';
import type { IncidentId } from '../domain/incident.ts';
import type { Person } from '../domain/person.ts';
import type { Secret } from '../domain/secret.ts';
import { StaleError, UserError } from '../errors.ts';
import type { Card, NewOutgoing, Pressed, TakenUp, Taking } from '../store/store.ts';
import { isAltered, writeAltered } from './alter.ts';
import { answersOf, asOf, cardAnew, cardOf, followOf, timesFollowed, usedCard } from './answer.ts';
import type { Answered } from './answer.ts';
import { isShared, openCards } from './cards.ts';
import { giveUp } from './give-up.ts';
import type { HearContext } from './hearing.ts';
import { callerOf, hearMs, making, markOf } from './hearing.ts';
import { openHome } from './home.ts';
import { InLanes } from './in-lanes.ts';
import type { Said } from './say.ts';
import { say } from './say.ts';
import { wasStored } from './was-stored.ts';

/** A refusal is told to admins once in so long for each account, in ms. */
const refusalMs = 60 * 60_000;
/** What was answered is kept so long, in ms, so that repeats are known. */
const keptMs = 3 * 24 * 60 * 60_000;
/** An event that was taken up so often is given up: it fails, or whoever has it dies. */
export const triesAtMost = 5;
const roomsAtOnce = 4;
const takenAtOnce = 50;

/** Who listens, and what is done besides. */
export type Hearing = Ears & {
  /** Takes up what is due: what a process that died left, and answers that go on. */
  sweep(this: void): Promise<void>;
  /** Forgets what was answered long ago. */
  forget(this: void): Promise<void>;
  /** Resolves when everything that was taken up is answered. */
  settled(this: void): Promise<void>;
};

/**
 * Hears what people say in chats: it is stored first, then said as a line, and what it comes to is
 * stored to leave. A line is said once, whoever dies meanwhile.
 */
export function makeHearing(context: HearContext): Hearing {
  const { store, now } = context;
  const lanes = new InLanes(roomsAtOnce, context.onFailure);
  const held = new Set<string>();
  const enter = (taken: TakenUp, code?: Secret) => {
    const { id, room } = taken.heard;
    if (held.has(id)) return;
    held.add(id);
    lanes.enter(room, () => answer(context, taken, code).finally(() => held.delete(id)));
  };
  return {
    hear: async (heard, code) => {
      // What is stored has no secrets in it; what is said at once has, and is warned of.
      const kept = await store.heard.keep(withoutSecrets(context, heard), taking(context));
      if (kept === 'new') enter({ heard, tries: 0 }, code);
      return kept;
    },
    complete: (asking, line) => suggestions(context, asking, line),
    known: (asking, line) => knownTo(context, asking, line),
    sweep: async () => {
      // What is slow, or waits behind what is, stays ours.
      if (held.size > 0) await store.heard.keepOn([...held], taking(context));
      for (const taken of await store.heard.takeUp(taking(context), takenAtOnce)) enter(taken);
    },
    forget: () => store.heard.forget(new Date(now().getTime() - keptMs)),
    settled: () => lanes.settled(),
  };
}

function withoutSecrets({ redact }: HearContext, heard: Heard): Heard {
  const { said } = heard;
  if (said.kind === 'press' || said.kind === 'opened') return heard;
  if (said.kind === 'deleted' || said.kind === 'let_go') return heard;
  if (said.kind === 'line') return { ...heard, said: { ...said, line: redact(said.line) } };
  const { text, files = [] } = said.message;
  const named = files.map((file) => ({ ...file, name: redact(file.name) }));
  const message = {
    ...said.message,
    text: redact(text),
    ...(named.length === 0 ? {} : { files: named }),
  };
  return { ...heard, said: { ...said, message } };
}

function taking({ by, now }: Pick<HearContext, 'by' | 'now'>): Taking {
  const at = now();
  return { by, now: at, until: new Date(at.getTime() + hearMs) };
}

async function suggestions(context: HearContext, asking: Asking, line: string) {
  const person = await context.store.identities.personOf(asking.identity);
  if (person === undefined) return [];
  return context.complete(callerOf(person, asking), line);
}

async function knownTo(context: HearContext, asking: Asking, line: string): ReturnType<Known> {
  const { store, now, newId } = context;
  const { identity: id, surface } = asking;
  const met = await store.identities.personOf(id);
  // Who has not spoken yet may say what a guest may.
  const [guest] = meetGuest({ id, name: '' }, { id: newId(), surface, now: now() }).people;
  return context.known(callerOf(met ?? guest, asking), line);
}

async function answer(context: HearContext, taken: TakenUp, code?: Secret): Promise<void> {
  const { said } = taken.heard;
  const refusal = chatRefusal(taken.heard);
  const isLast = taken.tries >= triesAtMost - 1;
  try {
    if (taken.tries >= triesAtMost)
      await giveUp(context, taken, new Error('It was taken up too often.'));
    else if (isAltered(said)) return await writeAltered(context, taken.heard, said);
    else if (said.kind === 'opened') await openHome(context, taken.heard, refusal);
    else if (refusal) await refuse(context, taken.heard, refusal);
    else await sayAndTell(context, taken, code);
  } catch (error) {
    // Somebody else has taken it up; they answer.
    if (error instanceof StaleError) return;
    if (!isLast) throw error;
    await giveUp(context, taken, error);
  }
  await context.deliver();
}

async function refuse(context: HearContext, heard: Heard, refusal: ChatRefusal): Promise<void> {
  const { store, now } = context;
  const at = now();
  const since = new Date(at.getTime() - refusalMs);
  const isTold =
    !refusal.isAlarming || (await store.heard.wasRefused(heard.speaker.id, refusal.reason, since));
  const { problem: reply } = refusal;
  const answered = { heard, by: '', line: '', forOthers: [], rooms: [] };
  await store.save({
    heardMarks: [{ ...markOf(context, heard), as: 'answered', refused: refusal.reason }],
    outgoing: reply ? answersOf({ ...answered, reply }, making(context)) : [],
    events: isTold ? [] : [refusalEvent(heard, refusal, at)],
  });
}

async function sayAndTell(context: HearContext, taken: TakenUp, code?: Secret): Promise<void> {
  const { store, now } = context;
  const { heard, follows } = taken;
  const person = await personOf(context, heard);
  const press = await pressOf(context, heard);
  const line = lineOf(heard, press);
  const cards = press.kind === 'pressed' ? await store.outgoing.onCard(press.card) : [];
  const about = cards[0]?.incident ?? (await store.incidents.inRoom(heard.room, person.id))?.id;
  const isRefused = press.kind !== 'pressed' && press.kind !== 'none';
  const said: Said = isRefused
    ? { reply: await pressProblem(context, press, heard), hasActed: false, forOthers: [] }
    : taken.actedAt === undefined
      ? await say(context, {
          taken,
          person,
          line,
          ...(cards[0]?.incident === undefined ? {} : { incident: cards[0].incident }),
          ...(code ? { code } : {}),
        })
      : await wasStored(store, taken, { person, about });
  const { reply } = said;
  if (follows !== undefined) return bringUpToDate(context, taken, follows, reply);
  const told = await toldTo(context, said.incident ?? about, {
    heard,
    reply,
    by: person.handle,
    line: context.redact(line ?? ''),
    forOthers: said.forOthers,
  });
  const answers = answersOf(told, making(context));
  const isDone = said.hasActed || (reply.kind === 'view' && reply.audience === 'room');
  const follow = answers.some(isShared)
    ? followOf(heard, reply, { root: heard.id, times: 0, now: now() })
    : undefined;
  await store.save({
    heardMarks: [{ ...markOf(context, heard), as: 'answered' }],
    outgoing: [
      ...answers,
      ...(isDone ? await usedCards(context, cards, { press, by: person }) : []),
    ],
    buttonReleases: press.kind === 'pressed' && !isDone ? [heard.id] : [],
    follows: follow ? [follow] : [],
  });
}

async function toldTo(
  { store }: HearContext,
  about: IncidentId | undefined,
  what: Pick<Answered, 'heard' | 'reply' | 'by' | 'line' | 'forOthers'>,
): Promise<Answered> {
  const incident = about === undefined ? undefined : await store.incidents.forFirebreak(about);
  if (incident === undefined) return { ...what, rooms: [] };
  const rooms = await store.incidents.roomsOf(incident.id);
  return { ...what, incident, about: incident.id, rooms };
}

type Press = Pressed | { readonly kind: 'none' };

async function pressOf({ store, now }: HearContext, { id, said, speaker }: Heard): Promise<Press> {
  if (said.kind !== 'press') return { kind: 'none' };
  return store.buttons.press(said.key, { heard: id, by: speaker.id, at: now() });
}

function lineOf({ said }: Heard, press: Press): string | undefined {
  if (press.kind === 'pressed') return press.line;
  if (said.kind === 'line') return said.line;
  return undefined;
}

type Refused = Exclude<Press, { kind: 'pressed' | 'none' }>;

async function pressProblem(
  { store }: HearContext,
  press: Refused,
  { isAtHome, isDirect }: Heard,
): Promise<Reply> {
  const who = press.kind === 'used' ? await store.identities.personOf(press.by) : undefined;
  const why = {
    used: `${who ? `@${who.handle}` : 'Somebody'} has pressed this already.`,
    expired: 'This button has expired.',
    unknown: 'This button is not known any more.',
  };
  // Neither at home nor between two is a line typed, and what is shown there may be hours old.
  const hint = isAtHome
    ? 'Open Home again: it shows what waits for you now, with buttons that work.'
    : isDirect
      ? 'Say `me` in a room: it shows what waits for you now, with buttons that work.'
      : '`status` shows how it stands.';
  return { kind: 'problem', code: 'conflict', message: why[press.kind], hint, candidates: [] };
}

async function usedCards(
  context: HearContext,
  cards: readonly Card[],
  { press, by }: { readonly press: Press; readonly by: Person },
): Promise<readonly NewOutgoing[]> {
  if (press.kind !== 'pressed') return [];
  const words = `@${by.handle} pressed \`${press.line}\`.`;
  const open = await openCards(context.store, cards);
  return open.map((card) => usedCard(card, words, making(context)));
}

async function bringUpToDate(
  context: HearContext,
  { heard }: TakenUp,
  root: string,
  reply: Reply,
): Promise<void> {
  const { store, now } = context;
  const cards = await openCards(store, await store.outgoing.onCard(cardOf(root)));
  const times = timesFollowed(heard.id);
  const follow = followOf(heard, reply, { root, times, now: now() });
  const shown = follow === undefined ? asOf(reply, now()) : reply;
  await store.save({
    heardMarks: [{ ...markOf(context, heard), as: 'answered' }],
    outgoing: reply.kind === 'view' ? anewOn(context, cards, shown) : [],
    follows: follow ? [follow] : [],
  });
}

function anewOn(
  context: HearContext,
  cards: readonly Card[],
  reply: Reply,
): readonly NewOutgoing[] {
  return cards.flatMap((card) => {
    const anew = cardAnew(card, reply, making(context));
    return anew ? [anew] : [];
  });
}

/** Whose account it is; somebody who speaks for the first time becomes a guest. */
async function personOf(context: HearContext, { speaker, surface }: Heard): Promise<Person> {
  const { store, now, newId } = context;
  const known = await store.identities.personOf(speaker.id);
  if (known !== undefined) return known;
  try {
    await store.save(meetGuest(speaker, { id: newId(), surface, now: now() }));
  } catch (error) {
    // They spoke twice at the same moment.
    if (!(error instanceof UserError)) throw error;
  }
  const met = await store.identities.personOf(speaker.id);
  if (met === undefined) throw new Error('A guest was met and is not there.');
  return met;
}
