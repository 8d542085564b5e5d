// SPDX-License-Identifier: GPL-3.0-or-later
// Why a check that found nothing wrong is not *verified* (sections 12 and 19).
import type { LimitName } from "../words";
import type { AnchorStamp } from "./anchors";
import type { TimeAnswer } from "./findings";

/** Of an item alone. */
export function limitsOfItem(time: TimeAnswer, isStored: boolean): LimitName[] {
  const limits: LimitName[] = [];
  if (time.notAfter.length === 0) limits.push("noWitness");
  if (time.after === undefined) limits.push("claimedOnly");
  else if (time.before === undefined) limits.push("noNotBefore");
  if (time.contradicts) limits.push("clocksContradict");
  if (!time.unrevokedShown) limits.push("revocationNotShown");
  if (!isStored) limits.push("notStored");
  return limits;
}

export function limitsOfStamps(stamps: readonly AnchorStamp[]): LimitName[] {
  const limits: LimitName[] = [];
  if (stamps.some(({ stamp }) => stamp.state === "unconfirmed")) limits.push("stampUnconfirmed");
  if (stamps.some(({ stamp }) => stamp.state === "unjudged")) limits.push("stampUnjudged");
  return limits;
}

/** Each once, in a fixed order. */
export function allLimits(isRootGiven: boolean, isPolicyGiven: boolean, ...more: readonly LimitName[][]): LimitName[] {
  const limits = new Set<LimitName>();
  if (!isRootGiven) limits.add("rootUnconfirmed");
  if (!isPolicyGiven) limits.add("policyUnconfirmed");
  for (const some of more) for (const limit of some) limits.add(limit);
  return [...limits];
}
