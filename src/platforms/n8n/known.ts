import { createHash } from 'node:crypto';

import type { Fact } from '../../domain/inventory.ts';
import type { Structure } from '../../domain/structure.ts';
import type { N8nWorkflow } from './answers.ts';
import type { DefinitionHashes } from './definition.ts';

/** What reading a definition tells. */
export type Reading = {
  readonly facts: readonly Fact[];
  readonly hashes: DefinitionHashes;
  readonly structures: readonly Structure[];
};

/**
 * What the last look at a connection made of each definition, so that the next one reads only those
 * whose text changed: reading takes ten times as long as hashing the text.
 *
 * The whole text counts, also what n8n's own `updatedAt` would not show. Nothing is trusted that n8n
 * says about change, and nothing outlives the process, so a newer Firebreak reads everything anew.
 */
export class KnownReadings {
  #last: ReadonlyMap<string, Reading> = new Map();

  /** One look; what it saw takes the place of the last one when it ends. */
  look(): { of: (workflow: N8nWorkflow, read: () => Reading) => Reading; end: () => void } {
    const seen = new Map<string, Reading>();
    return {
      of: (workflow, read) => {
        const key = createHash('sha256').update(JSON.stringify(workflow)).digest('base64');
        const reading = this.#last.get(key) ?? read();
        seen.set(key, reading);
        return reading;
      },
      end: () => {
        this.#last = seen;
      },
    };
  }
}
