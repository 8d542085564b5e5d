// SPDX-License-Identifier: GPL-3.0-or-later
// Dossiers with time stamps: right ones, and ones that are wrong in one place. Each gets a plan and changes it.
import { bytes, key } from "./forge.mjs";
import { certificate, deltaList, extensionsOf, issuingPoint, listsAt, newAuthority, newKey, pemOf, response, revocationList } from "./time_authority.mjs";

const AT = 1_777_000_060;
const usual = newAuthority(), other = newAuthority();
const usualLists = (traits = {}) => Buffer.concat([revocationList({ issuer: usual.root, ...traits.root }), revocationList({ issuer: usual.middle, ...traits.middle })]);
const chainOf = ({ root, middle, signer }) => pemOf(signer, middle, root);

/** A stamp by an authority with these traits of the token. */
const by = (authority, traits = {}, more = {}) => (checkpoint) => ({
  tsr: response(checkpoint, { signer: authority.signer, at: AT, ...traits }), chain: chainOf(authority), ...more });

const anchored = (traits, more = {}, rest = {}) => (p) => {
  p.anchors = { authorities: { clock: by(usual, traits, { crl: usualLists(), ...more }) }, ...rest };
  p.roots = [pemOf(usual.root)];
};
/** With an authority that is made otherwise. */
const madeBy = (options, traits = {}) => (p) => {
  const authority = newAuthority(options);
  p.anchors = { authorities: { clock: by(authority, traits) } };
  p.roots = [pemOf(authority.root)];
};
const lists = (make) => anchored({}, { crl: make() });
const revokedAt = (at, reason) => lists(() => usualLists({ middle: { revoked: [[usual.signer, at, reason]] } }));
/** The signer's certificate names a place for lists, and a list of one place names the signer. */
const listOfPlace = (url) => (p) => {
  const authority = newAuthority({ signer: { extensions: [...extensionsOf.stamps(), listsAt("http://lists.example/1.crl")] } });
  const crl = Buffer.concat([revocationList({ issuer: authority.root }),
    revocationList({ issuer: authority.middle, extensions: [issuingPoint(url)], revoked: [[authority.signer, AT - 10, 1]] })]);
  p.anchors = { authorities: { clock: by(authority, {}, { crl }) } };
  p.roots = [pemOf(authority.root)];
};
const without = (...ends) => (p) => { anchored({})(p); p.anchors.authorities = { clock: (checkpoint) => { const made = by(usual, {}, { crl: usualLists() })(checkpoint); for (const end of ends) delete made[end]; return made; } }; };
const flip = (at) => (whole) => { const changed = Buffer.from(whole); changed[at < 0 ? changed.length + at : at] ^= 1; return changed; };

export const anchorVariants = {
  "good, a stamp that holds": anchored(),
  "good, without lists": anchored({}, { crl: undefined }),
  "good, earlier than the witnesses": anchored({ at: 1_776_999_990 }),
  "good, earlier, without lists": anchored({ at: 1_776_999_990 }, { crl: undefined }),
  "good, with an accuracy": anchored({ accuracy: 1 }),
  "good, with a fraction of a second": anchored({ fraction: ".25" }),
  "good, earlier than not before": anchored({ at: 1_776_000_000 }),
  "good, no root was given": (p) => { anchored()(p); p.roots = []; },
  "good, another root was given": (p) => { anchored()(p); p.roots = [pemOf(other.root)]; },
  "good, another root beside it": (p) => { anchored()(p); p.roots = [pemOf(other.root), pemOf(usual.root)]; },
  "good, the middle one was given as root": (p) => { anchored()(p); p.roots = [pemOf(usual.middle)]; },
  "good, two authorities": (p) => { anchored()(p); p.anchors.authorities.second = by(other); p.roots.push(pemOf(other.root)); },
  "good, two authorities, one not confirmed": (p) => { anchored()(p); p.anchors.authorities.second = by(other); },
  "good, no witnesses, but a stamp": (p) => { anchored()(p); p.witnesses = []; p.needed = 0; },
  "good, over a later checkpoint": anchored({}, {}, { later: 3, from: ["end"] }),
  "a proof from a tree that no item's receipt has": anchored({}, {}, { later: 3, from: ["cut", "end"] }),
  "good, from one that grows by one": anchored({}, {}, { later: 1, from: ["end"] }),
  "good, cosigned by one": (p) => anchored({}, {}, { witnesses: [p.witnesses[0]] })(p),
  "good, signingCertificate": anchored({ named: "v1" }),
  "good, signingCertificateV2 with SHA-512": anchored({ named: "v2sha512" }),
  "good, digest SHA-512": anchored({ digest: "sha512" }),
  "good, granted with changes": anchored({ status: 1 }),
  "good, certificates are beside the token alone": anchored({ certificates: [] }),
  "good, P-384": madeBy({ kinds: ["P-384", "P-384", "P-384"] }, { digest: "sha384" }),
  "good, RSA": madeBy({ kinds: ["2048", "2048", "2048"] }),
  "good, RSA and P-521": madeBy({ kinds: ["3072", "P-521", "2048"], middle: { digest: "sha512" } }, { digest: "sha512" }),
  "good, expired since": madeBy({ signer: { until: AT + 10 } }),
  "good, root that says nothing of usage": madeBy({ root: { extensions: extensionsOf.authorityForAll() } }),

  "imprint of something else": anchored({ imprint: Buffer.alloc(32, 1) }),
  "imprint of SHA-512": (p) => anchored({ imprintHash: "sha512", imprint: Buffer.alloc(64, 1) })(p),
  "version 2": anchored({ version: 2 }),
  "refused": anchored({ status: 2 }),
  "two signers": anchored({ signers: 2 }),
  "no signer": anchored({ signers: 0 }),
  "bytes behind it": anchored({ trailing: [0] }),
  "digest SHA-1": anchored({ digest: "sha1" }),
  "does not name its certificate": anchored({ named: "none" }),
  "names another certificate": anchored({ names: usual.middle }),
  "signed by another key": anchored({ key: other.signer.key }),
  "another digest of the content": anchored({ messageDigest: Buffer.alloc(32) }),
  "last byte changed": anchored({ changed: flip(-1) }),
  "byte of the length changed": anchored({ changed: flip(2) }),
  "empty response": anchored({ changed: () => Buffer.alloc(0) }),
  "a response of 70 kB": anchored({ changed: (whole) => Buffer.concat([whole, Buffer.alloc(70_000)]) }),
  "signer by an unknown id": anchored({ bySubjectId: true }),
  "before its certificate": madeBy({ signer: { from: AT + 10 } }),
  "behind its certificate": madeBy({ signer: { until: AT - 10 } }),
  "behind the certificate of the middle one": madeBy({ middle: { until: AT - 10 } }),
  "behind the root's certificate": madeBy({ root: { until: AT - 10 } }),
  "purpose is not critical": madeBy({ signer: { extensions: extensionsOf.stamps(false) } }),
  "a second purpose": madeBy({ signer: { extensions: extensionsOf.stamps(true, "1.3.6.1.5.5.7.3.3") } }),
  "no purpose": madeBy({ signer: { extensions: extensionsOf.authorityForAll() } }),
  "middle one is no authority": madeBy({ middle: { extensions: extensionsOf.stamps() } }),
  "root allows none below": madeBy({ root: { extensions: extensionsOf.authority(0) } }),
  "certificate with SHA-1": madeBy({ signer: { digest: "sha1" } }),
  "RSA of 1024 bits": madeBy({ kinds: ["2048", "2048", "1024"] }),
  "middle one signed by another": madeBy({ middle: { signer: newKey() } }),
  "critical and unknown": madeBy({ signer: { extensions: [...extensionsOf.stamps(), ...extensionsOf.unknown()] } }),
  "a chain of another authority": anchored({}, { chain: chainOf(other) }),
  "a chain without the middle one": anchored({}, { chain: pemOf(usual.signer, usual.root) }),
  "a chain that is no PEM": anchored({}, { chain: bytes("x") }),
  "an empty chain": anchored({}, { chain: bytes("") }),
  "a stamp of next year": anchored({ at: 1_900_000_000 - 10 }),

  "revoked before": revokedAt(AT - 10, 4),
  "revoked later, for compromise": revokedAt(AT + 10, 1),
  "revoked later, without a reason": revokedAt(AT + 10),
  "good, revoked later, superseded": revokedAt(AT + 10, 4),
  "good, revoked later, unspecified": revokedAt(AT + 10, 0),
  "revoked later, certificate held": revokedAt(AT + 10, 6),
  "middle one revoked before": lists(() => usualLists({ root: { revoked: [[usual.middle, AT - 10, 4]] } })),
  "good, lists that end before": lists(() => usualLists({ root: { made: AT - 100, next: AT - 10 }, middle: { made: AT - 100, next: AT - 10 } })),
  "good, lists without an end, before": lists(() => usualLists({ root: { made: AT - 100, next: 0 }, middle: { made: AT - 100, next: 0 } })),
  "good, lists without an end": lists(() => usualLists({ root: { next: 0 }, middle: { next: 0 } })),
  "good, one list is missing": lists(() => revocationList({ issuer: usual.middle })),
  "good, a list by another key": lists(() => usualLists({ middle: { key: other.middle.key, revoked: [[usual.signer, AT - 10, 1]] } })),
  "good, a delta list": lists(() => usualLists({ middle: { extensions: [deltaList()], revoked: [[usual.signer, AT - 10, 1]] } })),
  "good, a list with SHA-1": lists(() => usualLists({ middle: { digest: "sha1", revoked: [[usual.signer, AT - 10, 1]] } })),
  "revoked, in a list of its place": listOfPlace("http://lists.example/1.crl"),
  "good, revoked, in a list of another place": listOfPlace("http://lists.example/2.crl"),
  "revoked within the accuracy, superseded": anchored({ accuracy: 20 }, { crl: usualLists({ middle: { revoked: [[usual.signer, AT + 10, 4]] } }) }),
  "good, revoked behind the accuracy, superseded": anchored({ accuracy: 5 }, { crl: usualLists({ middle: { revoked: [[usual.signer, AT + 10, 4]] } }) }),
  "good, a list with something harmless that is not known": lists(() => usualLists({ middle: { extensions: [extensionsOf.harmless()] } })),
  "good, a list with something critical that is not known": lists(() => usualLists({ middle: { extensions: extensionsOf.unknown(), revoked: [[usual.signer, AT - 10, 1]] } })),
  "a list that is none": anchored({}, { crl: Buffer.from("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n") }),
  "good, revoked before, earlier than the witnesses, by nobody's list": anchored({ at: 1_776_999_990 }, { crl: revocationList({ issuer: other.middle }) }),

  "no checkpoint": (p) => { anchored()(p); p.files = (files) => files.delete([...files.keys()].find((path) => path.endsWith("/checkpoint"))); },
  "no response": without("tsr"),
  "no response and no chain": without("tsr", "chain", "crl"),
  "no chain": without("chain"),
  "lists of an authority without a response": (p) => { anchored()(p); p.anchors.authorities.second = () => ({ crl: usualLists() }); },
  "a folder of another size": anchored({}, {}, { size: 5 }),
  "a checkpoint that proves nothing here": anchored({}, {}, { later: 3 }),
  "a proof for the older tree alone": anchored({}, {}, { later: 3, from: ["cut"] }),
  "a proof from a tree that no receipt has": anchored({}, {}, { later: 3, from: ["end", 5] }),
  "a proof with a hash less": anchored({}, {}, { later: 3, from: ["end"], proof: (text) => text.replace(/[^\n]+\n$/, "") }),
  "a proof with a hash more": anchored({}, {}, { later: 3, from: ["end"], proof: (text) => text + `${Buffer.alloc(32).toString("base64")}\n` }),
  "a proof to another size": anchored({}, {}, { later: 3, from: ["end"], proof: (text) => text.replace(/to (\d+)/, (all, size) => `to ${Number(size) + 1}`) }),
  "a proof of another version": anchored({}, {}, { later: 3, from: ["end"], proof: (text) => text.replace("v1", "v2") }),
  "a proof with an empty line": anchored({}, {}, { later: 3, from: ["end"], proof: (text) => text + "\n" }),
  "a checkpoint of another log": anchored({}, {}, { log: key(90) }),
  "a checkpoint that was changed": anchored({}, {}, { text: (note) => note.replace(/(.{20})\n$/, (all) => all.replace(/[A-Za-z]/, (letter) => (letter === "A" ? "B" : "A"))) }),
  "good, a checkpoint with a line of somebody": (p) => anchored({}, {}, { witnesses: [{ name: "example.org/west", key: key(91) }] })(p),
  "an authority with a strange name": (p) => { anchored()(p); p.anchors.authorities = { "-clock": p.anchors.authorities.clock }; },
  "good, an authority with 32 letters": (p) => { anchored()(p); p.anchors.authorities = { ["c".repeat(32)]: p.anchors.authorities.clock }; },
  "an authority with 33 letters": (p) => { anchored()(p); p.anchors.authorities = { ["c".repeat(33)]: p.anchors.authorities.clock }; },
  "nine authorities": (p) => { anchored()(p); for (let n = 0; n < 9; n++) p.anchors.authorities[`clock-${n}`] = p.anchors.authorities.clock; delete p.anchors.authorities.clock; },
  "good, eight authorities": (p) => { anchored()(p); for (let n = 0; n < 8; n++) p.anchors.authorities[`clock-${n}`] = p.anchors.authorities.clock; delete p.anchors.authorities.clock; },
  "a file of no name": (p) => { anchored()(p); p.files = (files) => files.set([...files.keys()].find((path) => path.endsWith("/checkpoint")).replace("checkpoint", "notes"), bytes("x")); },
};
