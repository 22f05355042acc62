import { databaseFailure } from './database.ts';

/**
 * The database failed, or we asked it something wrong.
 *
 * Drizzle's errors quote the statement's values, which are names, texts and sealed secrets; this
 * one says which statement and what the database calls the failure, and nothing that was in it.
 */
export class StoreFailure extends Error {
  /** SQLSTATE, when the database itself answered. */
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.name = 'StoreFailure';
    this.code = code;
  }
}

const shownStatement = 160;

/** The same noun, whose failures carry no values. */
export function withoutValues<T extends object>(noun: T): T {
  return new Proxy(noun, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args);
        if (result instanceof Promise) return result.catch(rethrow);
        return isStream(result) ? streamed(result) : result;
      };
    },
  });
}

/** Runs work of ours whose failures carry no values. */
export async function withoutValuesIn<T>(work: () => Promise<T>): Promise<T> {
  return work().catch(rethrow);
}

async function* streamed(source: AsyncIterable<unknown>): AsyncIterable<unknown> {
  try {
    yield* source;
  } catch (error) {
    rethrow(error);
  }
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function rethrow(error: unknown): never {
  const failure = databaseFailure(error);
  const query: unknown = error instanceof Error && 'query' in error ? error.query : undefined;
  if (failure === undefined && typeof query !== 'string') throw error;
  const what = failure === undefined ? causeOf(error) : `code ${failure.code}`;
  const at = failure?.constraint === undefined ? '' : `, ${failure.constraint}`;
  const statement =
    typeof query === 'string'
      ? `: ${query.replaceAll(/\s+/g, ' ').trim().slice(0, shownStatement)}`
      : '';
  throw new StoreFailure(`The database refused (${what}${at})${statement}`, failure?.code);
}

/** The name of what is below, e.g. a cut connection's; its message may hold an address. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return 'no answer';
  const code: unknown = 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : cause.name;
}
