import { createHash } from 'node:crypto';

import canonicalize from 'canonicalize';
import { z } from 'zod';

import type { BundleEntry } from './bundle.ts';
import type { FrozenReport } from './record.ts';

// Deliberately no code of the writer, as in `bundle.ts`.

const said = z.object({ data: z.object({ plan: z.string(), digest: z.string() }) });
const frozen = z.object({ data: z.object({ frozen: z.looseObject({ incident: z.string() }) }) });

/** Checks that each digest that people agreed to covers exactly what the entry of its plan froze. */
export class FrozenCheck {
  readonly #digests = new Map<string, string>();
  readonly #differ: number[] = [];
  #checked = 0;

  /** @param entry in the order of the chain */
  take({ fields, body }: BundleEntry): void {
    if (body === undefined) return;
    const value: unknown = JSON.parse(body.canonical);
    const about = said.safeParse(value);
    if (!about.success) return;
    const { plan, digest } = about.data.data;
    const known = this.#digests.get(plan);
    if (known !== undefined && known !== digest) this.#differ.push(fields.seq);
    const whole = frozen.safeParse(value);
    if (known !== undefined || !whole.success) return;
    this.#digests.set(plan, digest);
    const what = whole.data.data.frozen;
    if (what.incident === fields.incident && digestOf(what) === digest) this.#checked += 1;
    else this.#differ.push(fields.seq);
  }

  get report(): FrozenReport {
    return { checked: this.#checked, differ: this.#differ };
  }
}

function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex');
}
