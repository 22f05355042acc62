import { z } from 'zod';

import { incidentRoles, phases, severities } from '../domain/incident.ts';
import { queryFields } from '../domain/query.ts';
import { stepActionOf, stepActions } from '../domain/step-actions.ts';
import type { StepActionName, StepParameter } from '../domain/step-actions.ts';
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
    properties: {
      ...properties,
      do: {
        type: 'string',
        enum: names,
        // Not of JSON Schema; editors show them beside the names.
        enumDescriptions: names.map((name) => stepActionOf(name).does),
      },
    },
    allOf: [...names.map(whatItTakes), onlyADecisionAnswers, anActDoesSomething],
  };
}

function schemaOf(shape: z.ZodType): EditorSchema {
  return z.toJSONSchema(shape, { io: 'input', target: 'draft-7' });
}

function isName(name: string): name is StepActionName {
  return Object.hasOwn(stepActions, name);
}

const inputHole = {
  type: 'string',
  pattern: String.raw`^\$[a-z][a-z0-9-]*$`,
} as const;
const text = { type: 'string', minLength: 1, maxLength: 2000 } as const;

/** One field with its value; what stands in `not` and `any` only the check reads. */
const condition = {
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  propertyNames: { enum: [...queryFields, 'workflow', 'not', 'any'] },
} as const;

/** What each parameter takes, so far as an editor can see it alone. */
const takes: Readonly<Record<StepParameter, EditorSchema>> = {
  where: {
    anyOf: [condition, { type: 'array', minItems: 1, items: condition }],
    description: 'Conditions on workflows that must all hold: `- credential: $credential`.',
  },
  credential: { ...inputHole, description: 'An input of type credential.' },
  connection: { ...inputHole, description: 'An input of type connection.' },
  workflow: { ...inputHole, description: 'An input of type workflow.' },
  nodes: { ...text, description: 'Names or ids with commas between, or an input of type text.' },
  user: { ...text, description: 'An address, reference or name, or an input of type text.' },
  severity: { enum: severities },
  phase: { enum: phases },
  role: { enum: incidentRoles },
  text: { ...text, description: 'What is told, or an input of type text or choice.' },
  runbook: {
    type: 'string',
    pattern: '^[a-z][a-z0-9-]*$',
    description: 'The id of another runbook.',
  },
  inputs: {
    type: 'object',
    additionalProperties: inputHole,
    description: 'Inputs of this runbook by their names in the other.',
  },
  wait: { type: 'boolean', default: true, description: 'Done when the other run is at its end.' },
};

function isParameter(name: string): name is StepParameter {
  return Object.hasOwn(takes, name);
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
          properties: Object.fromEntries(
            Object.keys(parameters)
              .filter(isParameter)
              .map((one) => [one, takes[one]]),
          ),
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

const anActDoesSomething = where(
  { properties: { kind: { const: 'act' } }, required: ['kind'] },
  { required: ['do'] },
);

const onlyADecisionAnswers = where(
  { properties: { kind: { const: 'decide' } }, required: ['kind'] },
  { required: ['answers'], properties: { answers: { minProperties: 2 }, next: false } },
  { properties: { answers: false } },
);
