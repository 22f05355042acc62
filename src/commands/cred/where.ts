import { z } from 'zod';

import type { Fact, Workflow } from '../../domain/inventory.ts';
import { keyText } from '../../domain/inventory.ts';
import { counted, listed } from '../../domain/wording.ts';
import { defineCommand } from '../command.ts';
import { coverageOf } from '../coverage.ts';
import { wayWords } from '../cred-view.ts';
import { credentialInput, credentialOf, usersOf } from '../credential-of.ts';
import { lookView, said } from '../incident-view.ts';
import { zoneOf } from '../when.ts';
import { activeWords, standingData } from '../workflow-view.ts';

const shownAtMost = 40;

export const credWhere = defineCommand({
  name: 'cred where',
  summary: 'Who uses a credential: workflows, and the hosts that they call',
  examples: ['cred where c3', 'cred where Stripe live'],
  words: ['credential…'],
  permission: 'viewer',
  input: z.object({ credential: credentialInput }),

  async run(context, input) {
    const coverage = await coverageOf(context);
    const { credential, way } = await credentialOf(context, input.credential);
    const users = await usersOf(context, credential);
    const facts = await context.store.inventory.factsOf(users);
    const rows = users.map((workflow) => ({ workflow, hosts: hostsOf(workflow, facts) }));
    const hosts = [...new Set(rows.flatMap((row) => row.hosts))];
    const what = `${credential.ref} “${credential.name}”`;
    return lookView({
      title: `${what}: used by ${counted(users.length, 'workflow')}`,
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['kind', credential.type],
            ['connection', credential.connectionName],
            ['hosts', listed(hosts, 20) || 'none that is known'],
            ['revoked by', wayWords(way)],
          ],
        },
        {
          kind: 'table',
          columns: ['ref', 'workflow', 'active', 'hosts'],
          rows: rows
            .slice(0, shownAtMost)
            .map(({ workflow, hosts: own }) => [
              workflow.ref,
              workflow.name,
              activeWords(workflow, zoneOf(context)),
              listed(own, 5),
            ]),
        },
        ...(users.length > shownAtMost
          ? [said(`${counted(users.length - shownAtMost, 'workflow')} not shown.`)]
          : []),
        ...coverage.blocks,
      ],
      next: [`contain plan credential:${credential.ref}`, `cred revoke ${credential.ref}`],
      data: {
        ref: credential.ref,
        name: credential.name,
        type: credential.type,
        connection: credential.connectionName,
        revokedBy: way.kind,
        hosts,
        workflows: rows.map(({ workflow, hosts: own }) => ({
          ref: workflow.ref,
          name: workflow.name,
          ...standingData(workflow),
          hosts: [...own],
        })),
        coverage: coverage.data,
      },
    });
  },
});

function hostsOf(
  workflow: Workflow,
  facts: ReadonlyMap<string, readonly Fact[]>,
): readonly string[] {
  const own = facts.get(keyText(workflow)) ?? [];
  return [...new Set(own.filter(({ kind }) => kind === 'host').map(({ value }) => value))];
}
