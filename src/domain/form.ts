/** One thing that a form asks for. All text is data. */
export type Field = {
  /** The word, option or flag that it fills. Unique in the form. */
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly required: boolean;
  /** What stands in it already. */
  readonly value?: string;
  readonly ask: Ask;
};

/** How a field is filled: on one line, in a box, from a list, or with a tick. */
export type Ask =
  | { readonly kind: 'line'; readonly charactersAtMost?: number }
  | { readonly kind: 'box'; readonly charactersAtMost?: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** Its value is `yes` or nothing. */
  | { readonly kind: 'tick' };

/** What a command asks for, made from its own file, so that it cannot disagree with what is typed. */
export type Form = {
  /** The command's name. */
  readonly command: string;
  readonly title: string;
  readonly fields: readonly Field[];
};

/** What a person filled in, by field; what was left empty is absent. */
export type Filled = Readonly<Record<string, string>>;

/** The forms of all commands, and the lines that they stand for once they are filled in. */
export type Forms = {
  /** That of the command a line begins with, as far as the line goes; undefined when it names none. */
  readonly formFor: (line: string) => Form | undefined;
  /** Undefined when there is no such command any more. */
  readonly lineOf: (command: string, filled: Filled) => string | undefined;
};
