import type { Proof } from '../../domain/verification.ts';
import { listed } from '../../domain/wording.ts';
import { PlatformError } from '../../errors.ts';
import type { Accepted, CredentialCheck, CredentialReading } from '../platform.ts';
import type { NodeRedClient } from './client.ts';
import { conflict, deployTries, inSafeMode, outrun } from './deploys.ts';
import { checkedNodeId } from './ids.ts';

/**
 * Empties the credentials of one node, for good: Node-RED keeps no earlier value. It restarts that
 * node alone, and what it sends goes out without them. A dud could not be told from a good value.
 */
export async function wipe(
  client: NodeRedClient,
  id: string,
  signal: AbortSignal,
): Promise<Accepted> {
  const node = checkedNodeId(id);
  for (let tries = 1; tries <= deployTries; tries += 1) {
    const [file, state] = await Promise.all([client.flows(signal), client.state(signal)]);
    const item = file.find(node);
    if (!item) {
      const says = 'Node-RED has no such node: it was deleted, and its credentials with it.';
      throw new PlatformError('node-red', 'not_found', says);
    }
    const fields = await client.credentialFields(item.type, node, signal);
    if (fields === undefined) {
      const says = 'Node-RED does not tell this user which nodes hold credentials.';
      throw new PlatformError('node-red', 'refused', says);
    }
    if (fields.length === 0) return { at: client.api.now(), answer: 'already' };
    if (state === 'safe') throw conflict(inSafeMode);
    const rev = await client.deploy(file.withoutCredentials(node, fields), file.rev, signal);
    if (rev !== undefined) return { at: client.api.now(), answer: 'accepted' };
  }
  throw outrun();
}

/** Which fields nodes hold credentials in, as Node-RED says apart from any deploy. */
export async function checkWiped(
  client: NodeRedClient,
  targets: readonly CredentialCheck[],
  signal: AbortSignal,
): Promise<readonly CredentialReading[]> {
  if (targets.length === 0) return [];
  const file = await client.flows(signal);
  const readings: CredentialReading[] = [];
  for (const { id } of targets) {
    const item = file.find(checkedNodeId(id));
    const fields = item && (await client.credentialFields(item.type, id, signal));
    readings.push(readingOf(item !== undefined, fields, client.api.now()));
  }
  return readings;
}

function readingOf(
  isThere: boolean,
  fields: readonly string[] | undefined,
  at: Date,
): CredentialReading {
  const prove = (finding: Proof['finding'], text: string): CredentialReading => ({
    proofs: [{ method: 'credentials', finding, text, at }],
    doubts: finding === 'silent' ? [text] : [],
  });
  if (!isThere) return prove('agrees', 'The node is no longer in the flows, nor is what it held.');
  if (fields === undefined) {
    return prove('silent', 'Node-RED does not tell this user which nodes hold credentials.');
  }
  return fields.length === 0
    ? prove('agrees', 'Node-RED says that the node holds no credentials.')
    : prove('contradicts', `Node-RED says that the node still holds ${listed(fields)}.`);
}
