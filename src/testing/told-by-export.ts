import { z } from 'zod';

import type { ExportFormat } from '../exports/export.ts';

/**
 * What an export tells, each fact once and in no order: without what is drawn by lot or measured,
 * and without how a chat and its rooms are called. Two nights that went alike tell the same.
 */
export function toldBy(format: ExportFormat, text: string): readonly string[] {
  const facts = readers[format](text).map(withoutLots);
  return [...new Set(facts)].filter((fact) => !underWay.test(fact)).toSorted();
}

const readers: Readonly<Record<ExportFormat, (text: string) => readonly string[]>> = {
  md: (text) => text.split('\n').map((line) => line.replace(/^\| (?:E-)?\d+ \|/, '| n |')),
  json: (text) => {
    const { incident, omissions, entries } = document.parse(JSON.parse(text));
    const told = entries.map(({ actor, body, entry: { kind, source, attachments } }) => ({
      kind,
      source,
      attachments: attachments.length,
      actor: actor.value,
      body: body.value,
    }));
    return [{ incident }, { omissions }, ...told].map((one) => JSON.stringify(one));
  },
};

const value = z.object({ value: z.unknown() });
const document = z.looseObject({
  incident: z.unknown(),
  omissions: z.array(z.string()),
  entries: z.array(
    z.looseObject({
      actor: value,
      body: value,
      entry: z.looseObject({
        kind: z.string(),
        source: z.string(),
        attachments: z.array(z.unknown()),
      }),
    }),
  ),
});

/** How often something is looked for until it is proved depends on how fast the machine is. */
const underWay = /(?:disabled|stopped) is not verified yet|"action_pending"/;

function withoutLots(fact: string): string {
  return lots.reduce((told, [lot, name]) => told.replaceAll(lot, name), fact);
}

const lots: readonly (readonly [RegExp, string])[] = [
  [/(?:slack|discord):[\w/]+/g, '(a room)'],
  [/"source":"(?:slack|discord)"/g, '"source":"(a chat)"'],
  [/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '(an id)'],
  [/\b[\da-f]{16,64}\b/g, '(a hash)'],
  // 32 random bytes in base64url, also inside a text of JSON.
  [/(nonce\\*":\\*")[\w-]{43}/g, '$1(a nonce)'],
  [/ \*\(clock off[^)]*\)\*/g, ''],
  [/\d{4}-\d\d-\d\d[ T][\d:.]+(?: ?Z| UTC)?(?: \([\d:]+Z\))?/g, '(a time)'],
  [/ The sandbox lists [^.]* as stopped\./g, ''],
  [/\| Entries \| \d+ \|/g, '| Entries | n |'],
  [/(\| executions\.json \|.*\| )\d+ \|/g, '$1n |'],
];
