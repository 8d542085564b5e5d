// SPDX-License-Identifier: GPL-3.0-or-later
// The text format of section 1: printable ASCII, lines that all end, one space between fields, nothing behind the end.
import { latin } from "./bytes";
import { need, refuse } from "../failure";

/** The lines of a text without their line feeds. Empty lines are left to whoever reads them. */
export function linesOf(bytes: Uint8Array, most: number): string[] {
  need(bytes.length > 0 && bytes.length <= most, "malformed");
  const text = latin(bytes);
  need(/^[\n\x20-\x7e]*\n$/.test(text), "malformed");
  return text.slice(0, -1).split("\n");
}

/** Reads lines in their order. A line that is not the expected one is `malformed`. */
export class LineReader {
  private at = 0;

  constructor(private readonly lines: readonly string[]) {}

  get ended(): boolean {
    return this.at === this.lines.length;
  }

  /** The fields behind the key of the next line, exactly so many. */
  fields(key: string, count: number): string[] {
    return this.maybe(key, count) ?? refuse("malformed");
  }

  field(key: string): string {
    return this.fields(key, 1)[0] ?? refuse("malformed");
  }

  /** As `fields`, if the next line has the key; without a count any number from one. */
  maybe(key: string, count?: number): string[] | undefined {
    const line = this.lines[this.at];
    if (line === undefined || !(line === key || line.startsWith(key + " "))) return undefined;
    const fields = line.split(" ").slice(1);
    need(fields.every((field) => field !== "") && (count === undefined ? fields.length > 0 : fields.length === count), "malformed");
    this.at++;
    return fields;
  }

  /** The first line: a kind and version 1. */
  version(kind: string): void {
    const line = this.lines[this.at++] ?? "";
    const number = line.startsWith(kind + "/v") ? line.slice(kind.length + 2) : "";
    need(/^[1-9][0-9]{0,19}$/.test(number), "malformed", "kind");
    need(number === "1", "unsupported_version", "version");
  }

  line(): string {
    return this.lines[this.at++] ?? refuse("malformed");
  }

  /** Whether the next line is exactly this, which is then read. */
  skip(line: string): boolean {
    if (this.lines[this.at] !== line) return false;
    this.at++;
    return true;
  }

  end(): void {
    need(this.ended, "malformed");
  }
}

/** No sign, no leading zero, less than 2^64. */
export function decimal(text: string): bigint {
  need(/^(0|[1-9][0-9]{0,19})$/.test(text), "malformed", "number");
  const value = BigInt(text);
  need(value < 1n << 64n, "malformed", "number");
  return value;
}

/** Whether each is behind the one before it; as ASCII, so as code units. */
export function ascending(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || (texts[index - 1] ?? "") < text);
}
