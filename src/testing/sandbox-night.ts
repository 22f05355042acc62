import { z } from 'zod';

import { Trouble } from '../platforms/sandbox/trouble.ts';
import type { SandboxBot } from './sandbox-bot.ts';
import { sandboxBot } from './sandbox-bot.ts';

/** A night on which one workflow of the shop is to be contained: P-1 of INC-1 is made. */
export type Night = SandboxBot & {
  /** The id of the workflow. */
  readonly id: string;
  /** How the timeline calls it: `w10 “Address cleanup”`. */
  readonly what: string;
  /** What goes wrong in the shop. */
  readonly trouble: Trouble;
  /** Says a line that makes work for a plan, and works at it until it has ended. */
  readonly carryOut: (line: string, plan?: string) => Promise<void>;
  /** What the timeline says, from the first entry that holds these words. */
  readonly wordsFrom: (words: string) => Promise<readonly string[]>;
};

const events = z.object({
  events: z.array(z.object({ text: z.string().default('') })),
});

const hits = z.object({ hits: z.array(z.object({ ref: z.string() })) });

/** @param name of the workflow */
export async function aNight(name: string): Promise<Night> {
  const bot = await sandboxBot();
  const found = (await bot.estate('shop').look()).workflows().find((one) => one.name === name);
  if (!found) throw new Error(`The shop has no workflow ${name}.`);
  await bot.see('declare Customers leak to a stranger severity:sev2');
  const { data: list } = await bot.see(`scope find name:"${name}"`);
  const [hit] = hits.parse(list).hits;
  await bot.see(`contain plan name:"${name}"`);
  return {
    ...bot,
    id: found.id,
    what: `${hit?.ref} “${name}”`,
    trouble: new Trouble(bot.estate('shop')),
    carryOut: async (line, plan = 'P-1') => {
      await bot.see(line);
      await bot.work(plan);
    },
    wordsFrom: async (words) => {
      const { data } = await bot.see('log show 100');
      const texts = events.parse(data).events.map(({ text }) => text);
      const first = texts.findIndex((text) => text.includes(words));
      return texts.slice(first);
    },
  };
}

/** How the timeline offers to archive a workflow that did not go off. @param what from `aNight` */
export function leftToTry(what: string): string {
  return `Left to try: archive it, with \`contain plan ${what.split(' ')[0] ?? ''} else:archive\`.`;
}

/** The last word on a plan of one workflow that is not as it was to be. @param what from `aNight` */
export function endedAgainst(what: string, plan = 'P-1', held = 'contained'): string {
  return endedWith(
    plan,
    `${what.split(' ')[0] ?? ''} is NOT ${held}: the platform was seen to say otherwise.`,
  );
}

/** The last word on a plan whose one workflow was shut and goes on running. */
export function endedRunning(what: string): string {
  const ref = what.split(' ')[0] ?? '';
  return endedWith(
    'P-1',
    `${ref} is NOT contained: its executions could not be stopped, and may go on.`,
  );
}

function endedWith(plan: string, words: string): string {
  return `${plan} has ended for 1 workflow: 1 contradicted. ${words} \`contain status ${plan}\` tells what is left to try.`;
}
