import { randomUUID } from 'node:crypto';

import { shippedPolicy } from '../approval-policy.ts';
import { makeOrAsk } from '../commands/ask-another.ts';
import type { View } from '../domain/reply.ts';
import type { MakeOrAsk } from '../domain/security-leave.ts';
import type { Recorder } from '../record/record.ts';
import type { Store } from '../store/store.ts';
import type { Bot } from './bot.ts';

/** Says as one admin what another one must agree to, and agrees as the other. */
export async function onTheWordOfTwo(
  { see }: Pick<Bot, 'see'>,
  line: string,
  by: { readonly asks: string; readonly agrees: string } = { asks: 'root', agrees: 'operator' },
): Promise<View> {
  return await see(`request approve ${await askedBy({ see }, line, by.asks)}`, by.agrees);
}

/** The name of the request that a line makes. */
export async function askedBy(
  { see }: Pick<Bot, 'see'>,
  line: string,
  admin = 'root',
): Promise<string> {
  const { title } = await see(line, admin);
  const [name] = /^S-\d+/.exec(title) ?? [];
  if (name === undefined) throw new Error(`“${line}” asked nobody: ${title}`);
  return name;
}

/** Makes what loosens security, or asks another admin, as the running instance does. */
export function orAskIn({
  store,
  recorder,
}: {
  readonly store: Store;
  readonly recorder: Recorder;
}): MakeOrAsk {
  const asking = {
    store,
    recorder,
    policy: shippedPolicy,
    newId: randomUUID,
    newNonce: randomUUID,
  };
  return (by, wanted, make) => makeOrAsk(asking, by, wanted, make);
}
