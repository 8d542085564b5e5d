// SPDX-License-Identifier: GPL-3.0-or-later
// A file, or a piece of one, that the browser holds: read when it is wanted, never as a whole where it is large.
import type { Bytes } from "../bytes/bytes";
import { need, refuse } from "../failure";
import type { Part } from "../exhibit/parts";

export async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => refuse("io_error", "reading"));
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

export function blobPart(blob: Blob): Part {
  return { size: blob.size, pieces: () => piecesOf(blob.stream()) };
}

/** Exactly these bytes of an archive. */
export async function slice(blob: Blob, from: number, size: number): Promise<Bytes> {
  need(from >= 0 && size >= 0 && from + size <= blob.size, "malformed", "archive");
  const bytes = new Uint8Array(await blob.slice(from, from + size).arrayBuffer().catch(() => refuse("io_error", "reading")));
  need(bytes.length === size, "io_error", "reading");
  return bytes;
}
