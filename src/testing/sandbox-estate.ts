import { sandboxKey } from '../domain/connection.ts';
import { Secret } from '../domain/secret.ts';
import type { SandboxAddress } from '../platforms/sandbox/address.ts';
import type { Estate } from '../platforms/sandbox/estate.ts';
import type { WorkflowNow } from '../platforms/sandbox/model.ts';
import { openEstate } from '../platforms/sandbox/open.ts';
import { Sandbox } from '../platforms/sandbox/sandbox.ts';
import { memoryStorage } from '../platforms/sandbox/storage.ts';
import { Trouble } from '../platforms/sandbox/trouble.ts';
import { testFingerprint } from './n8n/sample-nodes.ts';
import type { TestClock } from './store.ts';
import { aClock } from './store.ts';

/** An estate in memory on a clock that stands still, with an account on it. */
export type TestEstate = {
  readonly clock: TestClock;
  readonly estate: Estate;
  /** What goes wrong on it. */
  readonly trouble: Trouble;
  readonly platform: Sandbox;
  /** The workflow of a name, as it stands now. */
  readonly named: (name: string) => Promise<WorkflowNow>;
};

export function anEstate(given: Partial<SandboxAddress> = {}): TestEstate {
  const clock = aClock();
  const estate = openEstate(
    { estate: 'shop', seed: 1, size: 0, ...given },
    memoryStorage(clock.now()),
    {
      now: clock.now,
      wait: (ms, signal) => {
        signal?.throwIfAborted();
        clock.forward(ms);
        return Promise.resolve();
      },
      limits: { withinMs: 60, bodyBytes: 64 * 1024 },
    },
  );
  return {
    clock,
    estate,
    trouble: new Trouble(estate),
    platform: new Sandbox({
      estate,
      key: new Secret(sandboxKey),
      fingerprint: testFingerprint,
    }),
    named: async (name) => {
      const found = (await estate.look()).workflows().find((one) => one.name === name);
      if (!found) throw new Error(`There is no workflow ${name}.`);
      return found;
    },
  };
}
