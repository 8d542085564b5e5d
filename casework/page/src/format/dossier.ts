// SPDX-License-Identifier: GPL-3.0-or-later
// `data/dossier`: what a dossier is, and what it withholds (section 19).
import { fromHex, type Bytes } from "../bytes/bytes";
import { ascending, decimal, LineReader, linesOf } from "../bytes/text";
import { need } from "../failure";

export interface Withheld {
  chain: string;
  seq: bigint;
  reason: string;
}

export interface Cover {
  addressee: string;
  use: string;
  items: number;
  withheld: Withheld[];
}

const USES = ["court", "partners", "press", "prosecutor", "publish", "team", "un"];
const MOST = 1_048_576;

export function readCover(bytes: Bytes): Cover {
  const [kind = "", addressee = "", ...others] = linesOf(bytes, MOST);
  // The addressee is the one line that may have several spaces.
  new LineReader([kind]).version("dokaz/dossier");
  need(/^for [!-~]([ -~]{0,62}[!-~])?$/.test(addressee), "malformed");
  const lines = new LineReader(others), use = lines.field("use"), items = decimal(lines.field("items"));
  need(USES.includes(use) && items >= 1n && items <= 9999n, "malformed");
  const withheld: Withheld[] = [];
  for (let fields = lines.maybe("withheld", 3); fields; fields = lines.maybe("withheld", 3)) {
    const [chain = "", seq = "", reason = ""] = fields;
    need(fromHex(chain, 16) !== undefined && /^[a-z0-9-]{1,32}$/.test(reason), "malformed");
    withheld.push({ chain, seq: decimal(seq), reason });
  }
  lines.end();
  need(ascending(withheld.map(({ chain, seq }) => chain + String(seq).padStart(20, "0"))), "malformed", "order");
  return { addressee: addressee.slice(4), use, items: Number(items), withheld };
}
