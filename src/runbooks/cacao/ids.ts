/** Hex of a text, at least 128 bits of it. */
export type Hash = (text: string) => string;

/**
 * The identifier of a thing, the same each time: a second export is a new version of the same
 * playbook, not another one.
 *
 * In the form of a UUID of version 4, although it is a hash: steps must be of that version (CACAO
 * 10.10), and what RFC 9562 made for hashes, version 8, the schema of CACAO refuses. The type is part
 * of what is hashed, because no two objects may share a UUID.
 */
export function idFor(hash: Hash, type: string, ...of: readonly string[]): string {
  const hex = hash(JSON.stringify(['firebreak', type, ...of]));
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) % 4) + 8).toString(16);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `${type}--${parts.join('-')}`;
}
