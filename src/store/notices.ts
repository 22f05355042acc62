import { and, desc, eq, gte } from 'drizzle-orm';

import type { Notice } from '../domain/notice.ts';
import type { Db } from './database.ts';
import { isUuid, present } from './rows.ts';
import type { Notices } from './store.ts';
import { notices } from './tables/notices.ts';

/** Reads of what people must hear. */
export function noticesStore(db: Db): Notices {
  return {
    async since(person, at) {
      if (!isUuid(person)) return [];
      const rows = await db
        .select()
        .from(notices)
        .where(and(eq(notices.person, person), gte(notices.at, at)))
        .orderBy(desc(notices.at), desc(notices.id));
      return rows.map(({ incident, ...rest }) => ({ ...rest, ...present({ incident }) }));
    },
  };
}

/** Writes notices, each once. */
export async function writeNotices(tx: Db, list: readonly Notice[]): Promise<void> {
  if (list.length > 0) await tx.insert(notices).values([...list]);
}
