import type { Reply } from './reply.ts';
import { stepPress } from './step-press.ts';

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
  /** A word or two in place of the line, which is what a step card is pressed by at 03:00. */
  readonly isWord: boolean;
  readonly tone: ButtonTone;
};

/** `main` carries on with what the answer is about; `danger` cannot be taken back. */
export type ButtonTone = 'main' | 'danger' | 'plain';

/** Buttons are good so long, in ms. */
export const buttonMs = 24 * 60 * 60_000;

/** The buttons below a reply, each line once. */
export function buttonsOf(reply: Reply): readonly Button[] {
  if (reply.kind === 'view') return nextButtons(reply.next);
  const again = reply.again === undefined ? [] : [codeButton(reply.again)];
  const picks = new Map(reply.picks?.map(({ line, label }) => [line, label]));
  return [...again, ...[...picks].map(([line, label]) => buttonFor(line, label))];
}

/** The same of lines alone, as they stand below an answer. */
export function nextButtons(next: readonly string[]): readonly Button[] {
  const lines = [...new Set(next)];
  // Where one answer presses several steps, each word says which.
  const steps = new Set(lines.map((line) => stepPress(line)?.step).filter(Boolean));
  return lines.map((line) => {
    const press = stepPress(line);
    if (press === undefined) return buttonFor(line, line);
    const label = steps.size > 1 ? `${press.word} (${press.step})` : press.word;
    return { ...buttonFor(line, label), isWord: true };
  });
}

function buttonFor(line: string, label: string): Button {
  const isForShell = /^firebreak\s/.test(line);
  const kind = isForShell ? 'shell' : placeholder.test(line) ? 'ask' : 'say';
  return { kind, line, label, isWord: false, tone: toneOf(line) };
}

function codeButton(line: string): Button {
  return { kind: 'code', line, label: 'Say it with a code', isWord: true, tone: 'main' };
}

const tones: readonly (readonly [RegExp, ButtonTone])[] = [
  [/^(?:cred (?:revoke|overwrite|delete)|user delete|contain freeze)\b/, 'danger'],
  [/^(?:contain (?:run|approve)|runbook (?:do|done|next))\b/, 'main'],
];

function toneOf(line: string): ButtonTone {
  return tones.find(([begins]) => begins.test(line))?.[1] ?? 'plain';
}
