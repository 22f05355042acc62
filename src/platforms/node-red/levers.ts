import type { Json } from '../../domain/json.ts';
import { PlatformError } from '../../errors.ts';
import type { Accepted, Stopped } from '../platform.ts';
import type { NodeRedClient } from './client.ts';
import { hashesOf } from './definition.ts';
import type { FlowFile, Tab } from './flow-file.ts';
import { checkedTabId } from './ids.ts';
import { readMemo } from './memo.ts';
import type { Memo } from './memo.ts';
import { foundTab, readDeployed } from './observe.ts';
import type { Deployed } from './observe.ts';

/** How often a deploy is tried again that somebody else’s came before. */
const deployTries = 6;

/**
 * Switches a tab off. Everything on it is closed before Node-RED answers.
 *
 * @param seen what was deployed a moment ago, so it need not be read again
 */
export async function disable(
  client: NodeRedClient,
  id: string,
  seen: Deployed | undefined,
  signal: AbortSignal,
): Promise<Accepted> {
  checkedTabId(id);
  const wasOn = seen?.file.tab(id)?.isDisabled === false;
  const deployed = wasOn ? seen : await readDeployed(client, signal);
  return change(client, { deployed, id, signal }, (_, tab) => (tab.isDisabled ? 'already' : true));
}

/**
 * Executions of Node-RED end with their tab, and none can be ended alone.
 *
 * @throws PlatformError `conflict` while the tab is on
 */
export async function stop(
  client: NodeRedClient,
  id: string,
  signal: AbortSignal,
): Promise<Stopped> {
  checkedTabId(id);
  const tab = foundTab(await client.flows(signal), id);
  if (!tab.isDisabled) {
    throw conflict('What runs on a tab of Node-RED ends only when the tab is switched off.');
  }
  return { at: client.api.now(), stopped: 0, wereRunning: [], wereIdle: [] };
}

/** Switches a tab on again, and writes of its activation what was written before. */
export async function enable(
  client: NodeRedClient,
  id: string,
  recorded: Json,
  signal: AbortSignal,
): Promise<Accepted> {
  checkedTabId(id);
  const memo = readMemo(recorded);
  const deployed = await readDeployed(client, signal);
  return change(client, { deployed, id, signal }, (now, tab) => mayEnable(now, tab, memo));
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

/** What to write of the activation, or that it is so already. */
type Decide = (file: FlowFile, tab: Tab) => boolean | null | 'already';

/**
 * Deploys a change of one tab on top of whatever is deployed.
 *
 * The whole file travels, so it names the revision it was made from. When somebody else was first,
 * the file is read and changed again, unless this very tab is what they changed.
 */
async function change(
  client: NodeRedClient,
  from: { readonly deployed: Deployed; readonly id: string; readonly signal: AbortSignal },
  decide: Decide,
): Promise<Accepted> {
  const { id, signal } = from;
  let { file, state } = from.deployed;
  const { content } = hashesOf(file, foundTab(file, id));
  for (let tries = 1; tries <= deployTries; tries += 1) {
    const tab = foundTab(file, id);
    const wanted = decide(file, tab);
    if (wanted === 'already') return { at: client.api.now(), answer: 'already' };
    if (hashesOf(file, tab).content !== content) {
      throw conflict('Somebody changed it a moment ago, so it was left alone. Plan it again.');
    }
    if (state === 'safe') throw conflict(inSafeMode);
    const rev = await client.deploy(file.with(id, wanted), file.rev, signal);
    if (rev !== undefined) return { at: client.api.now(), answer: 'accepted' };
    ({ file, state } = await readDeployed(client, signal));
  }
  throw conflict('Somebody deploys again and again, faster than this could. Try again.');
}

/** Any deploy ends safe mode, and with it starts every tab that is on. */
const inSafeMode =
  'Node-RED is in safe mode: no flow runs, and any deploy would start all that are on. ' +
  'Switch it off in the flow file, or leave safe mode first.';

function conflict(says: string): PlatformError {
  return new PlatformError('node-red', 'conflict', says);
}
