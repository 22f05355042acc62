import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { shippedRunbooks } from '../check-runbooks.ts';
import { makeComplete } from '../commands/complete.ts';
import { registry } from '../commands/registry.ts';
import { seenOf } from '../console-host.ts';
import { counts } from '../domain/factor.ts';
import { issueToken } from '../domain/person-tokens.ts';
import { Secret } from '../domain/secret.ts';
import type { Doors } from '../http/doors.ts';
import { startServer } from '../http/server.ts';
import { makeRecorder } from '../record/recorder.ts';
import { previewsOf } from '../runbook-previews.ts';
import { runbooksIn } from '../runbooks/load.ts';
import type { Runbooks } from '../runbooks/runbook.ts';
import type { LinkedGate } from '../sign-in.ts';
import { makeGate } from '../sign-in.ts';
import type { Bot } from './bot.ts';
import { scriptedEntrance } from './shell.ts';

/** A bot's console on a real server on loopback. */
export type TestConsole = {
  readonly url: string;
  readonly gate: LinkedGate;
  readonly failures: readonly unknown[];
  /** A browser that is signed in as this person. */
  readonly browser: (handle: string) => Promise<TestBrowser>;
  readonly close: () => Promise<void>;
};

/** What a browser does, without its script: it keeps a cookie and says where a form came from. */
export type TestBrowser = {
  readonly cookie: () => string;
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Response>;
  readonly post: (
    path: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Response>;
};

/** Starts the console of a bot; close it at the end. @param everyMs between two looks of a stream */
export async function aConsole(
  night: Bot,
  doors?: Doors,
  everyMs = 20,
  runbooks: Runbooks = runbooksIn(shippedRunbooks, (text) => makeRecorder().sha256(text)),
): Promise<TestConsole> {
  const { store, clock } = night;
  const recorder = makeRecorder();
  const gate = makeGate({
    store,
    recorder,
    now: clock.now,
    newId: randomUUID,
    newNonce: () => randomUUID(),
  });
  const failures: unknown[] = [];
  const names = new Set(registry.map(({ name }) => name));
  const server = await startServer({
    port: 0,
    ...(doors ? { doors } : {}),
    instanceId: store.instance.id,
    entrance: scriptedEntrance({}),
    console: {
      gate,
      dispatch: night.dispatch,
      factor: {
        hasOne: async (person) => (await store.factors.of(person.id)).some(counts),
        enrol: async (person) =>
          (await night.stepUp.enrol({ person, source: 'console', now: clock.now() })).secret,
        confirm: (person, code) =>
          night.stepUp.confirm({ person, source: 'console', now: clock.now() }, code),
      },
      complete: makeComplete({ commands: registry, store, now: clock.now }),
      knows: (command) => names.has(command),
      incident: (name, viewer) => store.incidents.byName(name, viewer),
      runbooks: () => previewsOf(runbooks),
      newestEvent: async (incident) => (await store.timeline.latest(incident, 1))[0]?.seq ?? 0,
      seenOf: (incident) => seenOf(store, incident),
      now: clock.now,
      newId: randomUUID,
      wait: (_ms, signal) => pause(everyMs, undefined, { signal }),
    },
    onFailure: (error) => {
      failures.push(error);
      return 'ref-1';
    },
  });
  const { url } = server;
  return {
    url,
    gate,
    failures,
    browser: async (handle) => {
      const person = await night.person(handle);
      const text = `fbt_${randomUUID()}`;
      const token = { id: randomUUID(), kind: 'cli', sha256: recorder.sha256(text) } as const;
      await store.save(issueToken(person, token, { person, source: 'cli', now: clock.now() }));
      const pass = { kind: 'token', secret: new Secret(text) } as const;
      const cookie = await gate.enter(pass, { userAgent: 'Test', before: undefined });
      return aBrowser(url, `firebreak-${new URL(url).port}=${cookie.reveal()}`);
    },
    close: () => server.close(),
  };
}

/** A browser with this cookie; redirects are not followed, so that tests see them. */
export function aBrowser(url: string, cookie = ''): TestBrowser {
  let kept = cookie;
  const send = async (path: string, init: RequestInit) => {
    const answer = await fetch(`${url}${path}`, { redirect: 'manual', ...init });
    const [set] = answer.headers.getSetCookie();
    if (set !== undefined) kept = set.split(';')[0] ?? '';
    return answer;
  };
  return {
    cookie: () => kept,
    get: (path, headers = {}) => send(path, { headers: { cookie: kept, ...headers } }),
    post: (path, form, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { cookie: kept, origin: url, ...headers },
        body: new URLSearchParams(form),
      }),
  };
}
