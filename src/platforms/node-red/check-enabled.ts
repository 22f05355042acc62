import type { Proof, Reading } from '../../domain/verification.ts';
import type { Check } from '../platform.ts';
import type { NodeRedClient } from './client.ts';
import { hashesOf } from './definition.ts';
import { probe } from './entry-probe.ts';
import type { FlowFile } from './flow-file.ts';
import { findMemo } from './memo.ts';
import type { Memo } from './memo.ts';
import { runningOf } from './runtime-probe.ts';

/** Is each of these on again as it was, do its nodes run and its addresses answer as before? */
export async function checkEnabled(
  client: NodeRedClient,
  targets: readonly Check[],
  signal: AbortSignal,
): Promise<readonly Reading[]> {
  if (targets.length === 0) return [];
  const file = await client.flows(signal);
  return Promise.all(targets.map((target) => readOne(client, file, target, signal)));
}

async function readOne(
  client: NodeRedClient,
  file: FlowFile,
  target: Check,
  signal: AbortSignal,
): Promise<Reading> {
  const { workflow } = target;
  const memo = findMemo(target.memo);
  if (!memo) {
    const doubt = 'Nothing is recorded of its state before, so it cannot be compared.';
    return { workflow, proofs: [], doubts: [doubt] };
  }
  const [running, answering] = await Promise.all([
    runtimeProofs(client, memo, signal),
    probeProofs(client, memo, signal),
  ]);
  const proofs = [listProof(client, file, workflow, memo), ...running, ...answering];
  return { workflow, proofs, doubts: [] };
}

function listProof({ api }: NodeRedClient, file: FlowFile, id: string, memo: Memo): Proof {
  const tab = file.tab(id);
  const proof = (finding: Proof['finding'], text: string): Proof => ({
    method: 'list',
    finding,
    text,
    at: api.now(),
  });
  if (!tab) return proof('contradicts', 'Node-RED no longer lists it.');
  if (tab.isDisabled === memo.active) {
    const text = tab.isDisabled
      ? 'Node-RED lists its tab as disabled.'
      : 'Node-RED lists its tab as enabled, which it was not.';
    return proof('contradicts', text);
  }
  if (!memo.active) return proof('agrees', 'Node-RED lists its tab as disabled, as before.');
  return hashesOf(file, tab).content === memo.contentHash
    ? proof('agrees', 'Node-RED lists its tab as enabled, with the content it had.')
    : proof('contradicts', 'Node-RED lists its tab as enabled, but with another content.');
}

async function runtimeProofs(
  client: NodeRedClient,
  memo: Memo,
  signal: AbortSignal,
): Promise<readonly Proof[]> {
  const before = memo.starters.filter(({ ran }) => ran === true);
  if (before.length === 0) return [];
  const running = await runningOf(
    client,
    before.map(({ id }) => id),
    signal,
  );
  const back = before.filter(({ id }) => running.get(id) === true).length;
  const gone = before.filter(({ id }) => running.get(id) === false).length;
  const of = `of ${before.length} nodes that ran before`;
  const at = client.api.now();
  if (gone > 0) {
    return [{ method: 'runtime', finding: 'contradicts', text: `Not running: ${gone} ${of}.`, at }];
  }
  if (back === 0) return [];
  return [{ method: 'runtime', finding: 'agrees', text: `Running again: ${back} ${of}.`, at }];
}

async function probeProofs(
  client: NodeRedClient,
  memo: Memo,
  signal: AbortSignal,
): Promise<readonly Proof[]> {
  const before = memo.entries.flatMap(({ answered, path, method }) =>
    answered && path !== undefined ? [{ path, method }] : [],
  );
  const found = await Promise.all(before.map((entry) => probe(client, entry, signal)));
  const dead = found.filter((liveness) => liveness === 'dead').length;
  const live = found.filter((liveness) => liveness === 'live').length;
  const of = `of ${before.length} addresses that answered before`;
  const at = client.api.now();
  const method = 'webhook-probe';
  if (dead > 0) {
    return [{ method, finding: 'contradicts', text: `Still silent: ${dead} ${of}.`, at }];
  }
  if (live === 0) return [];
  return [{ method, finding: 'agrees', text: `Answering again: ${live} ${of}.`, at }];
}
