/** Containing many workflows, by Firebreak and by a script, in turns and watched from outside. */
import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';

import { z } from 'zod';

import type { Installed } from './contain-firebreak.ts';
import { startOutside } from './contain-outside.ts';
import type { Found, Outside } from './contain-outside.ts';
import { median, print, timed, verdict } from './measure.ts';

/** What is contained, and how it is put back for the next run. */
export type Ground = {
  /** Active workflows, each with an address that anyone may call. */
  readonly targets: readonly { readonly id: string; readonly url: string }[];
  /** The raw script of this folder, and its order. */
  readonly script: { readonly file: string; readonly order: object };
  /** What an undo must bring back exactly. */
  readonly activation: () => Promise<unknown>;
  /** Switches all of them on again, and resolves once all answer. */
  readonly switchOn: () => Promise<void>;
};

/** One side of a pair; times in ms since it was told to begin. */
type Run = {
  /** The platform took the last switch-off. */
  readonly written: number;
  /** The last claim that one is off was found true from outside. */
  readonly outside: number;
  /** It claimed the last one, and had nothing more to do. */
  readonly ended: number;
  /** Claims that were false when they were made. */
  readonly lies: number;
};

/** Takes down what happens in one run, and has every claim checked. */
class Watch {
  readonly #outside: Outside;
  readonly #urls: ReadonlyMap<string, string>;
  readonly #from = Date.now();
  readonly #claims = new Map<string, Promise<Found>>();
  #written = 0;

  constructor(outside: Outside, { targets }: Ground) {
    this.#outside = outside;
    this.#urls = new Map(targets.map(({ id, url }) => [id, url]));
  }

  wrote(at: number): void {
    this.#written = Math.max(this.#written, at - this.#from);
  }

  claimed(id: string): void {
    const url = this.#urls.get(id);
    if (url === undefined) throw new Error(`Nobody asked for ${id}.`);
    if (!this.#claims.has(id)) this.#claims.set(id, this.#outside.claim(url));
  }

  /** @throws Error unless all were claimed */
  async end(): Promise<Run> {
    const ended = Date.now() - this.#from;
    const found = await Promise.all(this.#claims.values());
    const all = this.#urls.size;
    if (found.length !== all) throw new Error(`${found.length} of ${all} were claimed.`);
    const outside = Math.max(...found.map(({ at }) => at - this.#from));
    const lies = found.filter(({ wasAlive }) => wasAlive).length;
    return { written: this.#written, outside, ended, lies };
  }
}

/**
 * Measures pairs and prints them. Who begins takes turns: a platform may grow slower with each time that
 * its workflows were published, which would be held against whoever is always second.
 *
 * @throws Error when an undo leaves another activation than there was */
export async function measurePairs(
  label: string,
  pairs: number,
  ground: Ground,
  firebreak: Installed,
): Promise<void> {
  const outside = startOutside();
  try {
    const original = await ground.activation();
    const kept: { raw: Run; ours: Run }[] = [];
    await firebreak.say('declare Measured severity:sev2');
    print(`\n${label}: ${ground.targets.length} workflows, ${pairs} pairs in turns`);
    for (let pair = 1; pair <= pairs; pair += 1) {
      const isOursFirst = pair % 2 === 0;
      const byOurs = async () => await andUndone(outside, { ground, firebreak, original });
      const early = isOursFirst ? await byOurs() : undefined;
      const raw = await byScriptAndBack(outside, ground);
      kept.push({ raw, ours: early ?? (await byOurs()) });
    }
    summarise(kept);
  } finally {
    await outside.stop();
  }
}

async function byScriptAndBack(outside: Outside, ground: Ground): Promise<Run> {
  await callEach(ground);
  const raw = await byScript(outside, ground);
  show('raw script', raw);
  await ground.switchOn();
  return raw;
}

type Undone = {
  readonly ground: Ground;
  readonly firebreak: Installed;
  readonly original: unknown;
};

async function andUndone(outside: Outside, { ground, firebreak, original }: Undone): Promise<Run> {
  await callEach(ground);
  const ours = await byFirebreak(outside, ground, firebreak);
  show('Firebreak', ours);
  const undo = await timed(() => firebreak.untilEnded(`contain undo ${ours.plan}`));
  if (!isDeepStrictEqual(await ground.activation(), original)) {
    throw new Error('The undo left another activation than there was.');
  }
  print(`  undo         ${seconds(undo)}, activation exactly as it was`);
  return ours;
}

function summarise(kept: readonly { raw: Run; ours: Run }[]): void {
  const lies = kept.reduce((sum, { ours }) => sum + ours.lies, 0);
  const ratio = (of: (run: Run) => number) =>
    median(kept.map(({ raw, ours }) => of(ours) / of(raw)));
  const verified = ratio((run) => run.outside);
  print(`last write                     ${ratio((run) => run.written).toFixed(2)} ×`);
  print(`verified from outside          ${verdict(verified, { atMost: 1.05 })}`);
  print(`nothing more to do             ${ratio((run) => run.ended).toFixed(2)} ×`);
  print(`claims that were false         ${lies} (budget 0: ${lies === 0 ? 'kept' : 'MISSED'})`);
}

function show(who: string, { written, outside, ended, lies }: Run): void {
  const [load = 0] = loadavg();
  print(
    `  ${who.padEnd(12)} last write ${seconds(written)}, verified from outside ` +
      `${seconds(outside)}, ended ${seconds(ended)}, false claims ${lies} (load ${load.toFixed(1)})`,
  );
}

/** Each once, so that there are executions to look at, as on a platform that is in use. */
async function callEach({ targets }: Ground): Promise<void> {
  for (const { url } of targets) {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${url} answered ${answer.status} before anything was done.`);
  }
}

const event = z.object({
  what: z.enum(['ready', 'wrote', 'verified', 'drifted', 'done']),
  id: z.string(),
  at: z.number(),
});

async function byScript(outside: Outside, ground: Ground): Promise<Run> {
  const script = spawn(process.execPath, [join(import.meta.dirname, ground.script.file)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = createInterface({ input: script.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await said.next();
    if (done === true) throw new Error('The raw script ended before it was done.');
    return event.parse(JSON.parse(value));
  };
  // It has started before its time runs, as Firebreak has.
  await next();
  const watch = new Watch(outside, ground);
  script.stdin.end(JSON.stringify(ground.script.order));
  for (;;) {
    const { what, id, at } = await next();
    if (what === 'drifted') throw new Error('One was off before.');
    if (what === 'wrote') watch.wrote(at);
    if (what === 'verified') watch.claimed(id);
    if (what === 'done') return watch.end();
  }
}

async function byFirebreak(
  outside: Outside,
  ground: Ground,
  { say, sync, untilEnded }: Installed,
): Promise<Run & { readonly plan: string }> {
  await sync();
  let plan = '';
  const planning = await timed(async () => {
    plan = planNamed(await say('contain plan active:true'));
  });
  print(`  plan         ${seconds(planning)}`);
  await say(`contain approve ${plan} in:INC-1`, 'ben');
  const watch = new Watch(outside, ground);
  await untilEnded(`contain run ${plan}`, ({ lever, state, workflow, acceptedAt }) => {
    if (lever !== 'disable') return;
    if (acceptedAt) watch.wrote(acceptedAt.getTime());
    if (state === 'verified') watch.claimed(workflow);
  });
  return { plan, ...(await watch.end()) };
}

const planned = z.object({ data: z.object({ plan: z.object({ name: z.string() }) }) });

function planNamed(view: unknown): string {
  return planned.parse(view).data.plan.name;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
