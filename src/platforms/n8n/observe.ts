import { shownName, withoutSecrets } from '../hard-coded-secrets.ts';
import type { Observation } from '../platform.ts';
import { startsUntraced } from './analyse-calls.ts';
import { readNodes } from './analyse-node.ts';
import type { N8nNode } from './analyse-node.ts';
import type { N8nWorkflow } from './answers.ts';
import type { N8nApi } from './api.ts';
import type { N8nClient } from './client.ts';
import { hashesOf, liveVersionOf } from './definition.ts';
import { draftPartsOf } from './draft-parts.ts';
import { entryPointsOf } from './entry-points.ts';
import type { EntryPoint } from './entry-points.ts';
import { lastPublish } from './last-publish.ts';
import type { Memo, MemoEntry } from './memo.ts';
import { runsWhileOff } from './older.ts';
import { nextFire, scheduleRulesOf, unreadableRule } from './schedule.ts';
import type { ScheduleRule } from './schedule.ts';
import { structuresOf } from './structure.ts';
import { probe } from './webhook-probe.ts';

/** One workflow as it was just read, with what verifying and restoring it will need. */
export async function observe(
  client: N8nClient,
  workflow: N8nWorkflow,
  signal: AbortSignal,
): Promise<Observation> {
  const hashes = hashesOf(workflow);
  const entries = await probeEntries(client.api, workflow, signal);
  const memo = memoOf(workflow, hashes.content, entries, client.api.now());
  const lastSwitch = lastPublish(workflow, client.api);
  return {
    hash: hashes.whole,
    contentHash: hashes.content,
    ...(hashes.live === undefined ? {} : { liveHash: hashes.live }),
    name: shownName(workflow.name),
    active: workflow.active,
    memo,
    byHand: [...byHand(workflow), ...(await ofOlder(client, memo, signal))],
    parts: draftPartsOf(workflow),
    structures: structuresOf(workflow),
    ...(lastSwitch ? { lastSwitch } : {}),
  };
}

/** Nodes that run by themselves when it is on: those of the live version, else of the draft. */
function nodesThatStart(workflow: N8nWorkflow): readonly N8nNode[] {
  return readNodes(liveVersionOf(workflow)?.nodes ?? workflow.nodes);
}

/** More than anyone would make; what is beyond is not probed and hence not proved. */
const maxProbes = 50;
const probeTries = 4;
const probeAgainMs = 400;
/** Publishing takes effect after the answer: 300 ms were seen on an idle server. */
const recentlyMs = 120_000;

async function probeEntries(
  api: N8nApi,
  workflow: N8nWorkflow,
  signal: AbortSignal,
): Promise<readonly MemoEntry[]> {
  const entries = entryPointsOf(workflow.id, nodesThatStart(workflow));
  if (!workflow.active) return entries.map((entry) => ({ ...entry, answered: false }));
  const tries = wasJustPublished(workflow, api) ? probeTries : 1;
  return Promise.all(
    entries.map(async (entry, index) => ({
      ...entry,
      answered: index < maxProbes && (await answers(api, entry, tries, signal)),
    })),
  );
}

async function answers(
  api: N8nApi,
  entry: EntryPoint,
  tries: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (let made = 1; ; made += 1) {
    if ((await probe(api, entry, signal)) === 'live') return true;
    if (made >= tries || entry.kind === 'service') return false;
    await api.wait(probeAgainMs, signal);
  }
}

function wasJustPublished(workflow: N8nWorkflow, api: N8nApi): boolean {
  const log = workflow.activeVersion?.workflowPublishHistory;
  if (!Array.isArray(log)) return false;
  const since = api.onTheirClock(api.now()).getTime() - recentlyMs;
  return log.some((event: unknown) => {
    if (typeof event !== 'object' || event === null || !('createdAt' in event)) return false;
    return typeof event.createdAt === 'string' && Date.parse(event.createdAt) > since;
  });
}

function memoOf(
  workflow: N8nWorkflow,
  contentHash: string,
  entries: readonly MemoEntry[],
  now: Date,
): Memo {
  const nodes = nodesThatStart(workflow);
  const answered = new Set(entries.flatMap((entry) => (entry.answered ? [entry.path] : [])));
  // By address, not by name: two names may look the same once they are fit to be stored.
  const hasAnswered = (node: N8nNode): boolean =>
    entryPointsOf(workflow.id, [node]).some(({ path }) => path !== undefined && answered.has(path));
  return {
    form: 1,
    active: workflow.active,
    liveVersionId: liveVersionOf(workflow)?.versionId ?? null,
    contentHash,
    entries: entries
      .filter((entry) => entry.kind !== 'service' || entry.answered)
      .map(withoutSecretPath),
    ...scheduleOf(workflow, nodes, now),
    startedByOthers: isStartedByOthers(workflow, nodes),
    unseen: nodes.filter((node) => isUnseen(node) && !hasAnswered(node)).map(nameOf),
    savesExecutions: savesExecutions(workflow),
    savesFailures: savesFailures(workflow),
    ...timeLimitOf(workflow),
    inline: untracedCallers(workflow),
    finishing: finishingNodes(workflow),
    codeNodes: codeNodes(workflow),
  };
}

/** An address that holds a token is not stored, hence cannot be probed again: that leaves a doubt. */
function withoutSecretPath(entry: MemoEntry): MemoEntry {
  const { path, ...rest } = entry;
  if (path === undefined) return entry;
  const texts = [path, decodeURIComponent(path)];
  return texts.every((text) => withoutSecrets(text) === text) ? entry : rest;
}

function scheduleOf(
  workflow: N8nWorkflow,
  nodes: readonly N8nNode[],
  now: Date,
): Pick<Memo, 'schedule'> {
  const setting = workflow.settings['timezone'];
  // `DEFAULT` is n8n's word for its own zone, which its API does not tell.
  const isSet = typeof setting === 'string' && setting !== '' && setting !== 'DEFAULT';
  const zone = isSet ? setting : undefined;
  const rules = nodes
    .flatMap((node) => scheduleRulesOf(node))
    .map((rule): ScheduleRule => (nextFire([rule], now, zone) ? rule : unreadableRule));
  if (rules.length === 0) return {};
  return { schedule: { rules, ...(zone === undefined ? {} : { zone }) } };
}

/**
 * Whether n8n keeps a record of this workflow's executions, good and failed alike: a workflow whose
 * failures leave no trace can run on and fail on unseen.
 */
export function savesExecutions({ settings }: N8nWorkflow): Memo['savesExecutions'] {
  const kept = [settings['saveDataSuccessExecution'], settings['saveDataErrorExecution']];
  if (kept.includes('none')) return 'no';
  return kept.every((setting) => setting === 'all') ? 'yes' : 'by_default';
}

function savesFailures({ settings }: N8nWorkflow): NonNullable<Memo['savesFailures']> {
  const kept = settings['saveDataErrorExecution'];
  if (kept === 'none') return 'no';
  return kept === 'all' ? 'yes' : 'by_default';
}

function timeLimitOf({ settings }: N8nWorkflow): Pick<Memo, 'timeLimit'> {
  const seconds = settings['executionTimeout'];
  return typeof seconds === 'number' && seconds > 0 ? { timeLimit: seconds } : {};
}

/**
 * Nodes that start a workflow that is given to them and do not wait for it. n8n 2.40.7 lists its
 * execution under the id that stands in that workflow, which is anyone’s choice.
 */
function untracedCallers(workflow: N8nWorkflow): string[] {
  const nodes = readNodes([...workflow.nodes, ...(workflow.activeVersion?.nodes ?? [])]);
  const found = nodes.filter((node) => !node.disabled && startsUntraced(node));
  return [...new Set(found.map(nameOf))];
}

/** Nodes from which others start it: n8n 2.40.7, `findSubworkflowStart` and error workflows. */
const startedFrom = new Set([
  'executeWorkflowTrigger',
  'errorTrigger',
  'manualTrigger',
  'manualChatTrigger',
  'start',
  'evaluationTrigger',
]);

function isStartedByOthers({ settings }: N8nWorkflow, nodes: readonly N8nNode[]): boolean {
  if (settings['availableInMCP'] === true) return true;
  return nodes.some(({ shortType, disabled }) => !disabled && startedFrom.has(shortType));
}

/** Triggers that say nothing by listening: a probe, the clock or `startedByOthers` answers for them. */
const shownElsewhere = new Set([
  'webhook',
  'formTrigger',
  'chatTrigger',
  'mcpTrigger',
  'scheduleTrigger',
  'cron',
  'interval',
  // Whether these are on n8n 2.40 reads from the version it published, which it drops only after
  // the triggers: they go on for callers until then, 40 s under a backlog of 100. See `quiet.ts`.
  ...startedFrom,
]);

function isUnseen({ shortType, disabled }: N8nNode): boolean {
  if (disabled || shownElsewhere.has(shortType)) return false;
  return /trigger$/i.test(shortType) || shortType === 'emailReadImap';
}

/** Nodes that were seen to end, or take no time, when their execution is stopped (2.40.7). */
const stopping = new Set(
  (
    'set if switch merge filter noOp splitInBatches splitOut limit sort aggregate summarize ' +
    'removeDuplicates dateTime crypto stickyNote code wait respondToWebhook stopAndError ' +
    'itemLists renameKeys'
  ).split(' '),
);

/**
 * n8n 2.40.7 stops an execution between nodes: an HTTP node in the middle of its items sends them
 * all, 19 calls after the stop were seen. Only nodes known to end are trusted to.
 */
function finishingNodes(workflow: N8nWorkflow): string[] {
  const nodes = readNodes([...workflow.nodes, ...(workflow.activeVersion?.nodes ?? [])]);
  const names = nodes
    .filter((node) => !node.disabled && !stopping.has(node.shortType))
    .filter((node) => !shownElsewhere.has(node.shortType) && !isUnseen(node))
    .map(nameOf);
  return [...new Set(names)];
}

function codeNodes(workflow: N8nWorkflow): string[] {
  const nodes = readNodes([...workflow.nodes, ...(workflow.activeVersion?.nodes ?? [])]);
  return [...new Set(nodes.filter(isCode).map(nameOf))];
}

function isCode({ disabled, shortType }: N8nNode): boolean {
  return !disabled && shortType === 'code';
}

function nameOf(node: N8nNode): string {
  return shownName(node.name);
}

/** Asked only where it makes a difference. */
async function ofOlder(
  client: N8nClient,
  { startedByOthers }: Memo,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return startedByOthers !== false && (await client.isOlder(signal)) ? [runsWhileOff] : [];
}

function byHand(workflow: N8nWorkflow): readonly string[] {
  const nodes = readNodes([...workflow.nodes, ...(workflow.activeVersion?.nodes ?? [])]);
  const hasEntry = entryPointsOf(workflow.id, nodes).length > 0;
  return [
    'Anyone who may edit it can still run it by hand in the editor.',
    ...(hasEntry ? ['An open editor can arm its test addresses, for one call each.'] : []),
    'Earlier executions can be retried, which runs it again.',
    'Its owner, and anyone else who may publish it, can switch it on again.',
  ];
}
