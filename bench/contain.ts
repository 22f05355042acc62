/**
 * How long it takes until so many workflows of a real n8n are off and known to be, as a share of what the
 * best raw script takes (`contain-raw.ts`), in turns in one run. Budget: ≤ 1.05 for 500 workflows.
 *
 *   node bench/contain.ts [--workflows 500] [--pairs 3] [--raw-burst 100] [--only postgres|embedded]
 *     [--before-2.40]
 *
 * Whoever claims that a webhook is off is checked at once by somebody outside (`contain-outside.ts`)
 * who calls it. `--before-2.40` switches n8n's publication service off: then it unpublishes before it
 * answers. The first run installs n8n, which takes minutes. Not a part of `npm run bench`.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual, parseArgs } from 'node:util';

import { z } from 'zod';

import { activations } from '../src/testing/n8n/outside.ts';
import { responderScopes, startRealN8n } from '../src/testing/n8n/real-n8n.ts';
import { install } from './contain-firebreak.ts';
import type { Installed } from './contain-firebreak.ts';
import { startOutside } from './contain-outside.ts';
import type { Found, Outside } from './contain-outside.ts';
import { onEachDatabase, withStore } from './databases.ts';
import { median, print, timed, verdict } from './measure.ts';
import { addressOf, callEach, plantWebhooks, publishAgain } from './n8n-webhooks.ts';
import type { Hook } from './n8n-webhooks.ts';

const { values } = parseArgs({
  options: {
    workflows: { type: 'string', default: '500' },
    pairs: { type: 'string', default: '3' },
    'raw-burst': { type: 'string', default: '100' },
    only: { type: 'string', default: 'postgres' },
    'before-2.40': { type: 'boolean', default: false },
  },
});
const count = Number(values.workflows);
const pairs = Number(values.pairs);
const rawBurst = Number(values['raw-burst']);

/** One side of a pair; times in ms since it was told to begin. */
type Run = {
  /** n8n took the last switch-off. */
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
  readonly #baseUrl: string;
  readonly #from = Date.now();
  readonly #claims: Promise<Found>[] = [];
  #written = 0;

  constructor(outside: Outside, baseUrl: string) {
    this.#outside = outside;
    this.#baseUrl = baseUrl;
  }

  wrote(at: number): void {
    this.#written = Math.max(this.#written, at - this.#from);
  }

  claimed(path: string): void {
    this.#claims.push(this.#outside.claim(addressOf(this.#baseUrl, path)));
  }

  /** @throws Error unless as many as wanted were claimed */
  async end(wanted: number): Promise<Run> {
    const ended = Date.now() - this.#from;
    const found = await Promise.all(this.#claims);
    if (found.length !== wanted) throw new Error(`${found.length} of ${wanted} were verified.`);
    const outside = Math.max(...found.map(({ at }) => at - this.#from));
    const lies = found.filter(({ wasAlive }) => wasAlive).length;
    return { written: this.#written, outside, ended, lies };
  }
}

const event = z.object({
  what: z.enum(['ready', 'wrote', 'verified', 'drifted', 'done']),
  id: z.string(),
  at: z.number(),
});

const outside = startOutside();
const n8n = await startRealN8n({ publicationService: !values['before-2.40'] });
const folder = await mkdtemp(join(tmpdir(), 'fb-contain-raw-'));
try {
  const key = await n8n.apiKey(responderScopes);
  const from = performance.now();
  const hooks = await plantWebhooks(n8n, count);
  print(`${count} active workflows took ${seconds(performance.now() - from)} to make.`);
  await onEachDatabase(
    (database) =>
      withStore(
        database,
        () => new Date(),
        async (store) => {
          const firebreak = await install(store, {
            kind: 'n8n',
            baseUrl: n8n.baseUrl,
            secret: key,
          });
          await measure(database.label, { hooks, key, firebreak });
        },
      ),
    values.only,
  );
} finally {
  await outside.stop();
  await n8n.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measure(label: string, given: { hooks: Hook[]; key: string; firebreak: Installed }) {
  const { hooks, key, firebreak } = given;
  const original = await activations(n8n.api);
  const kept: { raw: Run; ours: Run }[] = [];
  await firebreak.say('declare Measured severity:sev2');
  print(`\n${label}: ${count} workflows, ${pairs} pairs in turns`);
  for (let pair = 1; pair <= pairs; pair += 1) {
    await callEach(n8n.baseUrl, hooks);
    const raw = await byScript(hooks, key);
    show('raw script', raw);
    await publishAgain(n8n, hooks, original);
    await callEach(n8n.baseUrl, hooks);
    const ours = await byFirebreak(hooks, firebreak);
    show('Firebreak', ours);
    kept.push({ raw, ours });
    const undo = await timed(() => firebreak.untilEnded(`contain undo ${ours.plan}`));
    if (!isDeepStrictEqual(await activations(n8n.api), original)) {
      throw new Error('The undo left another activation than there was.');
    }
    print(`  undo, by version             ${seconds(undo)}, activation as it was`);
  }
  const lies = kept.reduce((sum, { ours }) => sum + ours.lies, 0);
  const ratio = (of: (run: Run) => number) =>
    median(kept.map(({ raw, ours }) => of(ours) / of(raw)));
  print(`last write                     ${ratio((run) => run.written).toFixed(2)} ×`);
  print(
    `verified from outside          ${verdict(
      ratio((run) => run.outside),
      { atMost: 1.05 },
    )}`,
  );
  print(`nothing more to do             ${ratio((run) => run.ended).toFixed(2)} ×`);
  print(`claims that were false         ${lies} (budget 0: ${lies === 0 ? 'kept' : 'MISSED'})`);
}

function show(who: string, { written, outside: off, ended, lies }: Run): void {
  const [load = 0] = loadavg();
  print(
    `  ${who.padEnd(12)} last write ${seconds(written)}, verified from outside ${seconds(off)}, ` +
      `ended ${seconds(ended)}, false claims ${lies} (load ${load.toFixed(1)})`,
  );
}

async function byScript(hooks: readonly Hook[], key: string): Promise<Run> {
  const script = spawn(process.execPath, [join(import.meta.dirname, 'contain-raw.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const paths = new Map(hooks.map(({ id, path }) => [id, path]));
  const lines = createInterface({ input: script.stdout });
  const said = lines[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await said.next();
    if (done === true) throw new Error('The raw script ended before it was done.');
    return event.parse(JSON.parse(value));
  };
  // It has started before its time runs, as Firebreak has.
  await next();
  const watch = new Watch(outside, n8n.baseUrl);
  script.stdin.end(JSON.stringify({ baseUrl: n8n.baseUrl, key, folder, burst: rawBurst, hooks }));
  for (;;) {
    const { what, id, at } = await next();
    if (what === 'drifted') throw new Error('One was off before.');
    if (what === 'wrote') watch.wrote(at);
    if (what === 'verified') watch.claimed(paths.get(id) ?? '');
    if (what === 'done') return watch.end(hooks.length);
  }
}

async function byFirebreak(hooks: readonly Hook[], { say, sync, untilEnded }: Installed) {
  const paths = new Map(hooks.map(({ id, path }) => [id, path]));
  await sync();
  let name = '';
  const planning = await timed(async () => {
    name = planNamed(await say('contain plan active:true'));
  });
  print(`  plan of ${hooks.length}                  ${seconds(planning)}`);
  await say(`contain approve ${name} in:INC-1`, 'ben');
  const watch = new Watch(outside, n8n.baseUrl);
  const claimed = new Set<string>();
  await untilEnded(`contain run ${name}`, ({ lever, state, workflow, acceptedAt }) => {
    if (lever !== 'disable') return;
    if (acceptedAt) watch.wrote(acceptedAt.getTime());
    if (state !== 'verified' || claimed.has(workflow)) return;
    claimed.add(workflow);
    watch.claimed(paths.get(workflow) ?? '');
  });
  return { plan: name, ...(await watch.end(hooks.length)) };
}

function planNamed(view: unknown): string {
  return z.object({ data: z.object({ plan: z.object({ name: z.string() }) }) }).parse(view).data
    .plan.name;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
