/**
 * What one message may hold. Slack's own limits are higher (see the fake's), except where it names
 * none: more than about 13,000 characters in all blocks are refused, and one table is shown.
 *
 * @source https://docs.slack.dev/reference/block-kit/blocks · slackapi/bolt-js#2509
 */
export const messageBudget = {
  /** Of all texts in the blocks together, title and buttons included. */
  characters: 11_000,
  blocks: 50,
  title: 150,
  /** The plain text for notifications and screen readers. */
  fallback: 3_000,
  words: 2_500,
  code: 3_000,
  fields: 3_000,
  fieldName: 80,
  fieldValue: 700,
  list: 4_000,
  items: 60,
  item: 600,
  /** Points under one point of a list. */
  below: 12,
  table: 6_000,
  /** The heads are one of them. */
  rows: 100,
  columns: 20,
  cell: 300,
  buttons: 10,
  label: 75,
  note: 200,
} as const;

/** @source https://docs.slack.dev/reference/views/modal-views */
export const modalBudget = {
  title: 24,
  blocks: 100,
  label: 120,
  hint: 300,
  /** Of what a person may type, and of what stands there already. */
  typed: 3_000,
  choices: 100,
  choice: 75,
} as const;
