// SPDX-License-Identifier: GPL-3.0-or-later
// Times as section 3 writes them, and seconds since 1970 for people.

function isDate(year: number, month: number, day: number): boolean {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= (days[month - 1] ?? 0);
}

/** `YYYY-MM-DD`: a real calendar date of the years 1970 to 9999. */
export function isDay(text: string): boolean {
  const found = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  return !!found && isDate(Number(found[1]), Number(found[2]), Number(found[3]));
}

/** `YYYY-MM-DDTHH:MM:SSZ`, no second 60. */
export function isMoment(text: string): boolean {
  return isDay(text.slice(0, 10)) && /^T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$/.test(text.slice(10));
}

const LAST_SECOND = 253402300799n; // 9999-12-31T23:59:59Z

/** As `isMoment` has it; what is no date of ours, as its number. */
export function moment(seconds: bigint): string {
  if (seconds > LAST_SECOND) return `${seconds} s`;
  return new Date(Number(seconds) * 1000).toISOString().slice(0, 19) + "Z";
}
