import type { N8nExecution } from './answers.ts';
import type { Listed } from './api.ts';
import { Lately } from './lately.ts';
import { isUnended } from './look.ts';

/** n8n answers so many lists of one workflow in the time that a full page of all takes it. */
const askedPerPage = 8;
/** More are not read: with its own defaults n8n keeps 10,000 executions. */
const pagesAtMost = 40;
/** So long it all serves, in ms; what n8n deleted meanwhile is still in it. */
const servesForMs = 60_000;

/** One page of the executions of all workflows, newest first; the first where nothing is named. */
type ReadPage = (from?: string) => Promise<Listed<N8nExecution>>;

type Read = {
  readonly until: number;
  readonly byId: Map<string, N8nExecution>;
  /** These had executions that had not ended: what became of them only their own list shows. */
  readonly open: Set<string>;
  readonly newest: Lately<void>;
  asked: number;
  pages: number;
  /** Where the next page begins; nothing when all were read. */
  next?: string | undefined;
  state: 'begun' | 'whole' | 'given up';
};

/**
 * The executions of all workflows, for those who would ask for them workflow by workflow: who contains
 * 500 asks 500 times, while n8n is busy with the switch-offs. Read page by page while the workflows
 * asked for pay for it, so that a long history costs little more than before.
 */
export class ExecutionsOfAll {
  readonly #readPage: ReadPage;
  readonly #running: () => Promise<readonly N8nExecution[]>;
  readonly #options: { readonly newestForMs: number; readonly now: () => Date };
  #read: Read | undefined;
  #reading: Promise<void> = Promise.resolve();

  /** @param options.newestForMs how long what was listed last counts as the newest */
  constructor(
    readPage: ReadPage,
    running: () => Promise<readonly N8nExecution[]>,
    options: { readonly newestForMs: number; readonly now: () => Date },
  ) {
    this.#readPage = readPage;
    this.#running = running;
    this.#options = options;
  }

  /**
   * Those of one workflow that have ended, newest first.
   *
   * @returns undefined when its own list is to be asked for: it is less work, or the only sure way.
   *   A failure here is no more than that
   */
  async of(workflow: string): Promise<readonly N8nExecution[] | undefined> {
    const now = this.#options.now().getTime();
    if (!this.#read || this.#read.until < now) this.#read = this.#begin(now);
    const read = this.#read;
    read.asked += 1;
    if (read.state === 'given up') return undefined;
    try {
      for (const { workflowId } of await this.#running()) read.open.add(workflowId);
      // One at a time: whoever comes meanwhile waits for what the one before reads.
      this.#reading = this.#reading.then(() => this.#readOn(read));
      await this.#reading;
      if (read.state !== 'whole') return undefined;
      await read.newest.get();
    } catch {
      read.state = 'given up';
      this.#reading = Promise.resolve();
    }
    if (read.state !== 'whole' || read.open.has(workflow)) return undefined;
    return [...read.byId.values()]
      .filter(({ workflowId }) => workflowId === workflow)
      .toSorted((one, other) => Number(other.id) - Number(one.id));
  }

  #begin(now: number): Read {
    const read: Read = {
      until: now + servesForMs,
      byId: new Map(),
      open: new Set(),
      newest: new Lately({
        ask: () => this.#readNewest(read),
        forMs: this.#options.newestForMs,
        now: this.#options.now,
      }),
      asked: 0,
      pages: 0,
      state: 'begun',
    };
    return read;
  }

  async #readOn(read: Read): Promise<void> {
    if (read.state !== 'begun' || read.asked < askedPerPage * (read.pages + 1)) return;
    if (read.pages >= pagesAtMost) {
      read.state = 'given up';
      return;
    }
    const page = await this.#readPage(read.next);
    keep(read, page.items);
    read.pages += 1;
    read.next = page.next;
    if (page.next === undefined) read.state = 'whole';
  }

  /** What was listed since: until a page holds nothing that is new. */
  async #readNewest(read: Read): Promise<void> {
    let from: string | undefined;
    for (let pages = 0; pages < pagesAtMost; pages += 1) {
      const page = await this.#readPage(from);
      if (!keep(read, page.items) || page.next === undefined) return;
      from = page.next;
    }
    throw new Error('More began meanwhile than is kept.');
  }
}

/** @returns whether any of these was new */
function keep({ byId, open }: Read, items: readonly N8nExecution[]): boolean {
  let isNew = false;
  for (const one of items) {
    if (isUnended(one)) open.add(one.workflowId);
    isNew ||= !byId.has(one.id);
    byId.set(one.id, one);
  }
  return isNew;
}
