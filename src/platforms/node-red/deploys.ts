import { PlatformError } from '../../errors.ts';
import type { Accepted } from '../platform.ts';
import type { NodeRedClient } from './client.ts';
import { hashesOf } from './definition.ts';
import { FlowFile } from './flow-file.ts';
import type { Tab } from './flow-file.ts';

/** What is deployed, and what the runtime makes of it: `start`, `stop` or `safe`. */
export type Deployed = {
  readonly file: FlowFile;
  readonly state: string | undefined;
  /** Later ones have higher numbers, over one connector. */
  readonly order: number;
  readonly readAt: Date;
};

/**
 * What to write of a tab's activation, or of its nodes' by id, or that it is so already.
 *
 * @throws PlatformError to refuse
 */
export type Decide = (
  file: FlowFile,
  tab: Tab,
) => boolean | null | ReadonlyMap<string, boolean | null> | 'already';

type Change = {
  readonly id: string;
  /** What it was decided on. */
  readonly seen: Deployed;
  /** Hash of the tab's content as it was seen: another one is somebody else's change. */
  readonly content: string;
  readonly decide: Decide;
  readonly resolve: (accepted: Accepted) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * How often a deploy is tried that somebody else’s comes before. One who deploys in a loop, three
 * hundred times a second, was outrun in one of thirty tries.
 */
export const deployTries = 60;
/** Of calls that serve several callers, hence are not given up when one of them is. */
const forAll = new AbortController().signal;

/**
 * Reads and deploys of one connector. Node-RED's flow file travels as a whole, so callers at once
 * share a read, and changes that come while a deploy is under way leave together with the next one:
 * 200 tabs one by one take 200 deploys, together one.
 */
export class Deploys {
  readonly #client: NodeRedClient;
  #reads = 0;
  #reading: Promise<Deployed> | undefined;
  #nextReading: Promise<Deployed> | undefined;
  #waiting: Change[] = [];
  #isDeploying = false;
  #latest: Deployed | undefined;

  constructor(client: NodeRedClient) {
    this.#client = client;
  }

  /** The newest that was read, or deployed from here. */
  get latest(): Deployed | undefined {
    return this.#latest;
  }

  /** What is deployed at this moment or later: a read that is under way already is not joined. */
  async read(signal: AbortSignal): Promise<Deployed> {
    if (signal.aborted) throw givenUp();
    this.#nextReading ??= this.#readAfter(this.#reading);
    return unlessGivenUp(this.#nextReading, signal);
  }

  /** Changes one tab on top of whatever is deployed, unless this very tab is what somebody changed. */
  async change(
    asked: Pick<Change, 'id' | 'seen' | 'decide'>,
    signal: AbortSignal,
  ): Promise<Accepted> {
    if (signal.aborted) throw givenUp();
    const { file } = asked.seen;
    const { content } = hashesOf(file, foundTab(file, asked.id));
    const done = new Promise<Accepted>((resolve, reject) => {
      this.#waiting.push({ ...asked, content, resolve, reject });
    });
    if (!this.#isDeploying) void this.#deployWaiting();
    return unlessGivenUp(done, signal);
  }

  async #readAfter(before: Promise<Deployed> | undefined): Promise<Deployed> {
    await before?.catch(() => undefined);
    const reading = this.#readNow();
    this.#reading = reading;
    this.#nextReading = undefined;
    return reading;
  }

  async #readNow(): Promise<Deployed> {
    const [file, state] = await Promise.all([
      this.#client.flows(forAll, this.#latest?.file),
      this.#client.state(forAll),
    ]);
    return this.#note(file, state);
  }

  #note(file: FlowFile, state: string | undefined): Deployed {
    this.#reads += 1;
    this.#latest = { file, state, order: this.#reads, readAt: this.#client.api.now() };
    return this.#latest;
  }

  async #deployWaiting(): Promise<void> {
    this.#isDeploying = true;
    // Whoever asks in the same turn goes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const together = new Map(this.#waiting.toReversed().map((one) => [one.id, one]));
      this.#waiting = this.#waiting.filter((one) => together.get(one.id) !== one);
      const changes = [...together.values()];
      try {
        await this.#deploy(changes);
      } catch (error) {
        for (const one of changes) one.reject(error);
      }
    }
    this.#isDeploying = false;
  }

  /** Settles every change, or throws what becomes of those that are left. */
  async #deploy(changes: readonly Change[]): Promise<void> {
    let open = changes;
    let from = [...changes.map(({ seen }) => seen), ...(this.#latest ? [this.#latest] : [])].reduce(
      (newest, one) => (one.order > newest.order ? one : newest),
    );
    for (let tries = 1; tries <= deployTries; tries += 1) {
      const { file, state } = from;
      const wanted = new Map<string, boolean | null>();
      open = open.filter((one) => this.#wants(one, file, wanted));
      if (open.length === 0) return;
      if (state === 'safe') throw conflict(inSafeMode);
      const flows = file.with(wanted);
      const rev = await this.#client.deploy(flows, file.rev, forAll);
      if (rev !== undefined) {
        this.#note(new FlowFile({ rev, flows }), state);
        const at = this.#client.api.now();
        for (const one of open) one.resolve({ at, answer: 'accepted' });
        return;
      }
      from = await this.read(forAll);
    }
    throw outrun();
  }

  /** Notes what a change wants of this file. @returns false when that is settled already */
  #wants(one: Change, file: FlowFile, wanted: Map<string, boolean | null>): boolean {
    try {
      const tab = foundTab(file, one.id);
      const decided = one.decide(file, tab);
      if (decided === 'already') {
        one.resolve({ at: this.#client.api.now(), answer: 'already' });
        return false;
      }
      if (hashesOf(file, tab).content !== one.content) {
        throw conflict('Somebody changed it a moment ago, so it was left alone. Plan it again.');
      }
      const written = decided instanceof Map ? decided : new Map([[one.id, decided]]);
      for (const [id, disabled] of written) wanted.set(id, disabled);
      return true;
    } catch (error) {
      one.reject(error);
      return false;
    }
  }
}

/** @throws PlatformError `not_found` */
export function foundTab(file: FlowFile, id: string): Tab {
  const tab = file.tab(id);
  if (tab) return tab;
  throw new PlatformError('node-red', 'not_found', 'Node-RED has no such tab: it was deleted.');
}

/** Somebody else's change is in the way. */
export function conflict(says: string): PlatformError {
  return new PlatformError('node-red', 'conflict', says);
}

/** Every deploy came too late. */
export function outrun(): PlatformError {
  return conflict(
    'Somebody deploys again and again, faster than this could. Find who it is, a token or an open ' +
      'editor, take the right to deploy from them, and try again.',
  );
}

/** Any deploy ends safe mode, and with it starts every tab that is on. */
export const inSafeMode =
  'Node-RED is in safe mode: no flow runs, and any deploy would start all that are on. ' +
  'Switch it off in the flow file, or leave safe mode first.';

function givenUp(): PlatformError {
  const says =
    'The call was given up before Node-RED answered. It may have happened; Firebreak reads it back.';
  return new PlatformError('node-red', 'cut', says);
}

/** The same, for a caller who may give up while others wait on. */
async function unlessGivenUp<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: end, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(givenUp());
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([promise, end]);
  } finally {
    signal.removeEventListener('abort', giveUp);
    // A caller who has gone must not leave a failure that nobody hears of.
    promise.catch(() => undefined);
  }
}
