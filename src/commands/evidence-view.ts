import type { Evidence } from '../domain/evidence.ts';
import { notHadWords, originWords } from '../domain/evidence.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Block } from '../domain/reply.ts';
import { listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import type { Names } from './deciding.ts';
import { namesOf } from './deciding.ts';
import { warned } from './incident-view.ts';
import { showTime } from './show-time.ts';
import { zoneOf } from './when.ts';

/** So many characters of a hash tell two pieces apart on a screen. */
const shownHash = 12;
/** So many workflows are named in one sentence. */
const namedAtMost = 5;

/** Evidence as rows; never its content. */
export async function evidenceTable(
  context: CommandContext,
  evidence: readonly Evidence[],
): Promise<readonly Block[]> {
  if (evidence.length === 0) return [];
  const names = await namesOf(context);
  const zone = zoneOf(context);
  return [
    {
      kind: 'table',
      columns: ['name', 'bytes', 'sha256', 'collected', 'by', 'what'],
      rows: evidence.map((one) => [
        one.name,
        one.sizeBytes.toLocaleString('en'),
        one.sha256.slice(0, shownHash),
        showTime(one.collectedAt, zone),
        collectorOf(one, names),
        `${one.title} of ${originWords(one.from)}`,
      ]),
    },
  ];
}

/** Of which workflows evidence lacks a part, which, and why; nothing where all was had. */
export function notHadBlocks(evidence: readonly Evidence[]): readonly Block[] {
  const lacking = evidence.filter(({ notHad = [] }) => notHad.length > 0);
  const alike = Map.groupBy(lacking, ({ notHad = [] }) => notHadWords(notHad));
  return [...alike].map(([words, own]) => {
    const names = [...new Set(own.map(({ from }) => `“${originWords(from)}”`))];
    return warned(`The evidence of ${listed(names, namedAtMost)} is not whole. ${words}`);
  });
}

/** `@ana`, or Firebreak itself when it collected before acting. */
export function collectorOf(evidence: Evidence, names: Names): string {
  return evidence.collectedBy === undefined ? 'Firebreak' : names(evidence.collectedBy);
}

/** Evidence for machines; never its content. */
export function evidenceJson(evidence: Evidence): JsonObject {
  return {
    name: evidence.name,
    title: evidence.title,
    mediaType: evidence.mediaType,
    sha256: evidence.sha256,
    sizeBytes: evidence.sizeBytes,
    collectedAt: evidence.collectedAt.toISOString(),
    from: { ...evidence.from },
    plan: evidence.plan ?? null,
    notHad: evidence.notHad ?? [],
  };
}
