// SPDX-License-Identifier: GPL-3.0-or-later
// The file that shows that an older tree is part of a newer one (section 19, Anchors).
import { fromBase64, hex, type Bytes } from "../bytes/bytes";
import { decimal, LineReader, linesOf } from "../bytes/text";
import { need, refuse } from "../failure";

interface Head {
  size: bigint;
  /** Hex. */
  root: string;
}

export interface Consistency {
  from: Head;
  to: Head;
  path: Bytes[];
}

function hashOf(text: string): Bytes {
  const hash = fromBase64(text);
  return hash?.length === 32 ? hash : refuse("malformed", "proof");
}

export function readConsistency(bytes: Bytes): Consistency {
  const lines = new LineReader(linesOf(bytes, 8192));
  lines.version("dokaz/consistency");
  const head = (key: string): Head => {
    const [size = "", root = ""] = lines.fields(key, 2);
    return { size: decimal(size), root: hex(hashOf(root)) };
  };
  const from = head("from"), to = head("to"), path: Bytes[] = [];
  while (!lines.ended) path.push(hashOf(lines.line()));
  need(path.length <= 127, "malformed", "proof");
  return { from, to, path };
}
