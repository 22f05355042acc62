/** A line that presses a step of a run, which it names: `runbook done yes run:R-1 step:3`. */
const pressLine =
  /^runbook (?<verb>do|done|skip|assign|back)(?: (?<said>.+))? run:(?<run>R-\d+) step:(?<step>\d+)$/s;

const words: Readonly<Record<string, string>> = {
  do: 'Do it',
  done: 'Done',
  skip: 'Skip',
  assign: 'Assign',
  back: 'Back',
};

/** What a line presses: the word for it, and which step of which run. */
export type StepPress = { readonly word: string; readonly step: string };

/**
 * The word that stands on a button in place of its line; undefined for a line that presses no step.
 *
 * A decision is pressed by its answer. `…` says that a form opens first.
 */
export function stepPress(line: string): StepPress | undefined {
  const { verb = '', said, run, step } = pressLine.exec(line)?.groups ?? {};
  const word = words[verb];
  if (word === undefined) return undefined;
  const on = `${run}, step ${step}`;
  if (said === undefined) return { word, step: on };
  return { word: said.includes('…') ? `${word}…` : verb === 'done' ? said : word, step: on };
}
