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

/** Pages of successful executions that are searched for one that was kept by default. */
const keptPages = 4;

/**
 * Yes when executions of workflows that leave it to n8n's default were seen to be kept. Without
 * that, "no execution since" may only mean that n8n keeps none.
 *
 * A run by hand shows nothing, nor does one of a workflow with a setting of its own. Failures
 * follow a default of their own, "keep"; none may have happened yet, so none is asked for.
 */
async function seesWhatIsKept(
  client: N8nClient,
  { workflows }: Look,
  targets: readonly Check[],
  signal: AbortSignal,
): Promise<Keeps> {
  const isAsked = targets.some((target) => {
    const memo = findMemo(target.memo);
    return memo?.savesExecutions === 'by_default' && wasOnLately(target, memo);
  });
  if (!isAsked) return 'yes';
  const isKeptByDefault = ({ workflowId, mode }: N8nExecution): boolean => {
    const workflow = workflows.get(workflowId);
    return !startedByHand.has(mode) && workflow !== undefined && leavesToDefault(workflow);
  };
  let pages = 0;
  const { items } = await client.executions({ status: 'success' }, signal, {
    until: (page) => {
      pages += 1;
      return pages >= keptPages || page.some(isKeptByDefault);
    },
  });
  return items.some(isKeptByDefault) ? 'yes' : 'unseen';
}

function leavesToDefault({ settings }: N8nWorkflow): boolean {
  const setting = settings['saveDataSuccessExecution'];
  return setting !== 'all' && setting !== 'none';
}
