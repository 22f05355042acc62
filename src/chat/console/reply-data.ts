import type { Json } from '../../domain/json.ts';

export type JsonRecord = { readonly [name: string]: Json };

/** The objects of a list in an answer's data; nothing when it is no list. */
export function objectsIn(json: Json | undefined): readonly JsonRecord[] {
  return Array.isArray(json) ? json.filter(isRecord) : [];
}

function isRecord(json: Json): json is JsonRecord {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
