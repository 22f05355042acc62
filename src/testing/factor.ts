import { Secret } from '../domain/secret.ts';
import { totp } from '../totp.ts';
import type { Bot } from './bot.ts';

const stepMs = 30_000;

/** An authenticator app in somebody's hand. */
export type App = {
  /** The next code that was not typed yet: the clock moves on one step first. */
  readonly next: () => Secret;
};

/** Gives a person a factor that counts, as they would get it. */
export async function enrolled(
  { stepUp, person, clock }: Pick<Bot, 'stepUp' | 'person' | 'clock'>,
  handle: string,
): Promise<App> {
  const by = { person: await person(handle), source: 'cli' } as const;
  const { secret: address } = await stepUp.enrol({ ...by, now: clock.now() });
  const key = new URL(address.reveal()).searchParams.get('secret');
  if (key === null) throw new Error('The address holds no secret.');
  const next = (): Secret => {
    clock.forward(stepMs);
    return totp.codeAt(new Secret(key), clock.now());
  };
  const code = next();
  await stepUp.confirm({ ...by, now: clock.now() }, code);
  return { next };
}
