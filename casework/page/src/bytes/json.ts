// SPDX-License-Identifier: GPL-3.0-or-later
// JSON with one spelling (section 4): compact, sorted keys, integers, few escapes. Recursion ends at the depth that is allowed.
import { need, refuse } from "../failure";

/** An object is a list of pairs: no name of it can be mistaken for something of the language. */
export type Json = string | number | boolean | null | Json[] | { pairs: [string, Json][] };

const ESCAPES: Record<string, string> = { '"': '"', "\\": "\\", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Ascending in the bytes of UTF-8, which is the order of code points. */
function before(a: string, b: string): boolean {
  const x = Array.from(a), y = Array.from(b);
  for (let at = 0; at < x.length && at < y.length; at++) {
    const difference = (x[at]?.codePointAt(0) ?? 0) - (y[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return x.length < y.length;
}

/** Reads all of a text; arrays and objects may be nested so deep. */
export function readJson(bytes: Uint8Array, depth: number): Json {
  const reader = new Reader(textOf(bytes));
  const value = reader.value(depth);
  reader.end();
  return value;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse("malformed", "json");
  }
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Json {
    const first = this.text.charAt(this.at);
    if (first === "[") return this.array(depth);
    if (first === "{") return this.object(depth);
    if (first === '"') return this.string();
    if (first === "-" || (first >= "0" && first <= "9")) return this.number();
    for (const [word, value] of [["true", true], ["false", false], ["null", null]] as const)
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    return refuse("malformed", "json");
  }

  end(): void {
    need(this.at === this.text.length, "malformed", "json");
  }

  private take(letter: string): boolean {
    if (this.text.charAt(this.at) !== letter) return false;
    this.at++;
    return true;
  }

  private array(depth: number): Json[] {
    need(depth > 0, "malformed", "depth");
    this.at++;
    const values: Json[] = [];
    if (this.take("]")) return values;
    do values.push(this.value(depth - 1)); while (this.take(","));
    need(this.take("]"), "malformed", "json");
    return values;
  }

  private object(depth: number): Json {
    need(depth > 0, "malformed", "depth");
    this.at++;
    const pairs: [string, Json][] = [];
    if (this.take("}")) return { pairs };
    do {
      need(this.text.charAt(this.at) === '"', "malformed", "json");
      const name = this.string();
      need(pairs.length === 0 || before(pairs[pairs.length - 1]?.[0] ?? "", name), "malformed", "json");
      need(this.take(":"), "malformed", "json");
      pairs.push([name, this.value(depth - 1)]);
    } while (this.take(","));
    need(this.take("}"), "malformed", "json");
    return { pairs };
  }

  private number(): number {
    const found = /(0|-?[1-9][0-9]{0,15})(?![0-9.eE])/y;
    found.lastIndex = this.at;
    const text = found.exec(this.text)?.[0] ?? refuse("malformed", "number");
    need(Number.isSafeInteger(Number(text)), "malformed", "number");
    this.at += text.length;
    return Number(text);
  }

  private string(): string {
    this.at++;
    let value = "";
    for (;;) {
      const end = /["\\\x00-\x1f]/g;
      end.lastIndex = this.at;
      const stop = end.exec(this.text)?.index ?? refuse("malformed", "json");
      value += this.text.slice(this.at, stop);
      this.at = stop + 1;
      if (this.text.charAt(stop) === '"') return value;
      need(this.text.charAt(stop) === "\\", "malformed", "json");
      value += this.escape();
    }
  }

  private escape(): string {
    const letter = this.text.charAt(this.at++);
    const short = Object.prototype.hasOwnProperty.call(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (short !== undefined) return short;
    const code = /^00[01][0-9a-f]$/.test(this.text.slice(this.at, this.at + 4)) ? this.text.slice(this.at, this.at + 4) : "";
    const written = String.fromCharCode(parseInt(code, 16));
    need(letter === "u" && code !== "" && !"\b\f\n\r\t".includes(written), "malformed", "json");
    this.at += 4;
    return written;
  }
}
