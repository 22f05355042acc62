import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import type { Answer } from './fake-answers.ts';
import { Refused } from './fake-answers.ts';
import type { FakeWorkflows } from './fake-workflows.ts';

/** Who may sign in to the fake's editor: the owner. */
export const editorUser = { email: 'olivia@acme.test', password: 'For-tests-only-1' };

const login = z.object({ emailOrLdapLoginId: z.string(), password: z.string() });

/** What n8n serves its own editor, as far as Firebreak asks for it: a sign-in and one look (2.40.7). */
export class FakeEditor {
  readonly #workflows: FakeWorkflows;
  readonly #cookies = new Set<string>();
  /** The role of the user who signs in. */
  role = 'global:owner';
  /** The user has a second factor. */
  asksSecondFactor = false;

  constructor(workflows: FakeWorkflows) {
    this.#workflows = workflows;
  }

  /** Ends every session, as a change of the password does. */
  endSessions(): void {
    this.#cookies.clear();
  }

  /** @param call.path below `/rest` */
  answer(call: {
    readonly method: string;
    readonly path: string;
    readonly cookie: string | undefined;
    readonly body: unknown;
  }): Answer {
    if (call.method === 'POST' && call.path === '/login') return this.#login(call.body);
    const cookie = /(?:^|;\s*)n8n-auth=([^;]+)/.exec(call.cookie ?? '')?.[1];
    if (cookie === undefined || !this.#cookies.has(cookie)) {
      return { status: 401, json: { status: 'error', message: 'Unauthorized' } };
    }
    const id = /^\/workflows\/([^/]+)\/publication-status$/.exec(call.path)?.[1];
    if (call.method !== 'GET' || id === undefined) return { status: 404, text: 'Cannot GET' };
    try {
      return { status: 200, json: { data: this.#workflows.publicationOf(id) } };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return refused(404, 404, `Workflow with ID "${id}" does not exist`);
    }
  }

  #login(body: unknown): Answer {
    const given = login.safeParse(body);
    if (!given.success || !given.data.emailOrLdapLoginId.includes('@')) {
      return refused(400, 400, 'Invalid email address');
    }
    const { emailOrLdapLoginId: email, password } = given.data;
    if (email !== editorUser.email || password !== editorUser.password) {
      return refused(401, 401, 'Wrong username or password. Do you have caps lock on?');
    }
    if (this.asksSecondFactor) return refused(401, 998, 'MFA Error');
    const cookie = `fake.${randomUUID()}`;
    this.#cookies.add(cookie);
    const set = `n8n-auth=${cookie}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax`;
    const json = { data: { email, role: this.role } };
    return { status: 200, json, headers: { 'set-cookie': set } };
  }
}

function refused(status: number, code: number, message: string): Answer {
  return { status, json: { code, message } };
}
