// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests under node reach: everything but the page itself.
export { fromFiles } from "./arrive/arrive";
export * from "./bytes/bytes";
export { readJson } from "./bytes/json";
export { follows } from "./check/chain";
export { claimedFingerprint, verify } from "./check/verify";
export { Failure, FAILURES } from "./failure";
export { checkCheckpoint, readCheckpoint } from "./format/checkpoint";
export { readFacts } from "./format/fact";
export { checkLine, keyIdOf, readNote } from "./format/note";
export { readPolicy } from "./format/policy";
export { readSigsumProof, readTlogProof } from "./format/proof";
export { checkChainId, checkReceipt, checkSigned, leafOf, rotate, signerHere, signersOf } from "./format/receipt";
export { readAdmission, readRoster, readTicket } from "./format/roster";
export { readStatement } from "./format/statement";
export { readConsistency } from "./format/consistency";
export { readCover } from "./format/dossier";
export { checkConsistency, checkInclusion } from "./format/tree";
export { readRoots } from "./stamp/stamp";
export { readDer } from "./stamp/der";
export { readPem } from "./stamp/pem";
export { checkSignature, engineHasEd25519, useOwnEd25519 } from "./signature/ed25519";
export { sha256, sha512 } from "./signature/hash";
export { Sha256 } from "./signature/sha256";
export { Sha512 } from "./signature/sha512";
export { readFingerprint } from "./show/fingerprint";
