import type { NodeFact } from '../node-texts.ts';
import type { N8nNode } from './analyse-node.ts';

/**
 * The credentials a node refers to.
 *
 * The value is the credential's id; exports of old versions know only a name, which then stands in
 * its place. n8n keeps the id in the workflow after the credential was deleted.
 */
export function credentialFacts(node: N8nNode): NodeFact[] {
  return Object.entries(node.credentials).flatMap(([type, given]): NodeFact[] => {
    const { id, name } = reference(given);
    const value = id ?? name;
    if (value === undefined) return [];
    return [{ kind: 'credential', value, label: name ?? type }];
  });
}

function reference(given: unknown): { id?: string; name?: string } {
  if (typeof given === 'string') return given === '' ? {} : { name: given };
  if (typeof given !== 'object' || given === null) return {};
  const id = 'id' in given ? filled(given.id) : undefined;
  const name = 'name' in given ? filled(given.name) : undefined;
  return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) };
}

function filled(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
