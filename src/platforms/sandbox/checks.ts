import type { Proof, Reading } from '../../domain/verification.ts';
import type { Check } from '../platform.ts';
import { definitionOf, enabledSteps, listedAt, runningAt } from './activation.ts';
import { executionsSince, nextFire, unended } from './executions.ts';
import type { Look } from './look.ts';
import { findMemo } from './memo.ts';
import type { Memo } from './memo.ts';
import type { WorkflowNow } from './model.ts';

/** How long a switch-off may take to become real before a contradiction counts, in ms; as n8n's. */
export const settleMs = 180_000;
/** A start this short a time ago may be the last one, or one of many; in ms. */
const justNowMs = 3_000;
/** How long a step may go on after its execution was stopped, in ms. */
const mayGoOnMs = 60 * 60_000;
/** What was stopped so short a time before our stop was asked for counts as stopped by it, in ms. */
const justBeforeMs = 5 * 60_000;
/** How late a schedule may fire and still be on time, in ms. */
const lateMs = 1_000;

/** Is it really off? Listing, a call to each webhook, the executions since, and the clock. */
export function checkDisabled(look: Look, target: Check): Reading {
  const workflow = look.find(target.workflow);
  if (!workflow) return gone(look, target);
  const listed = proofsAt(look)(
    'list',
    listedAt(workflow, look.now) === undefined ? 'agrees' : 'contradicts',
    listedAt(workflow, look.now) === undefined
      ? 'The sandbox lists it as off.'
      : 'The sandbox lists it as on.',
  );
  const memo = findMemo(target.memo);
  if (!memo) {
    const doubt = 'Nothing is recorded of its state before, so only the list can be given.';
    return { workflow: target.workflow, proofs: [listed], doubts: [doubt] };
  }
  // What somebody else switched off just before is alive as long as what we switched off.
  const wasOnLately = memo.active || target.wentOff === true;
  const since = { ...memo, wasOnLately, offSince: target.offSince };
  const quiet = quietReading(look, workflow, since, target.acceptedAt.getTime());
  const unseen = memo.unseen.map(
    (name) => `Nothing outside the sandbox shows whether its trigger “${name}” still listens.`,
  );
  return {
    workflow: target.workflow,
    proofs: [listed, ...webhookProofs(look, workflow, memo), ...quiet.proofs],
    ...(quiet.notBefore ? { notBefore: quiet.notBefore } : {}),
    doubts: [...quiet.doubts, ...(wasOnLately ? unseen : [])],
  };
}

/** Is nothing of it running or waiting? */
export function checkStopped(look: Look, target: Check): Reading {
  const workflow = look.find(target.workflow);
  if (!workflow) return gone(look, target);
  const open = unended(workflow, look.now);
  const proof =
    open.length === 0
      ? proofsAt(look)('sweep', 'agrees', 'The sandbox lists no running or waiting execution.')
      : proofsAt(look)(
          'sweep',
          'contradicts',
          `The sandbox lists executions of it that have not ended: ${counted(open)}.`,
        );
  const doubts = finishingDoubts(look, workflow, target);
  return { workflow: target.workflow, proofs: [proof], doubts };
}

/** What this stop, or somebody just before it, may have met inside a step that sends all its items. */
function finishingDoubts(look: Look, workflow: WorkflowNow, target: Check): readonly string[] {
  const finishing = findMemo(target.memo)?.finishing ?? [];
  if (finishing.length === 0) return [];
  const asked = (target.requestedAt ?? target.acceptedAt).getTime() - justBeforeMs;
  const met = executionsSince(workflow, asked - mayGoOnMs, look.now)
    .filter(({ stoppedWhile, endedAt = 0 }) => stoppedWhile === 'running' && endedAt >= asked)
    .map(({ id }) => id);
  const all = new Set([...met, ...(target.stopped?.wereRunning ?? [])]);
  if (all.size === 0) return [];
  return [
    `${all.size === 1 ? 'An execution' : `${all.size} executions`} may have been inside ` +
      `${finishing.map((name) => `“${name}”`).join(', ')}, which sends all its items.`,
  ];
}

/** Is it on again, in the version it had, and do its webhooks answer? */
export function checkEnabled(look: Look, target: Check): Reading {
  const workflow = look.find(target.workflow);
  const memo = findMemo(target.memo);
  if (!workflow) {
    const proof = proofsAt(look)('list', 'contradicts', 'The sandbox no longer lists it.');
    return { workflow: target.workflow, proofs: [proof], doubts: [] };
  }
  if (!memo) {
    const doubt = 'Nothing is recorded of its state before, so it cannot be compared.';
    return { workflow: target.workflow, proofs: [], doubts: [doubt] };
  }
  const version = listedAt(workflow, look.now) ?? null;
  const isAsBefore = version === memo.liveVersion;
  const listed = proofsAt(look)(
    'list',
    isAsBefore ? 'agrees' : 'contradicts',
    isAsBefore
      ? memo.active
        ? 'The sandbox lists it as on, in the version that was live before.'
        : 'The sandbox lists it as off, as before.'
      : version === null
        ? 'The sandbox lists it as off.'
        : 'The sandbox lists it as on, but not as before.',
  );
  const silent = memo.entries.filter((entry) => !answers(look, workflow, entry));
  const answered = proofsAt(look)(
    'webhook-call',
    silent.length === 0 ? 'agrees' : 'contradicts',
    `${memo.entries.length - silent.length} of ${memo.entries.length} webhooks answer again.`,
  );
  const proofs = memo.active && memo.entries.length > 0 ? [listed, answered] : [listed];
  return { workflow: target.workflow, proofs, doubts: [] };
}

function webhookProofs(look: Look, workflow: WorkflowNow, memo: Memo): readonly Proof[] {
  if (memo.entries.length === 0) return [];
  const prove = proofsAt(look);
  const mine = memo.entries.filter((entry) => answers(look, workflow, entry));
  const dead = memo.entries.filter(
    (entry) => look.answering(entry.path, entry.method).length === 0,
  );
  const taken = memo.entries.length - mine.length - dead.length;
  return [
    ...(mine.length > 0
      ? [prove('webhook-call', 'contradicts', `${named(mine)} still answers.`)]
      : []),
    ...(dead.length > 0
      ? [prove('webhook-call', 'agrees', `${named(dead)} is no longer registered.`)]
      : []),
    ...(taken > 0
      ? [prove('webhook-call', 'silent', 'Another workflow answers at the same address.')]
      : []),
  ];
}

function answers(
  { now }: Look,
  workflow: WorkflowNow,
  entry: { readonly path: string; readonly method: string },
): boolean {
  const running = definitionOf(workflow, runningAt(workflow, now));
  return enabledSteps(running).some(
    ({ webhook }) => webhook?.path === entry.path && webhook.method === entry.method,
  );
}

function quietReading(
  look: Look,
  workflow: WorkflowNow,
  memo: Memo & { readonly wasOnLately: boolean; readonly offSince: Date | undefined },
  acceptedAt: number,
): Pick<Reading, 'proofs' | 'notBefore' | 'doubts'> {
  const prove = proofsAt(look);
  if (!memo.keepsExecutions) {
    const says = 'It keeps no record of its executions, so their absence proves nothing.';
    const proofs = [prove('executions', 'silent', says)];
    return { proofs, doubts: memo.schedule.length > 0 && memo.wasOnLately ? [says] : [] };
  }
  const [last] = executionsSince(workflow, acceptedAt, look.now)
    .filter(({ mode }) => mode !== 'manual')
    .map(({ startedAt }) => startedAt);
  // It may run on for a while after the answer, so a start then is only a later beginning of quiet.
  if (last !== undefined && (last > acceptedAt + settleMs || look.now - last < justNowMs)) {
    return {
      proofs: [prove('executions', 'contradicts', `It was started again at ${shown(last)}.`)],
      doubts: [],
    };
  }
  const quietSince = last ?? acceptedAt;
  const proofs = [
    prove('executions', 'agrees', `No execution started since ${shown(quietSince)}.`),
  ];
  if (memo.schedule.length === 0) return { proofs, doubts: [] };
  if (!memo.wasOnLately) {
    if (!memo.offSince) return { proofs, doubts: [] };
    const at = Math.max(last ?? 0, memo.offSince.getTime()) + settleMs;
    const why = `It was off already, and nobody saw for how long: it may go on until ${shown(at)}.`;
    return { proofs, doubts: [], notBefore: { at: new Date(at), why } };
  }
  const fire = Math.max(...memo.schedule.map((rule) => nextFire(rule, quietSince)));
  const why = `Its schedule would fire next at ${shown(fire)}.`;
  return { proofs, notBefore: { at: new Date(fire + lateMs), why }, doubts: [] };
}

function gone(look: Look, target: Check): Reading {
  const text = 'The sandbox no longer lists it.';
  return {
    workflow: target.workflow,
    proofs: [proofsAt(look)('list', 'silent', text)],
    doubts: [text],
  };
}

function proofsAt({ now }: Look) {
  return (method: string, finding: Proof['finding'], text: string): Proof => ({
    method,
    finding,
    text,
    at: new Date(now),
  });
}

function named(entries: readonly { readonly node: string }[]): string {
  return `The address of ${[...new Set(entries.map(({ node }) => `“${node}”`))].join(', ')}`;
}

function counted(open: readonly { readonly status: string }[]): string {
  return Object.entries(Object.groupBy(open, ({ status }) => status))
    .map(([status, some]) => `${some?.length ?? 0} ${status}`)
    .join(', ');
}

function shown(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
