import type { Command } from './command.ts';
import { makeHelp } from './help.ts';

/** Every verb, in the order of help. A test compares this list with the files of the folder. */
export const registry: readonly Command[] = [makeHelp(() => registry)];
