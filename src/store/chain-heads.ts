import { sql } from 'drizzle-orm';

import { instanceChain } from '../domain/timeline.ts';
import type { Db } from './database.ts';
import { rowsOf } from './database.ts';
import type { ChainHead } from './store.ts';
import { chains, checkpoints, timelineEntries } from './tables/timeline.ts';

type Row = { readonly id: string; readonly entries: number; readonly stands: boolean };

/** One look at every chain's two ends and its signed heads, however long it is in between. */
export async function chainHeads(db: Db, instanceId: string): Promise<readonly ChainHead[]> {
  const rows = await rowsOf<Row>(
    db,
    sql`select chain.incident as id, chain.seq as entries,
      coalesce(chain.head = (select hash from ${timelineEntries} as entry
        where entry.incident = chain.incident order by entry.seq desc limit 1), false)
      and not exists (select from ${checkpoints} as signed
        where signed.incident = chain.incident and not exists (
          select from ${timelineEntries} as entry
          where entry.incident = signed.incident and entry.seq = signed.seq
            and entry.hash = signed.canonical::json->>'head')) as stands
    from ${chains} as chain order by chain.recorded_at desc, chain.incident`,
  );
  return rows.map(({ id, entries, stands }) => ({
    chain: id === instanceId ? instanceChain : id,
    entries,
    stands,
  }));
}
