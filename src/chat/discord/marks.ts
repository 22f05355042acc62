/**
 * What tells Discord, and later us, that a message is the one of this id.
 *
 * The nonce is enforced: within some minutes Discord sends no second message with the same one. Its
 * lists do not show nonces, so the container bears a number made from the id as well, by which the
 * message is found when the answer to sending it was lost.
 */
export function nonceOf(id: string): string {
  // 128 bits in base 36 are 25 characters: just what Discord takes.
  return numberOf(id).toString(36);
}

/** A number from 1 to 2³¹ − 1, which Discord keeps as the `id` of a component. */
export function markOf(id: string): number {
  return Number((numberOf(id) % 2_147_483_646n) + 1n);
}

function numberOf(id: string): bigint {
  const digits = id.replaceAll(/[^0-9a-f]/gi, '');
  return digits === '' ? 0n : BigInt(`0x${digits.slice(0, 32)}`);
}
