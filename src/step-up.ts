import type { Issued } from './cli/cli.ts';
import type { Prove } from './commands/command.ts';
import type { Factor } from './domain/factor.ts';
import { counts, enrolFactor, takeCode, waits } from './domain/factor.ts';
import type { Decider } from './domain/plan-change.ts';
import type { View } from './domain/reply.ts';
import type { Secret } from './domain/secret.ts';
import { UserError } from './errors.ts';
import type { Store } from './store/store.ts';
import { totp } from './totp.ts';

/** What an authenticator app writes above the codes. */
const issuer = 'Firebreak';

/** Takes codes, and leads through getting a factor. */
export type StepUp = {
  readonly prove: Prove;
  /** A new factor; its address, for the app, is shown once. */
  readonly enrol: (by: Decider) => Promise<Issued>;
  /** Shows with a first code that the app has it. */
  readonly confirm: (by: Decider, code: Secret) => Promise<View>;
};

/** Step-up with codes of an authenticator app, kept in the store. */
export function makeStepUp({
  store,
  newId,
}: {
  readonly store: Store;
  readonly newId: () => string;
}): StepUp {
  const take = async (factor: Factor, by: Decider, code: Secret): Promise<void> => {
    const secret = await store.factors.secret(factor.id);
    const counter = secret && totp.counterOf(secret, code, by.now);
    const { refusal, ...change } = takeCode(factor, counter, by);
    // Stored before anything acts on it: of two who type one code at once the slower is refused.
    if (change.factors.length > 0) await store.save(change);
    if (refusal) throw refusal;
  };
  return {
    async prove(by, code) {
      const factor = (await store.factors.of(by.person.id)).find(counts);
      if (factor === undefined) throw noFactor();
      await take(factor, by, code);
      return factor.kind;
    },

    async enrol(by) {
      const id = newId();
      const change = enrolFactor(id, await store.factors.of(by.person.id), by);
      const { secret, uri } = totp.enrol(issuer, `@${by.person.handle}`);
      await store.save({ ...change, factorSecrets: [{ factor: id, secret }] });
      return {
        secret: uri,
        reply: view('A new factor, which counts once you have typed a code of it', [
          'Put this address into an authenticator app. It is shown once.',
        ]),
      };
    },

    async confirm(by, code) {
      const factor = (await store.factors.of(by.person.id)).find(waits);
      if (factor === undefined) {
        throw new UserError('conflict', 'No factor of yours waits for its first code.', {
          hint: 'One is made in the console, or in a shell: firebreak factor enrol',
        });
      }
      await take(factor, by, code);
      return view(`@${by.person.handle} can prove it is them with a code`, [
        'It is asked for where an act cannot be taken back, or one person acts alone on much.',
      ]);
    },
  };
}

/** @returns that somebody must get a factor first */
export function noFactor(): UserError {
  return new UserError('not_allowed', 'You have no factor, so no code of yours can be taken.', {
    hint: 'One is made in the console (Factor), or in a shell: firebreak factor enrol',
  });
}

function view(title: string, texts: readonly string[]): View {
  return {
    kind: 'view',
    title,
    blocks: texts.map((text) => ({ kind: 'text', text })),
    next: ['me factor'],
    audience: 'person',
    outcome: 'done',
    data: {},
  };
}
