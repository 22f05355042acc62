import { eq, sql } from 'drizzle-orm';

import type { Inventory, UserRecord } from '../domain/inventory.ts';
import type { Db } from './database.ts';
import { rowsAsJson } from './fold.ts';
import { byId, changedRows, chunksOf, markGone } from './inventory-changes.ts';
import { platformUsers } from './tables/inventory.ts';

/** Writes who the users of a connection are, as one look saw them. */
export async function writeUsers(tx: Db, connection: string, inventory: Inventory): Promise<void> {
  const stored = await tx
    .select({
      id: platformUsers.id,
      ref: platformUsers.ref,
      gone: sql<boolean>`${platformUsers.goneAt} is not null`,
    })
    .from(platformUsers)
    .where(eq(platformUsers.connection, connection));
  const users: ReadonlyMap<string, UserRecord> = byId(inventory.users);
  const next = [...users.values()].map((user) => ({
    id: user.id,
    digest: 'always written: there are few',
    row: {
      id: user.id,
      name: user.name,
      email: user.email ?? null,
      role: user.role ?? null,
      has_mfa: user.hasMfa ?? null,
      is_invited: user.isInvited ?? null,
      last_active_at: user.lastActiveAt?.toISOString() ?? null,
      stays: user.stays ?? null,
    },
  }));
  const known = stored.map((row) => ({ ...row, digest: '' }));
  for (const chunk of chunksOf(await changedRows(tx, 'platform_user', known, next))) {
    await tx.execute(sql`insert into platform_users (connection, seen_at, gone_at, id, ref, name,
        email, role, has_mfa, is_invited, last_active_at, stays)
      select ${connection}::uuid, ${inventory.takenAt.toISOString()}::timestamptz, null,
        row.id, row.ref, row.name, row.email, row.role, row.has_mfa, row.is_invited,
        row.last_active_at, row.stays
      from json_to_recordset(${rowsAsJson(chunk)}::json) as row(id text, ref int, name text,
        email text, role text, has_mfa boolean, is_invited boolean, last_active_at timestamptz,
        stays text)
      on conflict (connection, id) do update set seen_at = excluded.seen_at, gone_at = null,
        name = excluded.name, email = excluded.email, role = excluded.role,
        has_mfa = excluded.has_mfa, is_invited = excluded.is_invited,
        last_active_at = excluded.last_active_at, stays = excluded.stays`);
  }
  await markGone(tx, platformUsers, connection, inventory.takenAt, known, users);
}
