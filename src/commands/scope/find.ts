import { z } from 'zod';

import type { Hit } from '../../domain/inventory.ts';
import type { JsonObject } from '../../domain/json.ts';
import { targetsAtMost } from '../../domain/planning.ts';
import { counted } from '../../domain/wording.ts';
import { defineCommand } from '../command.ts';
import { coverageOf } from '../coverage.ts';
import type { Missing } from '../find-missing.ts';
import { findWorkflows } from '../find-workflows.ts';
import { missingBlocks } from '../nothing-found.ts';
import { scopeAtMost } from '../scope-items.ts';
import { zoneOf } from '../when.ts';
import { activeWords, briefData } from '../workflow-view.ts';

const shownUnasked = 25;
const shownAtMost = 500;

export const scopeFind = defineCommand({
  name: 'scope find',
  summary: 'Find workflows by credential, host, node, owner, tag, webhook, time …',
  examples: [
    'scope find credential:"Stripe live"',
    'scope find host:*.evil.example active:true',
    'scope find webhook:unauthenticated changed:>yesterday limit:100',
  ],
  words: ['query…'],
  options: { limit: `How many to show, at most ${shownAtMost}` },
  permission: 'viewer',
  input: z.object({
    query: z.string(),
    limit: z.coerce.number().int().min(1).max(shownAtMost).default(shownUnasked),
  }),

  async run(context, { query, limit }) {
    const coverage = await coverageOf(context);
    const zone = zoneOf(context);
    const { hits, total, meant, missing = [] } = await findWorkflows(context, query, limit);
    const more =
      total > hits.length
        ? `${(total - hits.length).toLocaleString('en')} more not shown: narrow the query, or add \`limit:${shownAtMost}\`.`
        : undefined;
    return {
      kind: 'view',
      title: total === 0 ? 'No workflow found' : `${counted(total, 'workflow')} found`,
      blocks: [
        ...missingBlocks(missing),
        ...(hits.length === 0 ? [] : [tableOf(hits, zone)]),
        ...(more === undefined ? [] : [{ kind: 'text' as const, text: more }]),
        ...(meant === undefined ? [] : [{ kind: 'text' as const, text: quoteIt(meant) }]),
        ...coverage.blocks,
      ],
      next:
        total === 0
          ? [...findLines(missing), 'scope sync']
          : [
              ...findLines(missing),
              `scope show ${hits[0]?.workflow.ref}`,
              ...(total > targetsAtMost ? [] : [`contain plan ${query}`]),
              ...(total > scopeAtMost ? [] : [`scope add ${query}`]),
            ],
      audience: 'person',
      outcome: 'done',
      data: {
        query,
        total,
        hits: hits.map(hitData),
        missing: missing.map(({ text }) => text),
        coverage: coverage.data,
      },
    };
  },
});

/** Each line once: two terms may be mended to the same query. */
function findLines(missing: readonly Missing[]): readonly string[] {
  const queries = new Set(missing.flatMap((one) => one.queries));
  return [...queries].map((query) => `scope find ${query}`);
}

/** Each word is a condition of its own unless quotes hold a name together. */
function quoteIt(meant: string): string {
  return `A name of several words needs quotes: ${meant} (which finds nothing either).`;
}

function tableOf(hits: readonly Hit[], zone: string) {
  return {
    kind: 'table' as const,
    columns: ['ref', 'workflow', 'connection', 'active', 'why'],
    rows: hits.map(({ workflow, reasons }) => [
      workflow.ref,
      workflow.name,
      workflow.connectionName,
      activeWords(workflow, zone),
      reasons.join('; '),
    ]),
  };
}

function hitData({ workflow, reasons }: Hit): JsonObject {
  return {
    ...briefData(workflow),
    tags: workflow.tags,
    reasons,
  };
}
