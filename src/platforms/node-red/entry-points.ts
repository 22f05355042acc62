import { shownName } from '../hard-coded-secrets.ts';
import type { NodeRedApi } from './api.ts';
import { nodeName } from './flow-file.ts';
import type { Item, Part } from './flow-file.ts';

/** An address at which the world can start a tab. */
export type EntryPoint = {
  readonly node: string;
  readonly method: string;
  /** As it is written in the node; absent when it is only known at run time. */
  readonly url?: string;
};

/** The http addresses of these parts, those that are off left out. */
export function entryPointsOf(parts: readonly Part[]): readonly EntryPoint[] {
  return parts
    .filter(({ item, isDisabled }) => item.type === 'http in' && !isDisabled)
    .map(({ item }) => {
      const url = urlOf(item);
      const isKnown = url !== undefined && !url.includes('${');
      return {
        node: shownName(nodeName(item)),
        method: methodOf(item),
        ...(isKnown ? { url } : {}),
      };
    });
}

/** The paths, from the origin, at which an address may be served; empty when it cannot be asked. */
export function pathsOf(api: NodeRedApi, root: string, { url }: EntryPoint): readonly string[] {
  if (url === undefined) return [];
  // A named part of the pattern matches anything; the other signs of patterns are for experts.
  const concrete = url.replace(/:[A-Za-z_]\w*/g, 'firebreak');
  if (!/^[\w\-.~!$&',;=@%/]*$/.test(concrete)) return [];
  // A URL parser resolves dots even when they are encoded: the path would lead elsewhere.
  if (concrete.split('/').some((one) => /^(?:\.|%2e){1,2}$/i.test(one))) return [];
  return api.pathsBelow(root, concrete);
}

/** The url of an http in node, as it is written. */
export function urlOf({ url }: Item): string | undefined {
  return typeof url === 'string' && url !== '' ? url : undefined;
}

/** The method of an http in node, in capitals. */
export function methodOf({ method }: Item): string {
  return typeof method === 'string' && /^[a-z]{3,10}$/i.test(method) ? method.toUpperCase() : 'GET';
}
