import type { Reply } from './reply.ts';

/** What a person still has to say in a line: `…`, `<query>`, `@…`. */
export const placeholder = /…|<[^<>\s]+>/;

/**
 * A line to go on with, as something to press. `say` is whole; `ask` waits for something, so its
 * form is opened; `code` is said again with a code, which is asked for where nobody else reads it;
 * `shell` is typed in a shell and cannot be pressed.
 */
export type Button = {
  readonly kind: 'say' | 'ask' | 'code' | 'shell';
  readonly line: string;
  /** What stands on it: mostly the line itself, so that whoever presses learns what to type. */
  readonly label: string;
  readonly tone: ButtonTone;
};

/** `main` carries on with what the answer is about; `danger` cannot be taken back. */
export type ButtonTone = 'main' | 'danger' | 'plain';

/** The buttons below a reply, each line once. */
export function buttonsOf(reply: Reply): readonly Button[] {
  if (reply.kind === 'view') return [...new Set(reply.next)].map((line) => buttonFor(line, line));
  const again = reply.again === undefined ? [] : [codeButton(reply.again)];
  const picks = new Map(reply.picks?.map(({ line, label }) => [line, label]));
  return [...again, ...[...picks].map(([line, label]) => buttonFor(line, label))];
}

function buttonFor(line: string, label: string): Button {
  const isForShell = /^firebreak\s/.test(line);
  const kind = isForShell ? 'shell' : placeholder.test(line) ? 'ask' : 'say';
  return { kind, line, label, tone: toneOf(line) };
}

function codeButton(line: string): Button {
  return { kind: 'code', line, label: 'Say it with a code', tone: 'main' };
}

const tones: readonly (readonly [RegExp, ButtonTone])[] = [
  [/^(?:cred (?:revoke|overwrite|delete)|user delete|contain freeze)\b/, 'danger'],
  [/^(?:contain (?:run|approve)|runbook (?:do|done|next))\b/, 'main'],
];

function toneOf(line: string): ButtonTone {
  return tones.find(([begins]) => begins.test(line))?.[1] ?? 'plain';
}
