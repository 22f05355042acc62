import { z } from 'zod';

/*
 * CACAO Security Playbooks Version 2.0, Committee Specification 01 (27 November 2023), as far as a
 * runbook is written in it or read from it. The numbers are the specification's sections.
 *
 * Strict where the specification is: a property that it does not know is refused.
 */

const uuid =
  '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}';
const wrongId = 'is no identifier: a type, two hyphens, and a UUID of version 1 to 5';

/** 10.10. UUIDs of version 6 and later are refused. */
const identifier = z.string().regex(new RegExp(`^[a-z][a-z0-9-]+[a-z0-9]--${uuid}$`), wrongId);

function idOf(type: string) {
  return z.string().regex(new RegExp(`^${type}--${uuid}$`), wrongId);
}

/** 10.16: UTC, with `Z`. */
const timestamp = z
  .string()
  .regex(
    /^\d{4}-(0[1-9]|1[012])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?Z$/,
    'is no time in UTC that ends in Z',
  );

/** 10.18.3. */
const variable = z.strictObject({
  type: z.string(),
  description: z.string().exactOptional(),
  value: z.string().nullable().exactOptional(),
  constant: z.boolean().exactOptional(),
  external: z.boolean().exactOptional(),
});
const variables = z.record(
  z.string().regex(/^__[a-zA-Z_][a-zA-Z0-9_-]{0,199}__$/, 'is no name of a variable'),
  variable,
);

/** 10.9. */
const externalReferences = z
  .array(
    z.strictObject({
      name: z.string(),
      description: z.string().exactOptional(),
      source: z.string().exactOptional(),
      url: z.string().exactOptional(),
      external_id: z.string().exactOptional(),
      reference_id: z.string().exactOptional(),
    }),
  )
  .min(1);

/** 8: each extension is an object under the id of its definition. */
const extensions = z.record(idOf('extension-definition'), z.record(z.string(), z.unknown()));

/** 5: commands of every kind; what is peculiar to one kind is kept as it is. */
const command = z.looseObject({
  type: z.string(),
  command: z.string().exactOptional(),
  command_b64: z.base64().exactOptional(),
  content_b64: z.base64().exactOptional(),
  description: z.string().exactOptional(),
  version: z.string().exactOptional(),
  playbook_activity: z.string().exactOptional(),
});
/** One command of an action. */
export type CacaoCommand = z.infer<typeof command>;

/** 4.1, without where it leads. */
const common = {
  name: z.string().exactOptional(),
  description: z.string().exactOptional(),
  external_references: externalReferences.exactOptional(),
  delay: z.int().min(0).exactOptional(),
  timeout: z.int().min(0).exactOptional(),
  step_variables: variables.exactOptional(),
  owner: identifier.exactOptional(),
  step_extensions: extensions.exactOptional(),
};
/** 4.1: `on_completion`, or `on_success` with `on_failure`. */
const leading = {
  on_completion: identifier.exactOptional(),
  on_success: identifier.exactOptional(),
  on_failure: identifier.exactOptional(),
};

/** 4.3 to 4.10. */
const step = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('start'), ...common, on_completion: identifier }),
    z.strictObject({ type: z.literal('end'), ...common }),
    z.strictObject({
      type: z.literal('action'),
      ...common,
      ...leading,
      commands: z.array(command).min(1),
      agent: identifier,
      targets: z.array(identifier).min(1).exactOptional(),
      in_args: z.array(z.string()).min(1).exactOptional(),
      out_args: z.array(z.string()).min(1).exactOptional(),
    }),
    z.strictObject({
      type: z.literal('playbook-action'),
      ...common,
      ...leading,
      playbook_id: idOf('playbook'),
      playbook_version: timestamp.exactOptional(),
      in_args: z.array(z.string()).min(1).exactOptional(),
      out_args: z.array(z.string()).min(1).exactOptional(),
    }),
    z.strictObject({
      type: z.literal('parallel'),
      ...common,
      ...leading,
      next_steps: z.array(identifier).min(1),
    }),
    z.strictObject({
      type: z.literal('if-condition'),
      ...common,
      ...leading,
      condition: z.string(),
      on_true: identifier,
      on_false: identifier.exactOptional(),
    }),
    z.strictObject({
      type: z.literal('while-condition'),
      ...common,
      ...leading,
      condition: z.string(),
      on_true: identifier,
    }),
    z.strictObject({
      type: z.literal('switch-condition'),
      ...common,
      ...leading,
      switch: z.string(),
      cases: z.record(z.string().regex(/^[a-zA-Z0-9_-]{1,250}$/, 'is no case'), identifier),
    }),
  ])
  .check(({ value, issues }) => {
    if (!('on_completion' in value)) return;
    if (!('on_success' in value) && !('on_failure' in value)) return;
    const message = 'leads on by on_completion or by on_success and on_failure, not by both';
    issues.push({ code: 'custom', message, path: ['on_completion'], input: value });
  });
/** One step of a workflow. */
export type CacaoStep = z.infer<typeof step>;

/** 4: each step under its id, which begins with its type. */
const workflow = z.record(identifier, step).check(({ value, issues }) => {
  for (const [id, { type }] of Object.entries(value)) {
    if (id.startsWith(`${type}--`)) continue;
    issues.push({ code: 'custom', message: `begins with ${type}--`, path: [id], input: id });
  }
});

/** 7: whoever or whatever carries out commands, or has them carried out on it. */
const agents = z.record(
  identifier,
  z.looseObject({ type: z.string(), name: z.string(), description: z.string().exactOptional() }),
);

/** 8. */
const extensionDefinitions = z.record(
  idOf('extension-definition'),
  z.strictObject({
    type: z.literal('extension-definition'),
    name: z.string(),
    description: z.string().exactOptional(),
    created_by: identifier,
    schema: z.string(),
    version: z.string(),
    external_references: externalReferences.exactOptional(),
  }),
);

/** 10.14. */
const summary = z.strictObject(
  Object.fromEntries(
    [
      'manual_playbook',
      'external_playbooks',
      'parallel_processing',
      'if_logic',
      'while_logic',
      'switch_logic',
      'temporal_logic',
      'data_markings',
      'digital_signatures',
      'countersigned_signatures',
      'extensions',
    ].map((name) => [name, z.boolean().exactOptional()]),
  ),
);

const hundred = z.int().min(0).max(100);
const ids = z.array(identifier).min(1);

/** 3.1: a playbook. */
export const playbook = z.strictObject({
  type: z.literal('playbook'),
  spec_version: z.literal('cacao-2.0'),
  id: idOf('playbook'),
  name: z.string().min(1),
  description: z.string().exactOptional(),
  playbook_types: z.array(z.string()).exactOptional(),
  playbook_activities: z.array(z.string()).min(1).exactOptional(),
  playbook_processing_summary: summary.exactOptional(),
  created_by: identifier,
  created: timestamp,
  modified: timestamp,
  revoked: z.boolean().exactOptional(),
  valid_from: timestamp.exactOptional(),
  valid_until: timestamp.exactOptional(),
  derived_from: ids.exactOptional(),
  related_to: ids.exactOptional(),
  priority: hundred.exactOptional(),
  severity: hundred.exactOptional(),
  impact: hundred.exactOptional(),
  industry_sectors: z.array(z.string()).min(1).exactOptional(),
  labels: z.array(z.string()).min(1).exactOptional(),
  external_references: externalReferences.exactOptional(),
  markings: ids.exactOptional(),
  playbook_variables: variables.exactOptional(),
  workflow_start: idOf('start'),
  workflow_exception: identifier.exactOptional(),
  workflow,
  playbook_extensions: extensions.exactOptional(),
  authentication_info_definitions: z.record(identifier, z.unknown()).exactOptional(),
  agent_definitions: agents.exactOptional(),
  target_definitions: agents.exactOptional(),
  extension_definitions: extensionDefinitions.exactOptional(),
  data_marking_definitions: z.record(identifier, z.unknown()).exactOptional(),
  signatures: z.array(z.unknown()).exactOptional(),
});
/** A playbook as the specification has it. */
export type Playbook = z.infer<typeof playbook>;

/** Every id that a step leads to, with the path where it says so. */
export function leadsOf(given: CacaoStep): readonly { path: readonly string[]; to: string }[] {
  const found: { path: readonly string[]; to: string }[] = [];
  const add = (to: string | undefined, ...path: string[]) => {
    if (to !== undefined) found.push({ path, to });
  };
  if ('on_true' in given) add(given.on_true, 'on_true');
  if ('on_false' in given) add(given.on_false, 'on_false');
  if (given.type === 'switch-condition') {
    for (const [name, to] of Object.entries(given.cases)) add(to, 'cases', name);
  }
  if (given.type === 'parallel') {
    for (const [index, to] of given.next_steps.entries()) add(to, 'next_steps', String(index));
  }
  if ('on_completion' in given) add(given.on_completion, 'on_completion');
  if ('on_success' in given) add(given.on_success, 'on_success');
  if ('on_failure' in given) add(given.on_failure, 'on_failure');
  return found;
}
