import { PlatformError } from '../../errors.ts';
import type { Check } from '../platform.ts';
import type { N8nExecution, N8nWorkflow } from './answers.ts';
import type { N8nClient } from './client.ts';
import { executionsSince } from './look.ts';
import type { ByWorkflow, Look, Swept } from './look.ts';
import { findMemo } from './memo.ts';
import type { Memo } from './memo.ts';
import { startedByHand } from './quiet.ts';
import type { Keeps } from './quiet.ts';

/** What n8n lists of executions since something was switched off. */
export type Runs = {
  readonly executions: ByWorkflow;
  /** Of workflows that leave it to n8n's default. */
  readonly keeps: Keeps;
  /** Why it lists none. */
  readonly unread?: string;
};

/**
 * What started of these since an instant on n8n's clock. A list that fails spoils none of the other looks.
 *
 * @throws PlatformError when n8n asks to be called less often
 */
export async function runsSince(
  given: {
    readonly client: N8nClient;
    readonly look: Look;
    readonly targets: readonly Check[];
    readonly swept: Swept;
  },
  since: Date,
  signal: AbortSignal,
): Promise<Runs> {
  const { client, look, targets, swept } = given;
  try {
    const executions = await executionsSince(client, since, signal, swept);
    return { executions, keeps: await seesWhatIsKept(client, look, targets, signal) };
  } catch (error) {
    if (!(error instanceof PlatformError) || signal.aborted || error.asksForPatience) throw error;
    // What n8n keeps is not in doubt by that.
    return { executions: new Map(), keeps: 'yes', unread: error.message };
  }
}

/** What is off for long has had its time; what somebody else switched off just now has not. */
export function wasOnLately({ wentOff }: Check, memo: Memo): boolean {
  return memo.active || wentOff === true;
}

/** Pages of executions that are searched for one that was kept by default. */
const keptPages = 4;

/** The setting of a workflow that overrides n8n's default, by how an execution ended. */
const settingOf = { success: 'saveDataSuccessExecution', error: 'saveDataErrorExecution' } as const;

/**
 * What was kept so long ago may have been kept by another setting of n8n, in ms: a success of this
 * day, a failure of this hour. That of successes is as long as it is for servers that run little.
 */
const keptWithinMs = { success: 24 * 60 * 60_000, error: 60 * 60_000 } as const;

/**
 * Yes when executions of workflows that leave it to n8n's defaults were seen to be kept, good and
 * failed ones. Without that, "no execution since" may only mean that n8n keeps none: a server that
 * keeps no failures was seen to let a workflow fail on after its switch-off without a trace.
 *
 * A run by hand shows nothing, nor does one of a workflow with a setting of its own, or that had one:
 * a record of before its last change may be owed to what was changed. Failures are
 * asked for only where silence is to prove something, not for what is seen to be shut.
 */
async function seesWhatIsKept(
  client: N8nClient,
  { workflows }: Look,
  targets: readonly Check[],
  signal: AbortSignal,
): Promise<Keeps> {
  const asked = targets.flatMap((target) => {
    const memo = findMemo(target.memo);
    return memo?.savesExecutions === 'by_default' && wasOnLately(target, memo) ? [memo] : [];
  });
  if (asked.length === 0) return 'yes';
  const isSeen = (status: keyof typeof settingOf) => seesKept(client, workflows, status, signal);
  if (!(await isSeen('success'))) return 'unseen';
  return asked.some(isSilenceItsProof) && (await isSeen('error')) ? 'yes' : 'successes';
}

/** True when an execution that ended so was seen to be kept by n8n's default, not long ago. */
export async function seesKept(
  client: N8nClient,
  workflows: Look['workflows'],
  status: keyof typeof settingOf,
  signal: AbortSignal,
): Promise<boolean> {
  const since = client.api.onTheirClock(client.api.now()).getTime() - keptWithinMs[status];
  const isOld = ({ startedAt }: N8nExecution): boolean =>
    startedAt instanceof Date && startedAt.getTime() < since;
  const isKeptByDefault = (one: N8nExecution): boolean => {
    const workflow = workflows.get(one.workflowId);
    if (workflow === undefined || startedByHand.has(one.mode) || isOld(one)) return false;
    return leavesIt(workflow, status) && isAsItIs(workflow, one);
  };
  let pages = 0;
  const { items } = await client.executions({ status }, signal, {
    until: (page) => {
      pages += 1;
      return pages >= keptPages || page.every(isOld) || page.some(isKeptByDefault);
    },
  });
  return items.some(isKeptByDefault);
}

/** Nothing else will show it: a schedule starts it, or others, or no address of it answered. */
function isSilenceItsProof({ schedule, startedByOthers, entries }: Memo): boolean {
  return (
    schedule !== undefined || startedByOthers !== false || !entries.some(({ answered }) => answered)
  );
}

/** It ran as the workflow is now: before that, another setting may have had it kept. */
function isAsItIs({ updatedAt }: N8nWorkflow, { startedAt }: N8nExecution): boolean {
  return updatedAt instanceof Date && startedAt instanceof Date && startedAt >= updatedAt;
}

function leavesIt({ settings }: N8nWorkflow, status: keyof typeof settingOf): boolean {
  const setting = settings[settingOf[status]];
  return setting !== 'all' && setting !== 'none';
}
