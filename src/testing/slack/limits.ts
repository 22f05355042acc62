/**
 * What Slack takes at most, in one table. Texts are counted in UTF-16 units, where Slack counts
 * characters, so that the fake refuses a little earlier than the real one.
 *
 * @source JSDoc of @slack/types 3.2.0; api.slack.com/changelog/2018-04-truncating-really-long-messages;
 *   slackapi/bolt-js#2509 for the sum of all text, which is documented nowhere
 */
export const slackLimits = {
  message: { text: 4_000, blocks: 50, textInBlocks: 12_000, tables: 1, metadataBytes: 8_000 },
  view: {
    title: 24,
    button: 24,
    blocks: 100,
    privateMetadata: 3_000,
    callbackId: 255,
    stack: 3,
  },
  block: {
    id: 255,
    header: 150,
    section: 3_000,
    fields: 10,
    field: 2_000,
    contextElements: 10,
    actions: 25,
    markdown: 12_000,
    tableRows: 100,
    tableColumns: 20,
    inputLabel: 2_000,
    inputHint: 2_000,
    imageAlt: 2_000,
    imageUrl: 3_000,
    imageTitle: 2_000,
  },
  element: {
    actionId: 255,
    buttonText: 75,
    buttonValue: 2_000,
    url: 3_000,
    options: 100,
    optionText: 75,
    optionValue: 150,
    overflowOptions: 5,
    choices: 10,
    placeholder: 150,
    initialValue: 3_000,
  },
  confirm: { title: 100, text: 300, button: 30 },
  channel: { name: 80, topic: 250, purpose: 250, pins: 100, bookmarks: 100 },
  /** Of those who have an emoji on a message, so many are listed with it. */
  reactionUsers: 50,
  /** How long a request from Slack waits for its ack, and a trigger for its modal. */
  ackMs: 3_000,
  triggerMs: 3_000,
  responseUrl: { uses: 5, ms: 30 * 60_000 },
  retries: 3,
  connections: 10,
  ticketMs: 30_000,
  /** Calls of one method a minute, by tier. */
  tiers: { 1: 1, 2: 20, 3: 50, 4: 100 },
  /** Messages in one channel a second. */
  postsPerSecond: 1,
} as const;
