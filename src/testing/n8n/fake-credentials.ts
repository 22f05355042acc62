import { z } from 'zod';

import { Refused } from './fake-answers.ts';
import type { FakeCredential, FakeEstate } from './fake-estate.ts';

type Field = { readonly type: string; readonly enum?: readonly string[] };

const text: Field = { type: 'string' };
/** What n8n adds to each type that HTTP nodes take. */
const domains: Readonly<Record<string, Field>> = {
  allowedHttpRequestDomains: { type: 'string', enum: ['all', 'domains', 'none'] },
  allowedDomains: text,
};

/** Fields of the types that the fake knows, as n8n 2.40.7 says. */
const fields: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  httpHeaderAuth: { name: text, value: text, useCustomAuth: { type: 'notice' }, ...domains },
  httpBasicAuth: { user: text, password: text, ...domains },
  githubApi: { server: text, user: text, accessToken: text, ...domains },
  telegramApi: { accessToken: text, baseUrl: text },
};

const change = z.object({
  data: z.record(z.string(), z.unknown()),
  isPartialData: z.boolean().optional(),
});

/** Answers `GET /credentials/schema/{type}`. */
export function credentialSchema(type: string): object {
  return { additionalProperties: false, type: 'object', properties: fieldsOf(type), required: [] };
}

/** Does what `PATCH /credentials/{id}` asks for: adds to what it holds, or replaces it all. */
export function changeCredential(estate: FakeEstate, id: string, body: unknown): FakeCredential {
  const held = estate.credential(id);
  const { data, isPartialData = false } = change.parse(body);
  const known = fieldsOf(held.type);
  for (const [name, value] of Object.entries(data)) {
    const field = known[name];
    if (!field) {
      throw new Refused(
        400,
        `request.body.data is not allowed to have the additional property "${name}"`,
      );
    }
    if (field.enum && !field.enum.some((one) => one === value)) {
      throw new Refused(400, `request.body.data is not one of enum values: ${field.enum.join()}`);
    }
  }
  return estate.keepCredential({ ...held, data: isPartialData ? { ...held.data, ...data } : data });
}

function fieldsOf(type: string): Readonly<Record<string, Field>> {
  const known = fields[type];
  if (!known) throw new Refused(404, 'Not Found');
  return known;
}

const allowed = z.looseObject({
  allowedHttpRequestDomains: z.string().default('all'),
  allowedDomains: z.string().default(''),
});

/** Whether an HTTP node may send what it holds to this host. */
export function maySend(held: Readonly<Record<string, unknown>>, url: string): boolean {
  const { allowedHttpRequestDomains: may, allowedDomains } = allowed.parse(held);
  if (may === 'none') return false;
  if (may === 'all') return true;
  const host = new URL(url).hostname;
  return allowedDomains.split(',').some((one) => one.trim() === host);
}
