/**
 * What one message may hold: 4,000 characters of text and 40 components, nested ones included.
 *
 * @source https://discord.com/developers/docs/components/reference
 */
export const messageBudget = {
  /** Of all texts together as they are written, escapes and labels included. */
  characters: 3_900,
  title: 400,
  words: 1_800,
  code: 1_800,
  fieldName: 80,
  fieldValue: 500,
  items: 30,
  item: 400,
  /** Points under one point of a list. */
  below: 8,
  rows: 30,
  columns: 12,
  cell: 160,
  buttonsInRow: 5,
  /** Rows of buttons where words stand on them. */
  rowsOfWords: 2,
  lists: 4,
  /** Entries of one list, and characters of one entry. */
  choices: 25,
  choice: 100,
  label: 80,
  note: 200,
} as const;

/** @source https://discord.com/developers/docs/interactions/receiving-and-responding */
export const modalBudget = {
  title: 45,
  fields: 5,
  label: 45,
  hint: 100,
  typed: 4_000,
  choices: 25,
  choice: 100,
} as const;
