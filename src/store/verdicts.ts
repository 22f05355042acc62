import { and, desc, eq, inArray, sql } from 'drizzle-orm';

import { keyText } from '../domain/inventory.ts';
import { actionOf } from './actions.ts';
import type { Db } from './database.ts';
import { visibleTo } from './incidents.ts';
import { keyRows } from './inventory-rows.ts';
import type { Plans } from './store.ts';
import { incidents } from './tables/incidents.ts';
import { actions, plans } from './tables/plans.ts';

/** Reads what was last found of workflows that were switched off, or on again. */
export function verdictsReader(db: Db): Plans['lastVerdicts'] {
  return async (keys, viewer) => {
    if (keys.length === 0) return new Map();
    const wanted =
      keys === 'contradicted'
        ? sql`select was.connection, was.workflow from actions as was
            where was.lever = 'disable' and was.state = 'contradicted'`
        : keyRows(keys);
    const rows = await db
      .select({ action: actions })
      .from(actions)
      .innerJoin(plans, eq(plans.id, actions.plan))
      .innerJoin(incidents, eq(incidents.id, plans.incident))
      .where(
        and(
          sql`(${actions.connection}, ${actions.workflow}) in (${wanted})`,
          inArray(actions.lever, ['disable', 'enable']),
          inArray(actions.state, ['verified', 'contradicted', 'undone']),
          visibleTo(viewer),
        ),
      )
      .orderBy(sql`${actions.settledAt} desc nulls last`, desc(plans.createdAt));
    const last = new Map<string, ReturnType<typeof actionOf>>();
    for (const action of rows.map((row) => actionOf(row.action))) {
      const key = keyText({ connection: action.connection, id: action.workflow });
      if (!last.has(key)) last.set(key, action);
    }
    return last;
  };
}
