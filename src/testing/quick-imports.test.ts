import assert from 'node:assert/strict';
import type { ResolveHookContext } from 'node:module';
import { describe, it } from 'node:test';

import { quickResolver } from './quick-imports.ts';

const packageUrl = 'file:///app/node_modules/drizzle-orm/';

/** A resolver before a Node that answers anything and notes what it was asked. */
function aResolver() {
  const asked: string[] = [];
  const resolve = quickResolver();
  const from = (parentURL: string, specifier: string, conditions = ['node', 'import']) => {
    const context: ResolveHookContext = { parentURL, conditions, importAttributes: {} };
    return resolve(specifier, context, (name) => {
      asked.push(name);
      return { url: `node:${name}`, format: 'asked' };
    });
  };
  return { asked, from };
}

describe('imports of drizzle-orm', () => {
  it('are resolved inside the package without asking Node', () => {
    const { asked, from } = aResolver();

    const found = from(`${packageUrl}pg-core/db.js`, '../sql/sql.js');

    assert.deepEqual(found, {
      url: `${packageUrl}sql/sql.js`,
      format: 'module',
      shortCircuit: true,
    });
    assert.deepEqual(asked, []);
  });

  it('from outside ask Node once for each entrance', () => {
    const { asked, from } = aResolver();

    const first = from('file:///app/src/a.ts', 'drizzle-orm/pg-core');
    const second = from('file:///app/src/b.ts', 'drizzle-orm/pg-core');
    from('file:///app/src/b.ts', 'drizzle-orm');

    assert.equal(first.url, 'node:drizzle-orm/pg-core');
    assert.deepEqual(second, first);
    assert.deepEqual(asked, ['drizzle-orm/pg-core', 'drizzle-orm']);
  });

  it('leave everything else to Node, each time', () => {
    const { asked, from } = aResolver();

    from(`${packageUrl}node-postgres/driver.js`, 'pg');
    from(`${packageUrl}index.cjs`, './entity.js');
    from('file:///app/src/a.ts', './b.js');
    from('file:///app/src/a.ts', 'drizzle-orm-extras');
    from('file:///app/src/a.cjs', 'drizzle-orm', ['node', 'require']);
    from('file:///app/src/a.cjs', 'drizzle-orm', ['node', 'require']);

    assert.equal(asked.length, 6);
  });

  it('give the same modules as Node by itself', async () => {
    const direct = new URL('./sql/sql.js', import.meta.resolve('drizzle-orm'));
    const inside: unknown = await import(direct.href);
    const { sql } = await import('drizzle-orm');

    assert.equal(
      typeof inside === 'object' && inside !== null && 'sql' in inside && inside.sql,
      sql,
    );
  });
});
