// SPDX-License-Identifier: GPL-3.0-or-later
// What a check ends with when something does not hold: a name of the one list (format.md, section 15), why, and where.
import type { Why } from "./words";

/** The failures that the check of an exhibit or a dossier can give, with their numbers. */
export const FAILURES = {
  io_error: 12,
  too_large: 16,
  malformed: 30,
  unsupported_version: 31,
  bad_signature: 40,
  bad_key: 41,
  not_a_member: 42,
  policy_unmet: 43,
  broken_chain: 44,
  forked_chain: 45,
  bad_inclusion: 46,
  bad_consistency: 47,
  hash_mismatch: 48,
  missing_part: 49,
  unlisted_part: 50,
  wrong_root: 51,
  bad_disclosure: 52,
  chain_closed: 53,
  wrong_epoch: 54,
  key_revoked: 55,
  ticket_used: 89,
  bad_anchor: 95,
} as const;

export type FailureName = keyof typeof FAILURES;

export class Failure extends Error {
  /** The file, as the exhibit names it; empty where it is not about one file. */
  where = "";

  constructor(readonly failure: FailureName, readonly why: Why) {
    super(`${failure}: ${why}`);
  }
}

export function refuse(failure: FailureName, why: Why = "form"): never {
  throw new Failure(failure, why);
}

export function need(holds: boolean, failure: FailureName, why: Why = "form"): asserts holds {
  if (!holds) refuse(failure, why);
}

/** Does something with a file; what fails there names it, unless it named a file already. */
export async function at<T>(where: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure && !error.where) error.where = where;
    throw error;
  }
}
