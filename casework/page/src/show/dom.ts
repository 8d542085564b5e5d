// SPDX-License-Identifier: GPL-3.0-or-later
// The only way from values to the page: elements and texts. Nothing is ever read as HTML.

type Child = Node | string;

export function element<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Record<string, string>, ...children: Child[]): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(id);
  return found;
}

const LONGEST = 4000;

/** A text from the exhibit: what would not be seen, or turns the direction of reading, is written out. */
export function visible(text: string): string {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)} … (+${text.length - LONGEST})` : text;
  return shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (letter) => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A text from the exhibit, apart from the direction of what surrounds it. */
export function foreign(text: string): HTMLElement {
  return element("bdi", { class: "foreign" }, visible(text));
}

export function bytesInWords(size: number): string {
  if (size < 1000) return `${size} bytes`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = size / 1000, unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ""}`;
}
