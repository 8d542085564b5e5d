// SPDX-License-Identifier: GPL-3.0-or-later
// A change of one text, picked by a number: a byte, a line or a word other, missing, doubled or elsewhere.

/** Numbers that follow from a seed. */
export function numbers(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor(((state >>> 8) / 0x1000000) * below);
  };
}

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCXYZ+/-_=. \n\r\t\0";

export function changeText(file, pick) {
  const bytes = Buffer.from(file), at = pick(bytes.length);
  const lines = bytes.toString("latin1").split("\n"), line = pick(lines.length), other = pick(lines.length);
  const joined = () => Buffer.from(lines.join("\n"), "latin1");
  switch (pick(8)) {
    case 0:
      bytes[at] ^= 1 << pick(8);
      return bytes;
    case 1:
      bytes[at] = LETTERS.charCodeAt(pick(LETTERS.length));
      return bytes;
    case 2:
      lines.splice(line, 1);
      return joined();
    case 3:
      lines.splice(line, 0, lines[other]);
      return joined();
    case 4:
      [lines[line], lines[other]] = [lines[other], lines[line]];
      return joined();
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    case 6:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(" \n0"[pick(3)]), bytes.subarray(at)]);
    default: {
      const words = lines[line].split(" "), word = pick(words.length);
      words[word] = /^\d+$/.test(words[word]) ? String(pick(10)) : words[word].toUpperCase();
      lines[line] = words.join(" ");
      return joined();
    }
  }
}
