import type { Call } from './call.ts';
import type { Gateway } from './gateway.ts';
import type { Interactions } from './interactions.ts';
import type { Messages } from './messages.ts';
import type { Answer } from './refusal.ts';
import type { World } from './world.ts';

/** What a route may use. */
export type Desk = {
  readonly world: World;
  readonly gateway: Gateway;
  readonly messages: Messages;
  readonly interactions: Interactions;
  readonly now: () => Date;
  readonly gatewayUrl: () => string;
};

/** One endpoint: the words of its path stand for themselves, `:x` for anything. */
export type Route = {
  readonly at: string;
  /** True for the endpoints whose token is in the path. */
  readonly isOpen?: boolean;
  readonly answer: (desk: Desk, call: Call, ids: readonly string[]) => Answer;
};

export const nothing: Answer = { status: 204 };

export function ok(json: unknown): Answer {
  return { status: 200, json };
}

/** The ids in the path, when the call is for this route. */
export function idsOf(route: Route, { method, path }: Call): readonly string[] | undefined {
  const [verb = '', pattern = ''] = route.at.split(' ');
  if (verb !== method) return undefined;
  const words = pattern.split('/');
  const given = path.split('/').map((word) => decodeURIComponent(word));
  if (words.length !== given.length) return undefined;
  const ids: string[] = [];
  for (const [index, word] of words.entries()) {
    const is = given[index] ?? '';
    if (word.startsWith(':') && is !== '') ids.push(is);
    else if (word !== is) return undefined;
  }
  return ids;
}
