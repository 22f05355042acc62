import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Hono } from 'hono';

const folder = join(import.meta.dirname, '../chat/console/assets');

const types: Readonly<Record<string, string>> = {
  'console.css': 'text/css; charset=utf-8',
  'console.js': 'text/javascript; charset=utf-8',
  'firebreak.svg': 'image/svg+xml',
};

/** The files that pages of the console load. They hold nothing that is anybody's. */
export async function assetRoutes(): Promise<Hono> {
  const files = await Promise.all(
    Object.entries(types).map(async ([name, type]) => {
      const bytes = await readFile(join(folder, name));
      const tag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
      return { name, type, bytes, tag };
    }),
  );
  const routes = new Hono();
  for (const { name, type, bytes, tag } of files) {
    routes.get(`/${name}`, (context) => {
      context.header('etag', tag);
      // Asked for each time, so that a page and its script are of one version.
      context.header('cache-control', 'no-cache');
      if (context.req.header('if-none-match') === tag) return context.body(null, 304);
      context.header('content-type', type);
      return context.body(new Uint8Array(bytes));
    });
  }
  return routes;
}
