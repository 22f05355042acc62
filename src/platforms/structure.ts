import type { Structure } from '../domain/structure.ts';
import { hashOf } from './hash.ts';

/** A step without its name, id and place: what kind it is, and how it is set. */
export type StructureStep = {
  readonly kind: string;
  /** Also without addresses of its own and ids of credentials, which a copy may not share. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** An entrance, or set alike by many who have nothing to do with each other. */
  readonly isNoMark?: boolean;
};

/** From one kind of step to another. */
export type StructureLink = readonly [from: string, to: string];

/** Of a very large workflow the smallest digests stand for all: the same ones for each copy. */
const partsAtMost = 240;
const digestDigits = 8;

/** The structure of one definition. */
export function structureOf(
  steps: readonly StructureStep[],
  links: readonly StructureLink[],
): Structure {
  const parts = [
    ...steps.map(({ kind }) => `k${digest(kind)}`),
    ...steps
      .filter(({ settings }) => !isEmpty(settings))
      .map(({ kind, settings, isNoMark }) => {
        return `${isNoMark === true ? 'e' : 'p'}${digest([kind, settings])}`;
      }),
    ...links.map((link) => `l${digest(link)}`),
  ];
  if (parts.length <= partsAtMost) return parts.toSorted();
  const byDigest = parts.toSorted((a, b) => (a.slice(1) < b.slice(1) ? -1 : 1));
  return byDigest.slice(0, partsAtMost).toSorted();
}

/** Draft and live version, once where they are made of the same. */
export function distinctStructures(structures: readonly Structure[]): readonly Structure[] {
  return [...new Map(structures.map((one) => [one.join(' '), one])).values()];
}

/** Editors save the groups of settings that nobody opened. */
function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object') return value === undefined || value === '';
  return value === null || Object.values(value).every(isEmpty);
}

function digest(value: unknown): string {
  return hashOf(value).slice(0, digestDigits);
}
