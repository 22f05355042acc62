import type { IncomingMessage } from 'node:http';

import type { SentFile } from './check-message.ts';
import type { Raw } from './limits.ts';
import { badChoice, discordLimits, isRaw } from './limits.ts';
import { Refusal, refuseFor } from './refusal.ts';

/** One request that reached the fake, read. */
export type Call = {
  readonly method: string;
  /** Without `/api/v10` and the query, decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly json: unknown;
  readonly files: readonly SentFile[];
};

/** The body as an object; a list or nothing is an empty one. */
export function bodyOf({ json }: Call): Raw {
  return isRaw(json) ? json : {};
}

/** @throws Refusal for a body that is too large or no JSON, and for a file that is too large */
export async function readCall(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? '/', 'http://discord.test');
  const bytes = await bytesOf(request);
  const type = request.headers['content-type'] ?? '';
  const read = type.startsWith('multipart/form-data')
    ? await readForm(bytes, type)
    : { json: bytes.byteLength === 0 ? undefined : parsed(bytes.toString(), type), files: [] };
  return {
    method: request.method ?? 'GET',
    path: url.pathname.replace(/^\/api\/v10/, ''),
    query: url.searchParams,
    ...read,
  };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.byteLength;
    if (size <= discordLimits.requestBytes) chunks.push(chunk);
  }
  if (size > discordLimits.requestBytes) throw new Refusal(40_005);
  return Buffer.concat(chunks);
}

async function readForm(bytes: Buffer, type: string): Promise<Pick<Call, 'json' | 'files'>> {
  const answer = new Response(new Uint8Array(bytes), { headers: { 'content-type': type } });
  const form = await answer.formData();
  const files: SentFile[] = [];
  for (const [name, part] of form) {
    if (typeof part === 'string') continue;
    if (!/^files\[\d+\]$/.test(name)) refuseFor([badChoice([name], 'Files are called files[n].')]);
    if (part.size > discordLimits.fileBytes) throw new Refusal(40_005);
    files.push({ name: part.name, bytes: new Uint8Array(await part.arrayBuffer()) });
  }
  const payload = form.get('payload_json');
  return { json: typeof payload === 'string' ? parsed(payload, 'application/json') : {}, files };
}

function parsed(text: string, type: string): unknown {
  if (!type.startsWith('application/json')) throw new Refusal(50_109);
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(50_109);
  }
}
