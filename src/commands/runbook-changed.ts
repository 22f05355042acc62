import type { ChangedLine } from '../domain/line-diff.ts';
import { changedLines } from '../domain/line-diff.ts';
import type { Block } from '../domain/reply.ts';
import type { Walk } from '../domain/runbook-run.ts';
import { counted } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { warned } from './incident-view.ts';

/** So many changed lines are shown unless all are asked for. */
const shownLines = 12;
/** And then at most so many: what is more is read in the file. */
const allLines = 400;
/** Characters of a line. */
const lineLength = 160;

/** That the file of a run is not what the run goes by any more, and where that is shown. */
export async function changedSince(context: CommandContext, walk: Walk): Promise<readonly Block[]> {
  const changed = await changeOf(context, walk);
  if (changed === undefined) return [];
  if (changed === 'gone') {
    return [
      warned(
        'The file of this runbook is no longer there; the run goes by the text it began with.',
      ),
    ];
  }
  return [
    warned(
      `${changed.file} was changed since this run began (${countWords(changed.lines)}); the run goes by the text it began with. See what: \`runbook show ${walk.run.name}\`.`,
    ),
  ];
}

/** What was changed in the file of a run since it began: lines taken away with −, added with +. */
export async function changesBlocks(
  context: CommandContext,
  walk: Walk,
  all: boolean,
): Promise<readonly Block[]> {
  const changed = await changeOf(context, walk);
  if (changed === undefined || changed === 'gone' || changed.lines.length === 0) return [];
  const { file, lines } = changed;
  const shown = lines.slice(0, all ? allLines : shownLines);
  const left = lines.length - shown.length;
  const rest = all
    ? `And ${counted(left, 'more line')}: read ${file}.`
    : `And ${counted(left, 'more line')}: \`runbook show ${walk.run.name} all\`.`;
  return [
    { kind: 'text', text: `Changed in ${file} since this run began:` },
    { kind: 'code', text: shown.map(lineWords).join('\n') },
    ...(left === 0 ? [] : [{ kind: 'text', text: rest } as const]),
  ];
}

async function changeOf(
  { runbooks }: CommandContext,
  { run }: Walk,
): Promise<{ readonly file: string; readonly lines: readonly ChangedLine[] } | 'gone' | undefined> {
  const files = await runbooks.list();
  const file =
    files.find(({ read }) => read.kind === 'good' && read.runbook.id === run.runbook) ??
    // An edit that cannot be read is an edit, too.
    files.find((one) => one.file === `${run.runbook}.md`);
  if (file === undefined) return 'gone';
  if (file.sha256 === run.contentSha256) return undefined;
  return { file: file.file, lines: changedLines(run.content, file.content) };
}

function countWords(lines: readonly ChangedLine[]): string {
  const added = lines.filter(({ kind }) => kind === 'added').length;
  const taken = lines.length - added;
  if (lines.length === 0) return 'only the ends of its lines';
  return [
    ...(taken === 0 ? [] : [`${counted(taken, 'line')} taken away`]),
    ...(added === 0 ? [] : [`${counted(added, 'line')} added`]),
  ].join(', ');
}

function lineWords({ kind, line, text }: ChangedLine): string {
  const cut = text.length > lineLength ? `${text.slice(0, lineLength - 1)}…` : text;
  return `${kind === 'added' ? '+' : '-'} ${String(line).padStart(3)}  ${cut}`;
}
