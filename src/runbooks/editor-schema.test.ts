import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';

import { z } from 'zod';

import { severities } from '../domain/incident.ts';
import { stepActions, stepKinds } from '../domain/step-actions.ts';
import { frontMatterSchema, stepSchema } from './editor-schema.ts';

const shipped = {
  'runbook-front-matter.schema.json': frontMatterSchema(),
  'runbook-step.schema.json': stepSchema(),
};

describe('the schemas for editors', () => {
  for (const [file, schema] of Object.entries(shipped)) {
    it(`docs/${file} is what the parser reads by (UPDATE=1 writes it anew)`, async () => {
      const path = new URL(`../../docs/${file}`, import.meta.url);
      const text = `${JSON.stringify(schema, undefined, 2)}\n`;
      if (process.env['UPDATE'] === '1') await writeFile(path, text);
      assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), JSON.parse(text));
    });
  }

  it('say of every parameter what it takes', () => {
    const { allOf } = z.object({ allOf: z.array(z.looseObject({})) }).parse(stepSchema());
    const held = z.looseObject({
      properties: z.looseObject({
        with: z.object({ properties: z.record(z.string(), z.looseObject({})) }).optional(),
      }),
    });
    const parameters = allOf.flatMap((rule) => {
      const { success, data } = held.safeParse(rule['then']);
      return success ? Object.entries(data.properties.with?.properties ?? {}) : [];
    });
    assert.ok(parameters.length > 20);
    for (const [name, takes] of parameters) assert.notDeepEqual(takes, {}, name);
    assert.deepEqual(parameters.find(([name]) => name === 'severity')?.[1]['enum'], severities);
  });

  it('name every kind of step, every action, and no key that is not read', () => {
    const text = JSON.stringify(stepSchema());
    for (const one of [...stepKinds, ...Object.keys(stepActions)]) {
      assert.ok(text.includes(`"${one}"`), one);
    }
    for (const schema of Object.values(shipped)) {
      assert.equal(schema['additionalProperties'], false);
      assert.equal(schema['$schema'], 'http://json-schema.org/draft-07/schema#');
    }
    assert.deepEqual(shipped['runbook-step.schema.json']['required'], ['id', 'kind']);
    assert.deepEqual(shipped['runbook-front-matter.schema.json']['required'], ['id', 'title']);
  });
});
