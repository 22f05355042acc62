/** What the watch finds that people must hear at once: something contained is not, or nobody sees. */
export const watchAlarms = [
  'came_back',
  'not_off',
  'copy_found',
  'copy_on',
  'put_in_again',
  'address_taken',
  'nodes_came_back',
  'block_lifted',
  'watch_blind',
] as const;

/** What it finds besides. */
export const watchNews = ['nodes_doubted', 'block_doubted', 'watch_sees'] as const;

/** Kinds of the events of the watch: all of them are told in the rooms of their incident. */
export type WatchKind = (typeof watchAlarms)[number] | (typeof watchNews)[number];
