/** Reads a body whole; undefined, and no further, when there are more bytes in it than that. */
export async function bytesWithin(
  body: ReadableStream<Uint8Array> | null,
  bytesAtMost: number,
): Promise<Uint8Array | undefined> {
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > bytesAtMost) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
