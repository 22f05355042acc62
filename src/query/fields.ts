import { distance } from 'fastest-levenshtein';

import type { QueryField } from '../domain/query.ts';
import { queryFields } from '../domain/query.ts';

/** Other words that people type for a field. */
const aliases: Readonly<Record<string, QueryField>> = {
  workflow: 'name',
  title: 'name',
  reference: 'ref',
  cred: 'credential',
  creds: 'credential',
  credentials: 'credential',
  hosts: 'host',
  domain: 'host',
  url: 'host',
  nodes: 'node',
  type: 'node',
  packages: 'package',
  pkg: 'package',
  owners: 'owner',
  tags: 'tag',
  projects: 'project',
  enabled: 'active',
  updated: 'changed',
  modified: 'changed',
  executed: 'ran',
  secrets: 'secret',
  webhooks: 'webhook',
  hook: 'webhook',
  path: 'webhook',
  call: 'calls',
  conn: 'connection',
  env: 'environment',
};

/** The field that a person means, case ignored; undefined when there is none of that name. */
export function fieldNamed(name: string): QueryField | undefined {
  const folded = name.toLowerCase();
  return (
    queryFields.find((field) => field === folded) ??
    (Object.hasOwn(aliases, folded) ? aliases[folded] : undefined)
  );
}

/** The fields whose names, or other words for them, are most like what was typed; nearest first. */
export function fieldsLike(name: string): readonly QueryField[] {
  const folded = name.toLowerCase().slice(0, 40);
  const near = new Map<QueryField, number>();
  const spellings = [
    ...queryFields.map((field) => [field, field] as const),
    ...Object.entries(aliases),
  ];
  for (const [spelling, field] of spellings) {
    const far = distance(folded, spelling);
    if (far < (near.get(field) ?? Infinity)) near.set(field, far);
  }
  const sorted = [...near].toSorted((a, b) => a[1] - b[1]);
  const closest = sorted[0]?.[1] ?? Infinity;
  return sorted
    .filter(([, far]) => far <= Math.max(closest, 1) && far < Math.max(3, folded.length / 2))
    .slice(0, 3)
    .map(([field]) => field);
}
