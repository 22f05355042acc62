import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where something was found that must not be there. */
export type Leak = { readonly secret: string; readonly place: string };

/** A place to look at: a table, a file, what a process printed. */
export type Place = { readonly name: string; readonly content: Uint8Array | string };

/**
 * Looks for secrets in many places, also as they look in base64, hex, a URL and JSON.
 *
 * @param secrets by what each of them is, so that a leak can be told without printing it
 */
export function findLeaks(
  secrets: Readonly<Record<string, string>>,
  places: readonly Place[],
): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const { name: place, content } of places) {
    const text = typeof content === 'string' ? content : Buffer.from(content).toString('latin1');
    const lower = text.toLowerCase();
    for (const [secret, value] of Object.entries(secrets)) {
      const found = guises(value).some((guise) => text.includes(guise));
      // PostgreSQL shows bytes in hex, in lower case.
      if (found || lower.includes(Buffer.from(value).toString('hex')))
        leaks.push({ secret, place });
    }
  }
  return leaks;
}

/** Every file below a folder, as it lies on the disk. */
export async function filesBelow(folder: string): Promise<readonly Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const places: Place[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const name = join(entry.parentPath, entry.name);
    places.push({ name, content: await readFile(name) });
  }
  return places;
}

/** Every row of every table, as text, from any database that answers SQL. */
export async function tablesOf(
  query: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>,
): Promise<readonly Place[]> {
  const tables = await query(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const places: Place[] = [];
  for (const { name } of tables) {
    const rows = await query(`select each::text as row from ${String(name)} as each`);
    places.push({ name: String(name), content: rows.map(({ row }) => String(row)).join('\n') });
  }
  return places;
}

// Base64 of a text inside a longer one begins at one of three offsets; its inner part is the same.
function guises(value: string): readonly string[] {
  const bases = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), Buffer.from(value)])
      .toString('base64url')
      .slice(offset === 0 ? 0 : offset + 1, -4),
  );
  return [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    ...bases,
    ...bases.map((base) => base.replaceAll('-', '+').replaceAll('_', '/')),
  ].filter((guise) => guise.length >= 8);
}
