import type { BundleEntry, BundlePart } from './bundle.ts';
import { BundleReader, CutShort, LayoutError, linesOf } from './bundle.ts';
import { BadTimeline, ChainCheck } from './chain-check.ts';
import { titleIn } from './declared-title.ts';
import { FrozenCheck } from './frozen-check.ts';
import { HeadCheck } from './head-check.ts';
import { checkOwnEnd } from './own-end.ts';
import type { BundleSource, VerifyBundle, VerifyProblem, VerifyReport } from './record.ts';

/**
 * Checks an exported timeline without database or network, in one pass and with flat memory.
 *
 * It stops at the first thing that is wrong, because nothing after it can be vouched for.
 *
 * @throws UserError `bad_input` when `keyPem` holds no Ed25519 public key
 */
export async function verifyBundle(
  source: BundleSource,
  { keyPem, endsAnywhere = false }: Parameters<VerifyBundle>[1] = {},
): Promise<VerifyReport> {
  const check = new BundleCheck(keyPem);
  try {
    for await (const lines of linesOf(source)) {
      for (const line of lines) check.read(line);
    }
    check.end(endsAnywhere);
    return check.report();
  } catch (error) {
    if (error instanceof BadTimeline) return check.report(error.problem);
    if (error instanceof LayoutError) return check.report(check.place(error));
    throw error;
  }
}

class BundleCheck {
  readonly #reader = new BundleReader();
  readonly #heads: HeadCheck;
  readonly #plans = new FrozenCheck();
  #chain: ChainCheck | undefined;
  #told: Pick<VerifyReport, 'name' | 'title' | 'exportedAt' | 'declared'> = {};
  #last: BundleEntry['fields'] | undefined;
  #omissions: readonly string[] = [];

  constructor(keyPem: string | undefined) {
    this.#heads = new HeadCheck(keyPem);
  }

  /** @throws BadTimeline, LayoutError */
  read(line: Uint8Array): void {
    const part = this.#reader.read(line);
    if (part?.kind === 'genesis') this.#chain = new ChainCheck(part.genesis);
    else if (part !== undefined) this.#take(part);
  }

  /** @throws BadTimeline, LayoutError */
  end(endsAnywhere: boolean): void {
    this.#reader.end();
    this.#heads.end(this.#chain?.seq ?? 0);
    if (!endsAnywhere && this.#last) checkOwnEnd(this.#last, this.#told.exportedAt);
  }

  /** Where the layout broke, when it did so among the entries. */
  place(error: LayoutError): VerifyProblem {
    const reason = this.#reader.explain(error).message;
    if (!this.#reader.isAmongEntries) return { reason };
    const seq = (this.#chain?.seq ?? 0) + 1;
    return { reason, seq, ...(error instanceof CutShort && { isMissing: true }) };
  }

  report(problem?: VerifyProblem): VerifyReport {
    const chain = this.#chain?.summary ?? { entries: 0, redacted: { count: 0, first: [] } };
    // Of entries that were chained anew before a signed head that does not fit, any may be the lie.
    const before = problem?.seq === undefined ? chain.entries : problem.seq - 1;
    return {
      good: problem === undefined,
      ...(problem && { problem }),
      ...this.#told,
      ...chain,
      ...this.#heads.summary,
      entries: Math.min(chain.entries, before),
      omissions: this.#omissions,
      plans: this.#plans.report,
    };
  }

  #take(part: Exclude<BundlePart, { kind: 'genesis' }>): void {
    const chain = this.#chain;
    switch (part.kind) {
      case 'exported_at':
        this.#told = { exportedAt: part.at };
        return;
      case 'incident':
        this.#told = { ...this.#told, ...part.header };
        return;
      case 'key':
        this.#heads.takeKey(part.key);
        return;
      case 'checkpoint':
        if (chain) this.#heads.takeCheckpoint(part.item, chain.genesis);
        return;
      case 'entry':
        if (!chain) return;
        chain.take(part.item);
        this.#last = part.item.fields;
        this.#plans.take(part.item);
        if (chain.seq === 1) this.#told = { ...this.#told, ...titleIn(part.item) };
        this.#heads.pass(chain.seq, chain.head);
        return;
      case 'omissions':
        this.#omissions = part.omissions;
    }
  }
}
