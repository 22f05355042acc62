import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

import { installN8n } from './install.ts';
import { invitePerson } from './invite.ts';
import { N8nApi } from './n8n-api.ts';
import { launchServer } from './server-process.ts';

const callWithinMs = 30_000;

/** What Firebreak asks of its API key, and no more: it cannot delete anything. */
export const responderScopes = [
  'workflow:list',
  'workflow:read',
  'workflow:activate',
  'workflow:deactivate',
  'execution:list',
  'execution:read',
  'execution:stop',
  'credential:list',
  'user:list',
] as const;

/** A real n8n of its own, on loopback, with an owner; nothing is in it yet. */
export type RealN8n = {
  readonly baseUrl: string;
  /** Makes an API key of the owner, with every scope the role allows unless some are named. */
  apiKey(scopes?: readonly string[]): Promise<string>;
  /** Somebody new who has accepted an invitation: who, and the id of their own project. */
  newPerson(email: string): Promise<{ readonly id: string; readonly project: string }>;
  /** The public API with an owner's key that may do everything. */
  readonly api: N8nApi;
  /** A call to the editor's own `/rest` with the owner's session; answers what is in `data`. */
  editor(method: string, path: string, body?: unknown): Promise<unknown>;
  /** The newest part of what n8n printed. */
  log(): string;
  /** Ends n8n and removes what it stored. */
  stop(): Promise<void>;
};

/**
 * Starts a real n8n for a test, installing it first when this machine has none.
 *
 * @param options.publicationService false makes unpublishing synchronous, as it was before 2.40
 * @param options.env                further settings of n8n
 */
export async function startRealN8n(
  options: {
    readonly publicationService?: boolean;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<RealN8n> {
  const installation = await installN8n((line) => process.stderr.write(`${line}\n`));
  const userFolder = await mkdtemp(join(tmpdir(), 'firebreak-n8n-'));
  const removeFolder = (): Promise<void> => rm(userFolder, { recursive: true, force: true });
  try {
    const publication = options.publicationService ?? true;
    const server = await launchServer({
      installation,
      userFolder,
      env: { N8N_USE_WORKFLOW_PUBLICATION_SERVICE: String(publication), ...options.env },
    });
    const stop = async (): Promise<void> => {
      await server.stop();
      await removeFolder();
    };
    try {
      const editor = await setUpOwner(server.baseUrl);
      const apiKey = keyMaker(editor);
      const api = new N8nApi(server.baseUrl, await apiKey());
      const { baseUrl } = server;
      const newPerson = async (email: string) => invitePerson(baseUrl, await apiKey(), email);
      return { baseUrl, apiKey, newPerson, api, editor, log: () => server.log(), stop };
    } catch (error) {
      await server.stop();
      throw error;
    }
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

async function setUpOwner(baseUrl: string): Promise<RealN8n['editor']> {
  const answer = await fetch(`${baseUrl}/rest/owner/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      email: 'olivia@acme.test',
      firstName: 'Olivia',
      lastName: 'Owner',
      password: 'For-tests-only-1',
    }),
    signal: AbortSignal.timeout(callWithinMs),
  });
  if (!answer.ok) throw new Error(`n8n refused its owner: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
  const cookie = answer.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ');
  return async (method, path, body) => {
    const response = await fetch(`${baseUrl}/rest/${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(callWithinMs),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /rest/${path}: ${response.status} ${text}`);
    const parsed: unknown = text === '' ? {} : JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && 'data' in parsed ? parsed.data : parsed;
  };
}

function keyMaker(editor: RealN8n['editor']): RealN8n['apiKey'] {
  let made = 0;
  return async (scopes) => {
    made += 1;
    const answer = await editor('POST', 'api-keys', {
      label: `firebreak test ${made}`,
      scopes: scopes ?? (await editor('GET', 'api-keys/scopes')),
      expiresAt: null,
    });
    return z.object({ rawApiKey: z.string() }).parse(answer).rawApiKey;
  };
}
