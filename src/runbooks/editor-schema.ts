import { z } from 'zod';

import { stepActionOf, stepActions } from '../domain/step-actions.ts';
import type { StepActionName } from '../domain/step-actions.ts';
import { frontMatter } from './parse.ts';
import { stepBlock } from './step.ts';

/** A JSON Schema, in the draft that editors of YAML read. */
export type EditorSchema = Readonly<Record<string, unknown>>;

/** Of the front matter of a runbook. */
export function frontMatterSchema(): EditorSchema {
  return {
    ...schemaOf(frontMatter),
    title: 'Front matter of a Firebreak runbook',
    description: 'Between the two lines of three hyphens at the beginning of the file.',
  };
}

/** Of one `yaml step` block, with what each step action takes. */
export function stepSchema(): EditorSchema {
  const names = Object.keys(stepActions).filter(isName);
  const schema = schemaOf(stepBlock);
  const properties = z.record(z.string(), z.unknown()).parse(schema['properties']);
  return {
    ...schema,
    title: 'Step of a Firebreak runbook',
    description: 'A block whose info string is “yaml step”, one below each second heading.',
    properties: { ...properties, do: { type: 'string', enum: names } },
    allOf: [...names.map(whatItTakes), onlyADecisionAnswers],
  };
}

function schemaOf(shape: z.ZodType): EditorSchema {
  return z.toJSONSchema(shape, { io: 'input', target: 'draft-7' });
}

function isName(name: string): name is StepActionName {
  return Object.hasOwn(stepActions, name);
}

/** In which kinds of step an action may stand, and what its `with` holds. */
function whatItTakes(name: StepActionName): EditorSchema {
  const { kinds, parameters } = stepActionOf(name);
  const required = Object.entries(parameters).flatMap(([parameter, need]) =>
    need === 'required' ? [parameter] : [],
  );
  return where(
    { properties: { do: { const: name } }, required: ['do'] },
    {
      properties: {
        kind: { enum: kinds },
        with: {
          type: 'object',
          properties: Object.fromEntries(Object.keys(parameters).map((one) => [one, {}])),
          required,
          additionalProperties: false,
        },
      },
      ...(required.length === 0 ? {} : { required: ['with'] }),
    },
  );
}

function where(
  holds: EditorSchema,
  must: EditorSchema,
  otherwise: EditorSchema = {},
): EditorSchema {
  // JSON Schema's own word; nobody awaits a schema.
  // oxlint-disable-next-line unicorn/no-thenable
  return { if: holds, then: must, else: otherwise };
}

const onlyADecisionAnswers = where(
  { properties: { kind: { const: 'decide' } }, required: ['kind'] },
  { required: ['answers'], properties: { answers: { minProperties: 2 }, next: false } },
  { properties: { answers: false } },
);
