// SPDX-License-Identifier: GPL-3.0-or-later
// PEM (RFC 7468): what stands between its lines, in their order.
import { fromBase64, latin, type Bytes } from "../bytes/bytes";
import { need, refuse } from "../failure";

/** The contents of all blocks with this label; text around them means nothing. */
export function readPem(bytes: Bytes, label: string): Bytes[] {
  const text = latin(bytes).replace(/\r\n/g, "\n"), found: Bytes[] = [];
  const begin = `-----BEGIN ${label}-----\n`, end = `-----END ${label}-----`;
  for (let at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at)) {
    const from = at + begin.length, to = text.indexOf(end, from);
    need(to >= 0, "bad_anchor", "pem");
    found.push(fromBase64(text.slice(from, to).replace(/\n/g, "")) ?? refuse("bad_anchor", "pem"));
    at = to + end.length;
  }
  return found;
}
