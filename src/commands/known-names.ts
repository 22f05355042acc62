import type { FactKind } from '../domain/inventory.ts';
import type { QueryField } from '../domain/query.ts';
import { entryKinds } from '../domain/simulation.ts';
import type { InventoryStore } from '../store/store.ts';

/** So many workflows are looked into for what only their definitions name; the most dangerous first. */
const lookedInto = 500;

/** Of so many workflows the names are read. */
const namesAtMost = 5000;

/** A thing by all that it may be called, and how a query asks for it. */
export type Known = {
  readonly shown: string;
  readonly called: readonly string[];
  /** Undefined for a name that a line cannot hold. */
  readonly written: string | undefined;
};

/** What there is that a query can name in this field; for a bare word, what has a name people know. */
export async function knownNames(
  inventory: InventoryStore,
  field: QueryField | 'word',
): Promise<readonly Known[]> {
  switch (field) {
    case 'word':
      return [
        ...(await workflowNames(inventory)),
        ...(await knownNames(inventory, 'credential')),
        ...(await knownNames(inventory, 'host')),
        ...(await knownNames(inventory, 'tag')),
      ];
    case 'name':
    case 'calls':
      return await workflowNames(inventory);
    case 'credential':
      return (await inventory.credentials()).map(({ name, ref }) => ({
        shown: name,
        called: [name],
        written: writtenAs(name) ?? ref,
      }));
    case 'owner':
      return (await inventory.holdings()).map(({ owner }) => ownerCalled(owner));
    case 'tag':
      return (await someWith(inventory, field)).flatMap(({ tags }) => tags.map(plainly));
    case 'project':
      return (await someWith(inventory, field)).flatMap(({ project }) =>
        project === undefined ? [] : [plainly(project)],
      );
    case 'host':
    case 'node':
    case 'package':
    case 'code':
      return await factNames(inventory, field, [field]);
    case 'webhook':
      return await factNames(inventory, field, entryKinds);
    // What is like a number or a fingerprint is another one.
    case 'id':
    case 'ref':
    case 'secret':
    case 'active':
    case 'archived':
    case 'changed':
    case 'ran':
    case 'platform':
    case 'connection':
    case 'environment':
      return [];
  }
}

async function workflowNames(inventory: InventoryStore): Promise<readonly Known[]> {
  const { hits } = await inventory.find({ kind: 'all' }, { limit: namesAtMost });
  return hits.map(({ workflow }) => plainly(workflow.name));
}

async function factNames(
  inventory: InventoryStore,
  field: QueryField,
  kinds: readonly FactKind[],
): Promise<readonly Known[]> {
  const facts = await inventory.factsOf(await someWith(inventory, field));
  const named = [...facts.values()].flat().filter(({ kind }) => kinds.includes(kind));
  return [...new Set(named.map(({ value }) => value))].map(plainly);
}

async function someWith(inventory: InventoryStore, field: QueryField) {
  const any = { kind: 'text', field, value: '*', wildcard: true } as const;
  const { hits } = await inventory.find(any, { limit: lookedInto });
  return hits.map(({ workflow }) => workflow);
}

function plainly(name: string): Known {
  return { shown: name, called: [name], written: writtenAs(name) };
}

/** `Ana A <ana@acme.test>` is found by the address or the name alone. */
function ownerCalled(owner: string): Known {
  const [, name = '', address = ''] = /^(.*) <([^<>]+)>$/s.exec(owner) ?? [];
  const parts = [name, address].filter((part) => part !== '');
  return {
    shown: owner,
    called: [owner, ...parts],
    written: writtenAs(address === '' ? owner : address),
  };
}

/** A name as a line holds it; what could end the quotes or hide in them has none. */
export function writtenAs(name: string): string | undefined {
  if (/^[\w.@-]+$/.test(name)) return name;
  return /^[\p{L}\p{N} ._@+,:/()-]+$/u.test(name) ? `"${name}"` : undefined;
}
