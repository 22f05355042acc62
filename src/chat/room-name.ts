import type { NewRoom } from './chat.ts';

/**
 * What the room of an incident is called: `inc-7-key-leaked`. The title of a private incident stands
 * in no name: others of the workspace may see that.
 *
 * @param number from 1, when rooms of that name are taken
 */
export function roomNameOf(
  { incident: { name, title, visibility } }: NewRoom,
  charactersAtMost: number,
  number = 1,
): string {
  const words = visibility === 'private' ? '' : title;
  const suffix = number === 1 ? '' : `-${number}`;
  const plain = `${name} ${words}`
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, charactersAtMost - suffix.length)
    .replaceAll(/^-+|-+$/g, '');
  return `${plain}${suffix}`;
}
