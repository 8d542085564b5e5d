// SPDX-License-Identifier: GPL-3.0-or-later
// What a check found, as values; the words for it are elsewhere. An answer that is absent was not reached.
import type { FailureName } from "../failure";
import type { Cosignature } from "../format/checkpoint";
import type { Fact } from "../format/fact";
import type { Member } from "../format/roster";
import type { LimitName, Why } from "../words";

export interface BytesAnswer {
  files: number;
  size: number;
  objects: number;
  clean: string | undefined;
  original: string | undefined;
  /** Why there is no clean copy, for an item that is not cleaned. */
  notCleaned: string | undefined;
  committed: number;
  facts: Fact[];
}

export interface SignedAnswer {
  act: string;
  signer: Member;
  /** How often the signer had changed keys before. */
  epoch: number;
  exporter: Member;
  /** H of the exporter's key, in hex. */
  exporterFingerprint: string;
  roster: bigint;
}

export interface TimeAnswer {
  claimed: string;
  /** How many entries the log had, as far as the signer knew. */
  seen: bigint;
  notBefore: Cosignature[];
  notAfter: Cosignature[];
}

export interface ChainAnswer {
  id: string;
  statements: bigint;
  /** Absent where the exhibit does not show that the server received the objects. */
  storedBy: Member | undefined;
}

export interface LogAnswer {
  origin: string;
  index: bigint;
  size: bigint;
  witnesses: string[];
  needed: number;
}

export interface Findings {
  outcome: "verified" | "limits" | "failed";
  failure?: { name: FailureName; why: Why; where: string };
  limits: LimitName[];
  /** Of the case: the one that was given, or the one that the exhibit claims. */
  fingerprint: string;
  item?: string;
  /** Whether the exhibit's own copy of the policy is the one that was given. */
  samePolicy?: boolean;
  bytes?: BytesAnswer;
  signed?: SignedAnswer;
  time?: TimeAnswer;
  chain?: ChainAnswer;
  log?: LogAnswer;
}
