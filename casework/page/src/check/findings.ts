// SPDX-License-Identifier: GPL-3.0-or-later
// What a check found, as values; the words for it are elsewhere. An answer that is absent was not reached.
import type { FailureName } from "../failure";
import type { Cosignature } from "../format/checkpoint";
import type { Withheld } from "../format/dossier";
import type { Fact } from "../format/fact";
import type { Member } from "../format/roster";
import type { LimitName, Why } from "../words";
import type { AnchorStamp } from "./anchors";

export interface ItemBytes {
  objects: number;
  clean: string | undefined;
  original: string | undefined;
  /** Why there is no clean copy, for an item that is not cleaned. */
  notCleaned: string | undefined;
  committed: number;
  disclosed: number;
  /** Absent where a dossier shows more of them than a page can hold. */
  facts: Fact[] | undefined;
}

export interface BytesAnswer extends ItemBytes {
  files: number;
  size: number;
}

export interface ExporterAnswer {
  exporter: Member;
  /** H of the exporter's key, in hex. */
  exporterFingerprint: string;
  roster: bigint;
}

export interface ItemSigned {
  act: string;
  signer: Member;
  /** How often the signer had changed keys before. */
  epoch: number;
}

export interface SignedAnswer extends ItemSigned, ExporterAnswer {}

export interface TimeAnswer {
  claimed: string;
  /** How many entries the log had, as far as the signer knew. */
  seen: bigint;
  notBefore: Cosignature[];
  notAfter: Cosignature[];
  /** Of anchors that cover the item and lead to a root that the person gave. */
  stamps: AnchorStamp[];
  /** Between these, in seconds since 1970, as far as somebody proves it. */
  before: bigint | undefined;
  after: bigint | undefined;
  /** False where `after` rests on a stamp whose certificates are not shown to be unrevoked. */
  unrevokedShown: boolean;
  /** `before` is later than `after`. */
  contradicts: boolean;
}

export interface ChainAnswer {
  id: string;
  statements: bigint;
  /** Absent where it is not shown that the server received the objects. */
  storedBy: Member | undefined;
}

export interface LogAnswer {
  origin: string;
  index: bigint;
  size: bigint;
  witnesses: string[];
  needed: number;
}

/** An item of a dossier. Of the chain it is its place. */
export interface DossierItem {
  number: number;
  /** Hash of its statement. */
  item: string;
  bytes: ItemBytes;
  signed: ItemSigned;
  time: TimeAnswer;
  chain: { id: string; seq: bigint; storedBy: Member | undefined };
  log: { index: bigint; size: bigint; witnesses: string[] };
  limits: LimitName[];
}

/** A chain of a dossier, as far as it is shown. */
export interface ShownChain {
  id: string;
  signer: Member;
  statements: bigint;
  /** Numbers of the items that are in it. */
  items: number[];
  withheld: (Withheld | { chain: string; seq: bigint; reason: undefined })[];
}

/** What a dossier has instead of the one item. */
export interface DossierAnswer {
  files: number;
  size: number;
  /** H(manifest-sha256.txt). */
  hash: string;
  exported?: ExporterAnswer;
  addressee?: string;
  use?: string;
  documents?: number;
  chains?: ShownChain[];
  items?: DossierItem[];
  log?: { origin: string; needed: number };
}

export interface Findings {
  kind: "exhibit" | "dossier";
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
  anchors?: AnchorStamp[];
  dossier?: DossierAnswer;
}
