/** What somebody reads whose line could not be stored: nothing of it was done, and it waits nowhere. */
export const notKept =
  'Firebreak could not keep what you said, so nothing of it was done. Say it again in a moment.';
