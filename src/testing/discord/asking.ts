import type { FakeDiscord } from './fake-discord.ts';
import { isRaw } from './limits.ts';

/** What came back, as far as tests look at it. */
export type Got = {
  readonly status: number;
  readonly json: unknown;
  /** Discord's number of what is wrong. */
  readonly code: unknown;
  /** Where something was wrong, and its code: `components.0.custom_id BASE_TYPE_REQUIRED`. */
  readonly wrong: readonly string[];
};

/** Calls the fake as an app does that has no library, so that what is wrong can be sent. */
export async function asks(
  fake: FakeDiscord,
  call: string,
  body?: unknown,
  more: { readonly token?: string; readonly form?: FormData } = {},
): Promise<Got> {
  const [method = 'GET', path = '/'] = call.split(' ');
  const { token = fake.token, form } = more;
  const answer = await fetch(`${fake.apiUrl}/v10${path}`, {
    method,
    headers: {
      authorization: `Bot ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(form === undefined ? {} : { body: form }),
  });
  const text = await answer.text();
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  const { code, errors } = isRaw(json) ? json : {};
  return { status: answer.status, json, code, wrong: wrongIn(errors, []) };
}

function wrongIn(errors: unknown, path: readonly string[]): readonly string[] {
  if (!isRaw(errors)) return [];
  return Object.entries(errors).flatMap(([step, below]) => {
    if (step !== '_errors') return wrongIn(below, [...path, step]);
    const said = Array.isArray(below) ? below : [];
    return said.map((one: unknown) =>
      [path.join('.'), isRaw(one) ? String(one['code']) : ''].join(' ').trim(),
    );
  });
}
