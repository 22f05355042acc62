import type { Holder, Holding } from '../../domain/holders.ts';
import type { Proof, Reading } from '../../domain/verification.ts';
import { shownName } from '../hard-coded-secrets.ts';
import type { Check } from '../platform.ts';
import type { N8nWorkflow } from './answers.ts';
import type { N8nClient } from './client.ts';
import { addressesThen, holdersAt } from './holders.ts';
import type { Ran } from './holders.ts';
import { lookAtWorkflows } from './look.ts';
import type { Look, Swept } from './look.ts';
import { findMemo } from './memo.ts';
import type { Memo, MemoEntry } from './memo.ts';
import { runsWhileOff } from './older.ts';
import { saysUnpublished, withPublication } from './publication.ts';
import { quietReading } from './quiet.ts';
import type { Quiet } from './quiet.ts';
import { runsSince, wasOnLately } from './runs-since.ts';
import type { Runs } from './runs-since.ts';
import { flappingSince, holderOf, publishedIn, tracelessOnes } from './same-address.ts';
import type { Published, Traceless } from './same-address.ts';
import type { N8nSession } from './session.ts';
import { tracelessProofs, unreadVersions } from './unseen-holders.ts';
import { isProbeable, probe } from './webhook-probe.ts';
import type { Liveness } from './webhook-probe.ts';

/** Probes under way at once, over all workflows. */
const probesAtOnce = 4;

/**
 * Is each of these really off? Four looks, none of them at the write's answer: a probe of each
 * entry point that answered before, a fresh listing, the executions since, and the clock for those
 * that a schedule starts, or others. Where there is a session, n8n's own account is a fifth.
 *
 * The probes come first: an address that is silent may be claimed by another workflow while it is
 * probed, and only a list that is read after that shows it. What runs comes last, so that it counts
 * as a sweep behind an entrance that is shut.
 *
 * Where n8n does not list executions, the others stand for what they prove by themselves.
 *
 * @throws PlatformError when the listing of workflows fails, or n8n asks to be called less often
 */
export async function checkDisabled(
  client: N8nClient,
  targets: readonly Check[],
  signal: AbortSignal,
  { swept, session }: { readonly swept: Swept; readonly session?: N8nSession | undefined },
): Promise<readonly Reading[]> {
  if (targets.length === 0) return [];
  const { api } = client;
  const probes = await probeEntries(client, targets, signal);
  const since = new Date(Math.min(...targets.map((target) => target.acceptedAt.getTime())));
  const look = await lookAtWorkflows(client, signal);
  const runs = await runsSince({ client, look, targets, swept }, api.onTheirClock(since), signal);
  const { executions, keeps } = runs;
  const own = new Set(targets.map(({ workflow }) => workflow));
  const isChecked = (id: string) => own.has(id);
  const theirNow = api.onTheirClock(api.now());
  const flapping = flappingSince(look, executions, isChecked, theirNow);
  const ran = await addressesThen(client, flapping, signal);
  const traceless = tracelessOnes(look, isChecked, keeps);
  const published = publishedIn(look);
  const isOlder = targets.some(isCallable) && (await client.isOlder(signal));
  const context = { ...runs, client, look, published, ran, traceless, isOlder };
  const reads = targets.map((target, index) => readOne(context, target, probes[index] ?? []));
  const readings = reads.map(({ reading }) => reading);
  const shown = session ? await withPublication(api, session, readings, signal) : readings;
  return shown.map((reading, index) => withUnshown(reading, reads[index]?.unshown));
}

/** What its executions cannot show, n8n's own account of it may. */
function withUnshown(reading: Reading, unshown: string | undefined): Reading {
  if (unshown === undefined || reading.proofs.some(saysUnpublished)) return reading;
  return { ...reading, doubts: [...reading.doubts, unshown] };
}

type Context = Runs & {
  readonly client: N8nClient;
  readonly look: Look;
  readonly published: Published;
  /** What is off and ran since. */
  readonly ran: readonly Ran[];
  readonly traceless: readonly Traceless[];
  /** It is from before 2.10; known only where one of these can be called by others. */
  readonly isOlder: boolean;
};

/** What one entry point of a workflow answered. */
type ProbedEntry = {
  readonly entry: MemoEntry;
  readonly liveness: Liveness;
  readonly at: Date;
};

/** Of each target in their order. Where n8n cannot be probed at all, every answer is unknown. */
async function probeEntries(
  client: N8nClient,
  targets: readonly Check[],
  signal: AbortSignal,
): Promise<readonly (readonly ProbedEntry[])[]> {
  const canProbe = isProbeable(client.api, signal);
  // Awaited later; until then a failure must not count as unhandled.
  canProbe.catch(() => undefined);
  const probed: ProbedEntry[][] = [];
  for (let start = 0; start < targets.length; start += probesAtOnce) {
    const some = targets.slice(start, start + probesAtOnce);
    const found = some.map(({ memo }) =>
      Promise.all(
        (findMemo(memo)?.entries ?? []).map(async (entry) => {
          const liveness = await probe(client.api, entry, signal);
          return { entry, liveness, at: client.api.now() };
        }),
      ),
    );
    probed.push(...(await Promise.all(found)));
  }
  if (await canProbe) return probed;
  return probed.map((own) => own.map((one) => ({ ...one, liveness: 'unknown' })));
}

type Read = { readonly reading: Reading } & Pick<Quiet, 'unshown'>;

function readOne(context: Context, target: Check, probes: readonly ProbedEntry[]): Read {
  const { look, client } = context;
  const memo = findMemo(target.memo);
  const listed = listProof(look, target.workflow);
  if (!memo) {
    const doubts = [
      'Nothing is recorded of its state before, so only n8n’s own word can be given.',
    ];
    return { reading: { workflow: target.workflow, proofs: [listed.proof], doubts } };
  }
  const probed = probeProof(context, target.workflow, memo, probes);
  // Of what was off already, its address is whose it was.
  const holders = memo.active
    ? holdersAt(context, target, memo.entries, { ran: context.ran, there: probed.there })
    : [];
  const quiet = quietReading({
    memo,
    acceptedAt: client.api.onTheirClock(target.acceptedAt),
    now: client.api.onTheirClock(client.api.now()),
    at: client.api.now(),
    executions: context.executions.get(target.workflow) ?? [],
    keeps: memo.savesExecutions === 'by_default' ? context.keeps : memo.savesExecutions,
    wasOnLately: wasOnLately(target, memo),
    offSince: target.offSince && client.api.onTheirClock(target.offSince),
    wasSeenShut: probed.wasSeenShut,
    unread: context.unread,
  });
  const reading: Reading = {
    workflow: target.workflow,
    proofs: [
      listed.proof,
      ...probed.proofs,
      ...quiet.proofs,
      ...tracelessProofs(context, memo, holders),
      ...unreadVersions(context, memo),
    ],
    ...notBeforeOf(quiet, client),
    ...notHadOf(quiet, context),
    doubts: [
      ...listed.doubts,
      ...probed.doubts,
      ...quiet.doubts,
      ...unseenDoubts(target, memo),
      ...(context.isOlder && isCallable(target) ? [runsWhileOff] : []),
    ],
    ...(holders.length > 0 ? { holders } : {}),
  };
  return { reading, ...(quiet.unshown === undefined ? {} : { unshown: quiet.unshown }) };
}

/** Also of what needs no executions to be proved: who watches it has seen less than all. */
function notHadOf({ notHad }: Quiet, { unread }: Context): Pick<Reading, 'notHad'> {
  if (notHad) return { notHad };
  return unread === undefined ? {} : { notHad: { why: unread, isNeeded: false } };
}

/** The instant is on n8n's clock; the engine waits by ours. */
function notBeforeOf(
  { notBefore }: Quiet,
  { api }: N8nClient,
): { readonly notBefore?: NonNullable<Reading['notBefore']> } {
  if (!notBefore) return {};
  const aheadMs = api.onTheirClock(new Date(0)).getTime();
  return { notBefore: { ...notBefore, at: new Date(notBefore.at.getTime() - aheadMs) } };
}

type Probed = {
  readonly proofs: readonly Proof[];
  readonly doubts: readonly string[];
  /** An address of it that answered before is registered no more. */
  readonly wasSeenShut: boolean;
  /** Who has one of its addresses just now. */
  readonly there: readonly Holder[];
};

function listProof(
  { at, workflows }: Look,
  id: string,
): { readonly proof: Proof; readonly doubts: readonly string[] } {
  const workflow = workflows.get(id);
  const proof = (finding: Proof['finding'], text: string): Proof => ({
    method: 'list',
    finding,
    text,
    at,
  });
  if (!workflow) {
    const text = 'n8n no longer lists it: it was deleted, or hidden from this API key.';
    return { proof: proof('silent', text), doubts: [text] };
  }
  if (workflow.active) {
    return { proof: proof('contradicts', 'n8n lists it as published.'), doubts: [] };
  }
  const text = workflow.isArchived
    ? 'n8n lists it as archived, not published.'
    : 'n8n lists it as not published.';
  return { proof: proof('agrees', text), doubts: [] };
}

function probeProof(
  { look, published }: Pick<Context, 'look' | 'published'>,
  workflow: string,
  memo: Memo,
  found: readonly ProbedEntry[],
): Probed {
  const live = found
    .filter(({ liveness }) => liveness === 'live')
    .map(({ entry }) => ({ entry, holder: holderOf(published, workflow, entry) }));
  const mine = live.filter(({ holder }) => !holder);
  const taken = live.flatMap(({ entry, holder }) => (holder ? [{ entry, holder }] : []));
  const dead = found.filter(({ entry, liveness }) => liveness === 'dead' && entry.answered);
  // n8n takes a moment from publishing to answering: the address is silent and yet not free.
  const claimed = dead.flatMap(({ entry }) => {
    const holder = holderOf(published, workflow, entry);
    return holder ? [{ entry, holder }] : [];
  });
  // What did not answer as live before proves nothing by its silence, unless it was off already.
  const unclear = found.filter(
    ({ entry, liveness }) => liveness === 'unknown' || (liveness === 'dead' && !entry.answered),
  );
  const proof = (finding: Proof['finding'], text: string): Proof => ({
    method: 'webhook-probe',
    finding,
    text,
    at: found.at(-1)?.at ?? look.at,
  });
  const proofs: Proof[] = [];
  if (mine.length > 0) proofs.push(proof('contradicts', `${counted(mine)} still answers as live.`));
  if (dead.length > 0) {
    proofs.push(proof('agrees', `${counted(dead)} answered before and is no longer registered.`));
  }
  const held = taken.map(
    (one) => `${counted([one])} answers for “${shownName(one.holder.name)}” (id ${one.holder.id})`,
  );
  if (!memo.active) {
    // It was off already, so whose address it is has not changed.
    proofs.push(...held.map((text) => proof('silent', `${text}.`)));
    return { proofs, doubts: [], wasSeenShut: false, there: [] };
  }
  const doubts = held.map((text) => `${text} again: contain it too.`);
  doubts.push(
    ...claimed.map(
      (one) =>
        `${counted([one])} is published again by “${shownName(one.holder.name)}” ` +
        `(id ${one.holder.id}): contain it too.`,
    ),
  );
  if (unclear.length > 0) {
    doubts.push(
      `${counted(unclear)} could not be probed before and after, so its silence proves nothing.`,
    );
  }
  const there = [
    ...claimed.map(({ holder }) => holderAs(holder, 'published', look.at)),
    ...taken.map(({ holder }) => holderAs(holder, 'answered', look.at)),
  ];
  return { proofs, doubts, wasSeenShut: dead.length > 0, there };
}

function holderAs({ id, name }: N8nWorkflow, how: Holding, at: Date): Holder {
  return { id, name: shownName(name), how, at };
}

function counted(found: readonly { readonly entry: { readonly node: string } }[]): string {
  const names = [...new Set(found.map(({ entry }) => `“${shownName(entry.node)}”`))];
  const shown = names.slice(0, 5).join(', ');
  const rest = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `The address of ${shown}${rest}`;
}

/** Other workflows may start it, or nobody noted whether they may. */
function isCallable({ memo }: Check): boolean {
  const found = findMemo(memo);
  return found !== undefined && found.startedByOthers !== false;
}

function unseenDoubts(target: Check, memo: Memo): readonly string[] {
  if (!wasOnLately(target, memo) || memo.unseen.length === 0) return [];
  const names = memo.unseen.slice(0, 5).map((name) => `“${shownName(name)}”`);
  return [
    `Nothing outside n8n shows whether its trigger ${names.join(', ')} still listens; ` +
      'restart n8n to be sure.',
  ];
}
