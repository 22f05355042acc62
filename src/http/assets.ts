import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

import { Hono } from 'hono';

const folder = join(import.meta.dirname, '../chat/console/assets');

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The files that pages of the console load. They hold nothing that is anybody's. */
export async function assetRoutes(): Promise<Hono> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const type = types[extname(name)];
      if (type === undefined) throw new Error(`The console has no type for its file ${name}.`);
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
