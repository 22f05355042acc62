import { z } from 'zod';

import type { Credential } from '../../domain/inventory.ts';
import { keyText } from '../../domain/inventory.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { RevocationRecord, RevocationWay } from '../../domain/revocation.ts';
import { revocationWords } from '../../domain/revocation.ts';
import { counted } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { connectionOf } from '../connection-of.ts';
import { coverageOf } from '../coverage.ts';
import { wayWords } from '../cred-view.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { lookView, said } from '../incident-view.ts';
import { lineOf } from '../inputs.ts';

const onPage = 40;

export const credList = defineCommand({
  name: 'cred list',
  summary: 'Credentials of the connections: who uses them, and who can revoke them',
  examples: ['cred list', 'cred list stripe', 'cred list on:prod', 'cred list page:2'],
  words: ['name…'],
  options: {
    ...incidentOption,
    on: 'Only those of this connection',
    page: 'Which page of credentials',
  },
  permission: 'viewer',
  input: z.object({
    name: lineOf(300).exactOptional(),
    on: lineOf(60).exactOptional(),
    page: z.coerce.number().int().min(1).default(1),
    ...incidentInput,
  }),

  async run(context, { name, on, page, in: named }) {
    const only = on === undefined ? undefined : await connectionOf(context, on);
    const coverage = await coverageOf(context);
    const all = (await listedOf(context)).filter(
      ({ credential }) => only === undefined || credential.connection === only.id,
    );
    const part = name?.toLowerCase() ?? '';
    const fitting = all.filter(({ credential }) => credential.name.toLowerCase().includes(part));
    const pages = Math.max(1, Math.ceil(fitting.length / onPage));
    if (page > pages) {
      throw new UserError('bad_input', `There are ${counted(pages, 'page')}.`, {
        hint: `e.g. \`cred list page:${pages}\``,
      });
    }
    const records = await recordsOf(context, named);
    const withState = (one: Listed): Row => {
      const record = records.get(keyText(one.credential));
      return record ? { ...one, record } : one;
    };
    const shown = fitting.slice((page - 1) * onPage, page * onPage).map(withState);
    const automatic = all.filter(({ way }) => way.kind === 'firebreak').length;
    const learnable = all.filter(({ way }) => way.kind === 'by_hand' && way.couldLearn).length;
    return lookView({
      title: `${counted(fitting.length, 'credential')}${name === undefined ? '' : ` like “${name}”`}`,
      blocks: [
        said(
          `${automatic} of ${all.length} can be revoked by Firebreak, ${all.length - automatic} by hand at their provider.`,
        ),
        ...(learnable === 0
          ? []
          : [
              said(
                `${learnable} more could be, once an admin gives the way to the provider in a shell: \`firebreak provider …\`.`,
              ),
            ]),
        {
          kind: 'table',
          columns: ['ref', 'credential', 'kind', 'connection', 'used by', 'revoked by', 'state'],
          rows: shown.map(cellsOf),
        },
        ...(pages > 1
          ? [
              said(
                `Page ${page} of ${pages}; more with \`cred list${only === undefined ? '' : ` on:${only.name}`} page:${(page % pages) + 1}\`.`,
              ),
            ]
          : []),
        ...coverage.blocks,
      ],
      next: shown[0] ? [`cred where ${shown[0].credential.ref}`, 'cred revoke …'] : [],
      data: {
        automatic,
        learnable,
        total: all.length,
        credentials: fitting.map(withState).map(jsonOf),
        coverage: coverage.data,
      },
    });
  },
});

type Listed = { readonly credential: Credential; readonly way: RevocationWay };
type Row = Listed & { readonly record?: RevocationRecord };

function cellsOf({ credential, way, record }: Row): readonly string[] {
  return [
    credential.ref,
    credential.name,
    credential.type,
    credential.connectionName,
    counted(credential.usedBy, 'workflow'),
    wayWords(way),
    record ? revocationWords(record) : '',
  ];
}

function jsonOf({ credential, way, record }: Row): JsonObject {
  return {
    ref: credential.ref,
    name: credential.name,
    type: credential.type,
    connection: credential.connectionName,
    usedBy: credential.usedBy,
    revokedBy: way.kind,
    state: record?.state ?? null,
  };
}

async function listedOf({ store, wayOf }: CommandContext): Promise<readonly Listed[]> {
  const connections = new Map((await store.connections.list()).map((one) => [one.id, one]));
  const credentials = await store.inventory.credentials();
  return credentials.flatMap((credential) => {
    const connection = connections.get(credential.connection);
    return connection ? [{ credential, way: wayOf(connection, credential) }] : [];
  });
}

/** What became of credentials in the incident; before there is one, nothing did. */
async function recordsOf(
  context: CommandContext,
  named: string | undefined,
): Promise<ReadonlyMap<string, RevocationRecord>> {
  try {
    const { incident } = await incidentOf(context, named);
    const records = await context.store.revocations.ofIncident(incident.id);
    return new Map(
      records.map((one) => [keyText({ connection: one.connection, id: one.credential }), one]),
    );
  } catch (error) {
    if (named !== undefined || !(error instanceof UserError)) throw error;
    return new Map();
  }
}
