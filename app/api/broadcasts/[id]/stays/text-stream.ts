/** Pieces of text as a body that is read no faster than the client takes it. */

export function textStream(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(client) {
        const piece = await pieces.next();
        if (piece.done) client.close();
        else client.enqueue(encoder.encode(piece.value));
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
}
