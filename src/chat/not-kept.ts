/** What somebody reads whose line could not be stored: nothing of it was done, and it waits nowhere. */
export const notKept =
  'Firebreak could not keep what you said, so nothing of it was done. Say it again in a moment.';

/** The same, where saying it again changes nothing: the app lacks a permission, or was shut out. */
export const notAllowedToHear =
  'Firebreak may not see who you are here, so nothing of it was done. Whoever runs it finds what is missing with `firebreak doctor`.';
