/**
 * Preloaded into a test file's process: resolves the imports of drizzle-orm without its package.json.
 *
 * For each import between two modules of a package, Node 24 copies the package's settings, and the
 * copy parses all its `exports` again (`getPackageScopeConfig` in its `package_json_reader.js`).
 * Those of drizzle-orm are 170 KB and it has over a hundred modules: half a second and 230 MB in
 * each process that opens a store. Delete this when Node parses them once.
 */
import { registerHooks } from 'node:module';
import type { ResolveFnOutput, ResolveHookSync } from 'node:module';

/** A resolver that asks Node once for each entrance of drizzle-orm, and never inside it. */
export function quickResolver(): ResolveHookSync {
  const entrances = new Map<string, ResolveFnOutput>();
  return (specifier, context, next) => {
    const { parentURL = '', conditions } = context;
    if (!conditions.includes('import')) return next(specifier, context);
    if (isInside(parentURL) && /^\.\.?\/.*\.js$/.test(specifier)) {
      return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true };
    }
    if (!/^drizzle-orm(?:\/|$)/.test(specifier)) return next(specifier, context);
    const known = entrances.get(specifier);
    if (known) return known;
    const found = { ...next(specifier, context), shortCircuit: true };
    entrances.set(specifier, found);
    return found;
  };
}

/** Whether it is one of the ES modules of drizzle-orm. */
function isInside(url: string): boolean {
  return url.includes('/node_modules/drizzle-orm/') && url.endsWith('.js');
}

registerHooks({ resolve: quickResolver() });
