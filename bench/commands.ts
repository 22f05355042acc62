/** Firebreak's commands on a store, for measuring: nothing around them but what they use. */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { shippedPolicy } from '../src/approval-policy.ts';
import type { Command, Dispatch } from '../src/commands/command.ts';
import { makeDispatch } from '../src/commands/dispatch.ts';
import { registry } from '../src/commands/registry.ts';
import { parseQuery } from '../src/query/parse.ts';
import { makeRecorder } from '../src/record/recorder.ts';
import { runbooksIn } from '../src/runbooks/load.ts';
import { makeStepUp } from '../src/step-up.ts';
import type { Store } from '../src/store/store.ts';
import { byHandOnly } from '../src/testing/by-hand-only.ts';

const shipped = join(import.meta.dirname, '../runbooks');
const recorder = makeRecorder();

/** 32 random bytes, base64url. */
export const newNonce = () => randomBytes(32).toString('base64url');

/** A failure that is nobody's mistake ends the benchmark. */
export function dispatchOn(store: Store, commands: readonly Command[] = registry): Dispatch {
  return makeDispatch({
    commands,
    context: {
      store,
      recorder,
      parseQuery,
      policy: shippedPolicy,
      prove: makeStepUp({ store, newId: randomUUID }).prove,
      wayOf: byHandOnly.wayOf,
      scenarios: { list: () => Promise.resolve([]) },
      runbooks: runbooksIn(shipped, (text) => recorder.sha256(text)),
      now: () => new Date(),
      newId: randomUUID,
      newNonce,
    },
    log: ({ error }) => {
      throw error;
    },
  });
}
