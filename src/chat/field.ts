import type { Field } from '../domain/form.ts';
import { cut } from './shown.ts';

/** What a chat's lists and inputs can hold. */
export type FieldBudget = {
  /** Characters that may be typed into one input. */
  readonly typed: number;
  /** Entries of one list, and characters of one entry. */
  readonly choices: number;
  readonly choice: number;
};

/** How a field is shown where lists are short: to be picked from, ticked, or typed into. */
export type Shown =
  | { readonly kind: 'tick' }
  | { readonly kind: 'list'; readonly choices: readonly string[] }
  | {
      readonly kind: 'input';
      readonly charactersAtMost: number;
      readonly isLong: boolean;
      /** What stands there already; never longer than may be typed. */
      readonly filled: string;
    };

/** A list that is too long, or has an entry that cannot be shown whole, is typed instead. */
export function shownAs({ ask, value = '' }: Field, budget: FieldBudget): Shown {
  if (ask.kind === 'tick') return { kind: 'tick' };
  if (ask.kind === 'choice') {
    const isShort = ask.choices.length > 0 && ask.choices.length <= budget.choices;
    const areWhole = ask.choices.every((one) => one !== '' && one.length <= budget.choice);
    if (isShort && areWhole) return { kind: 'list', choices: ask.choices };
  }
  const asked = ask.kind === 'choice' ? undefined : ask.charactersAtMost;
  const charactersAtMost = Math.min(asked ?? budget.typed, budget.typed);
  const filled = cut(value.toWellFormed(), charactersAtMost);
  return { kind: 'input', charactersAtMost, isLong: ask.kind === 'box', filled };
}
