/** What the fake answers: JSON or text, with a status. */
export type Answer = {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A refusal in n8n's own words; the public API answers nothing but its message. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refused';
    this.status = status;
  }
}

/** n8n's page for errors that none of its handlers expects. */
export function errorPage(message: string): Answer {
  const escaped = message.replaceAll('"', '&quot;');
  return {
    status: 500,
    contentType: 'text/html; charset=utf-8',
    text: `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>ResponseError: ${escaped}<br> &nbsp; &nbsp;at somewhere</pre>\n</body>\n</html>\n`,
  };
}

/** One page of a list, as workflows, credentials and users are paged: by offset. */
export function pageByOffset(
  items: readonly unknown[],
  query: URLSearchParams,
): { readonly data: readonly unknown[]; readonly nextCursor: string | null } {
  const cursor = cursorOf(query);
  const limit = cursor?.limit ?? limitOf(query);
  const offset = cursor?.offset ?? 0;
  const next = offset + limit;
  const more = next < items.length && limit > 0;
  return {
    data: items.slice(offset, next),
    nextCursor: more ? cursorText({ limit, offset: next }) : null,
  };
}

/** n8n cuts a limit above its maximum without a word. */
export function limitOf(query: URLSearchParams): number {
  const given = query.get('limit');
  if (given === null) return 100;
  if (!/^-?\d+$/.test(given)) {
    throw new Refused(400, 'request/query/limit Param `limit` must be a valid integer');
  }
  if (Number(given) < 0) {
    throw new Refused(400, 'request/query/limit Param `limit` must be a non-negative integer');
  }
  return Math.min(Number(given), 250);
}

/** The page mark that n8n hands out: base64 of a small JSON object. */
export function cursorText(mark: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(mark)).toString('base64');
}

/** What a page mark says. @throws Refused when it is not one */
export function cursorOf(
  query: URLSearchParams,
): { readonly limit: number; readonly offset?: number; readonly lastId?: string } | undefined {
  const given = query.get('cursor');
  if (given === null || given === '') return undefined;
  try {
    const mark: unknown = JSON.parse(Buffer.from(given, 'base64').toString());
    if (typeof mark === 'object' && mark !== null && 'limit' in mark) {
      const limit = Number(mark.limit);
      if ('lastId' in mark) return { limit, lastId: String(mark.lastId) };
      if ('offset' in mark) return { limit, offset: Number(mark.offset) };
    }
  } catch {
    // Falls through to n8n's one answer for every broken cursor.
  }
  throw new Refused(400, 'An invalid cursor was provided');
}
