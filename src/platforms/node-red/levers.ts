import type { Json } from '../../domain/json.ts';
import type { Accepted, Stopped } from '../platform.ts';
import { hashesOf } from './definition.ts';
import { conflict, foundTab } from './deploys.ts';
import type { Deployed, Deploys } from './deploys.ts';
import type { FlowFile, Tab } from './flow-file.ts';
import { checkedTabId } from './ids.ts';
import { readMemo } from './memo.ts';
import type { Memo } from './memo.ts';

/**
 * Switches a tab off. Everything on it is closed before Node-RED answers.
 *
 * @param observed what was deployed a moment ago, so it need not be read again
 */
export async function disable(
  deploys: Deploys,
  id: string,
  observed: Deployed | undefined,
  signal: AbortSignal,
): Promise<Accepted> {
  checkedTabId(id);
  const wasOn = observed?.file.tab(id)?.isDisabled === false;
  const seen = wasOn ? observed : await deploys.read(signal);
  return deploys.change({ id, seen, decide: switchOff }, signal);
}

function switchOff(_: FlowFile, tab: Tab): true | 'already' {
  return tab.isDisabled ? 'already' : true;
}

/**
 * Executions of Node-RED end with their tab, and none can be ended alone: there is nothing to ask
 * for, and whether they have ended is read, not assumed.
 *
 * @throws PlatformError `conflict` while the tab is on
 */
export async function stop(
  deploys: Deploys,
  now: () => Date,
  id: string,
  signal: AbortSignal,
): Promise<Stopped> {
  checkedTabId(id);
  const isKnownOff = deploys.latest?.file.tab(id)?.isDisabled === true;
  if (!isKnownOff && !foundTab((await deploys.read(signal)).file, id).isDisabled) {
    throw conflict('What runs on a tab of Node-RED ends only when the tab is switched off.');
  }
  return { at: now(), stopped: 0, wereRunning: [], wereIdle: [] };
}

/** Switches a tab on again, and writes of its activation what was written before. */
export async function enable(
  deploys: Deploys,
  id: string,
  recorded: Json,
  signal: AbortSignal,
): Promise<Accepted> {
  checkedTabId(id);
  const memo = readMemo(recorded);
  const seen = await deploys.read(signal);
  return deploys.change({ id, seen, decide: (file, tab) => mayEnable(file, tab, memo) }, signal);
}

function mayEnable(file: FlowFile, tab: Tab, memo: Memo): boolean | null | 'already' {
  const isSame = hashesOf(file, tab).content === memo.contentHash;
  if (tab.isDisabled === !memo.active && (isSame || !memo.active)) return 'already';
  if (!tab.isDisabled) {
    throw conflict(
      memo.active
        ? 'Somebody switched it on with another content meanwhile, so it was left as it is.'
        : 'Somebody switched it on meanwhile; it was off before, so it was left as it is.',
    );
  }
  if (!isSame) {
    throw conflict(
      'Its content changed meanwhile, and Node-RED keeps no versions. Compare it with tab.json ' +
        'of the evidence, then switch it on by hand.',
    );
  }
  const off = memo.calls.find((called) => file.tab(called.id)?.isDisabled !== false);
  if (off) {
    throw conflict(
      `It calls the tab “${off.name}”, which is off, so its callers would hang. Switch that one on first.`,
    );
  }
  return memo.disabled;
}
