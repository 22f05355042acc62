import type { Deed } from './planned-night.ts';
import type { Hold } from './start-worker.ts';

/** Where a process that carries out a plan is killed. */
export type Kill = { readonly deed: Deed; readonly hold: Hold };

/** Each kind of point between two effects of a plan; those of single targets in its midst. */
export const kindsOfPoints: readonly Kill[] = [
  ...pointsOf('contain', {
    'take contain': 1,
    capture: 7,
    observe: 7,
    'intend to disable': 7,
    disable: 7,
    'know the answer to disable': 7,
    'intend to stop': 7,
    stop: 7,
    'know the answer to stop': 7,
    checkDisabled: 1,
    'judge disable': 1,
    checkStopped: 1,
    'judge stop': 1,
    'end the plan': 1,
    'finish contain': 1,
  }),
  ...pointsOf('undo', {
    'intend to enable': 7,
    enable: 7,
    'know the answer to enable': 7,
    checkEnabled: 1,
    'judge enable': 1,
  }),
  ...pointsOf('archive', {
    // The workflows were disabled, which was contradicted.
    'intend to archive': 7,
    archive: 7,
    'know the answer to archive': 7,
  }),
  ...pointsOf('revoke', {
    'intend to revoke': 3,
    // Each is looked at before and after: this is before the third is asked for.
    probe: 5,
    revoke: 3,
    'know the answer to revoke': 3,
  }),
  ...pointsOf('block', {
    'intend to block': 3,
    blockCredential: 3,
    'know the answer to block': 3,
    checkCredentials: 1,
    'judge block': 1,
  }),
  ...pointsOf('unblock', {
    'intend to unblock': 3,
    unblockCredential: 3,
    'know the answer to unblock': 3,
  }),
  ...pointsOf('overwrite', {
    'intend to overwrite': 3,
    overwriteCredential: 3,
    'know the answer to overwrite': 3,
  }),
  ...pointsOf('delete', {
    'intend to delete': 3,
    deleteCredential: 3,
    'know the answer to delete': 3,
  }),
  ...pointsOf('remove', {
    'intend to transfer': 2,
    transfer: 2,
    'know the answer to transfer': 2,
    'judge transfer': 2,
    'intend to remove': 2,
    removeUser: 2,
    'know the answer to remove': 2,
    'judge remove': 2,
  }),
  ...pointsOf('mute', {
    'intend to mute': 7,
    muteNodes: 7,
    'know the answer to mute': 7,
    'judge mute': 1,
  }),
  ...pointsOf('unmute', {
    'intend to unmute': 7,
    unmuteNodes: 7,
    'know the answer to unmute': 7,
  }),
];

function pointsOf(deed: Deed, nth: Readonly<Record<string, number>>): readonly Kill[] {
  return Object.entries(nth).map(([step, time]) => ({ deed, hold: { step, nth: time } }));
}
