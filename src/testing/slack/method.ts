import type { Fields } from './fields.ts';
import { isFields } from './fields.ts';
import type { Files } from './files.ts';
import type { Clock } from './hand-clock.ts';
import { SlackError } from './slack-error.ts';
import type { Channel, SlackState } from './state.ts';
import type { Triggers } from './triggers.ts';
import type { Views } from './views.ts';

/** What a method of the Web API works on. */
export type World = {
  readonly state: SlackState;
  readonly triggers: Triggers;
  readonly views: Views;
  readonly files: Files;
  readonly clock: Clock;
  /** A fresh address for one Socket Mode connection. */
  readonly openSocket: () => string;
  /** `http://127.0.0.1:<port>`, where the fake is. */
  readonly origin: () => string;
};

export type Method = {
  readonly tier: 1 | 2 | 3 | 4 | 'special' | 'post';
  /** All of these are needed. What depends on the kind of channel is asked for in `run`. */
  readonly scopes: readonly string[];
  /** Called with the token of the app, not of its bot. */
  readonly byApp?: true;
  run(world: World, args: Args): Fields;
};

/** The arguments of one call, as form or JSON. */
export class Args {
  readonly #given: Fields;

  constructor(given: Fields) {
    this.#given = given;
  }

  /** @throws SlackError `invalid_arguments` when it is missing */
  text(name: string): string {
    const value = this.#given[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new SlackError('invalid_arguments', {
      response_metadata: { messages: [`[ERROR] missing required field: ${name}`] },
    });
  }

  maybe(name: string): string | undefined {
    const value = this.#given[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  isTrue(name: string): boolean {
    const value = this.#given[name];
    return value === true || value === 'true' || value === '1';
  }

  /** A part that is JSON even in a form. */
  json(name: string): unknown {
    const value = this.#given[name];
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      throw new SlackError('invalid_arguments', {
        response_metadata: { messages: [`[ERROR] failed to parse ${name}`] },
      });
    }
  }

  /** One page of a list: where it begins, and how many. */
  page(usual: number): { readonly from: number; readonly limit: number } {
    const limit = Number(this.#given['limit'] ?? usual);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      throw new SlackError('invalid_limit');
    }
    const cursor = this.maybe('cursor');
    const from = cursor === undefined ? 0 : Number(Buffer.from(cursor, 'base64').toString());
    if (!Number.isInteger(from)) throw new SlackError('invalid_cursor');
    return { from, limit };
  }
}

/** Cuts one page out, with the cursor of the next. */
export function paged<One>(
  all: readonly One[],
  { from, limit }: { readonly from: number; readonly limit: number },
): { readonly page: readonly One[]; readonly response_metadata: Fields } {
  const next = from + limit;
  const cursor = next < all.length ? Buffer.from(String(next)).toString('base64') : '';
  return { page: all.slice(from, next), response_metadata: { next_cursor: cursor } };
}

/** @throws SlackError `missing_scope` */
export function needScope(world: World, ...scopes: readonly string[]): void {
  const held = world.state.app.scopes;
  const missing = scopes.filter((scope) => !held.has(scope));
  if (missing.length > 0) {
    throw new SlackError('missing_scope', {
      needed: missing.join(','),
      provided: [...held].join(','),
    });
  }
}

/** Public and private channels and direct messages each have scopes of their own. */
export function needChannelScope(world: World, channel: Channel, what: 'read' | 'history'): void {
  const kind = channel.isPrivate ? 'groups' : 'channels';
  needScope(world, `${channel.isDirect ? 'im' : kind}:${what}`);
}

export function needManageScope(world: World, channel: Channel): void {
  needScope(world, channel.isPrivate ? 'groups:write' : 'channels:manage');
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
