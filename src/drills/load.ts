import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

import { severities } from '../domain/incident.ts';
import type { Json } from '../domain/json.ts';
import type { Scenario } from '../domain/scenario.ts';
import { UserError } from '../errors.ts';
import type { Scenarios } from './drill.ts';

/** The scenarios that ship with this version. */
export const shippedScenarios = join(import.meta.dirname, 'scenarios');

const minuteMs = 60_000;

const minutes = z
  .int()
  .min(1)
  .max(24 * 60)
  .transform((count) => count * minuteMs);

const names = z.array(z.string().trim().min(1)).default([]);

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]*$/);

const inputs = z.record(slug, z.string().trim().min(1).max(200));

const json: z.ZodType<Json> = z.json();

const scenarioFile = z
  .strictObject({
    title: z.string().trim().min(1).max(120),
    severity: z.enum(severities),
    estate: z.string().regex(/^[a-z]+$/),
    briefing: z
      .string()
      .max(1_500)
      .transform((text) => text.replaceAll(/\s+/g, ' ').trim())
      .pipe(z.string().min(1)),
    runbook: slug.exactOptional(),
    answer: z.strictObject({
      contain: names,
      revoke: names,
      tolerate: names,
      hostile: z.array(z.string().trim().min(1)).exactOptional(),
      runs: z.array(inputs).min(1).exactOptional(),
      decisions: z.record(slug, slug).exactOptional(),
    }),
    goals: z.strictObject({ plan: minutes, leave: minutes, verified: minutes }),
    stage: z.record(z.string(), json).default({}),
  })
  .refine(({ answer }) => answer.contain.length > 0, 'answer.contain names no workflow')
  .refine(
    ({ answer }) => answer.hostile?.every((name) => answer.contain.includes(name)) ?? true,
    'answer.hostile names what answer.contain does not',
  );

/** Scenarios are the YAML files of one folder, read anew each time; a file is called by its id. */
export function scenariosIn(folder: string): Scenarios {
  return {
    list: async () => {
      const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).toSorted();
      return Promise.all(
        files.map(async (file) => readScenario(await readFile(join(folder, file), 'utf8'), file)),
      );
    },
  };
}

/** @throws UserError `bad_input` saying what is wrong with the file */
export function readScenario(content: string, file: string): Scenario {
  const id = file.replace(/\.yaml$/, '');
  const read = scenarioFile.safeParse(parsed(content, file));
  if (!read.success) throw broken(file, z.prettifyError(read.error));
  const { goals, ...rest } = read.data;
  return {
    id,
    ...rest,
    goals: { planMs: goals.plan, leaveMs: goals.leave, verifiedMs: goals.verified },
  };
}

function parsed(content: string, file: string): unknown {
  try {
    return parse(content, { schema: 'core', strict: true, uniqueKeys: true, maxAliasCount: 0 });
  } catch (error) {
    throw broken(file, error instanceof Error ? error.message : 'It is no YAML.');
  }
}

function broken(file: string, why: string): UserError {
  return new UserError('bad_input', `The scenario ${file} cannot be read. ${why}`);
}
