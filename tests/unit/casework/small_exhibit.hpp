// SPDX-License-Identifier: GPL-3.0-or-later
// A complete exhibit in memory: roster, ticket, admission, log, sealed objects, all of them real.
#pragma once

#include "casework/export/exhibit.hpp"
#include "casework/verify/verify.hpp"
#include "proto/format/sshsig.hpp"
#include "tests/unit/casework/small_item.hpp"

namespace dokaz::small {

// Numbers of keys; `key(number)` is the key.
inline constexpr Byte root_key = 1, counsel_key = 2, server_key = 3, anna_key = 4, ticket_key = 5, log_key = 6,
                      witness_key = 7, stranger_key = 9;
inline constexpr std::uint64_t first_cosigned = 1777630000, last_cosigned = 1777640000;

struct Options {
  bool witness = false;   // in the policy, and cosigning
  bool seen = false;      // the seal names the cosigned checkpoint of its genesis
  bool stored = true;
  bool original = true;
  std::string_view note = "left hand, taken by A.";
  bool disclose_note = false;
  Act act = Act::seal;
  std::uint64_t seen_size = 0;       // a checkpoint of this size, which nobody made
  std::vector<Fact> more = {};       // committed to and shown, in no object
  bool fork = false;                 // the item's proof is under another tree of the same size
  std::vector<Byte> rotations = {};  // before the item: to these keys, one after the other
  Byte consents = 0;                 // of each: whose consent it has, if not the next key's
  Byte item_by = 0;                  // who signs the item, if not the key of its epoch
};

/// An exhibit's files in memory, where a test can change them.
using BagFiles = std::map<std::string, Bytes>;

inline Bytes all_of(const BagFile& file) { return must(file.bytes(std::uint64_t{1} << 30)); }
inline BagFiles in_memory(const Bag& bag) {
  BagFiles files;
  for (const auto& [path, content] : bag) files.emplace(path, all_of(content));
  return files;
}
inline Bag bag_of(const BagFiles& files) { return {files.begin(), files.end()}; }

inline Report verify_exhibit(const BagFiles& files, const Trust& trust) {
  return dokaz::verify_exhibit(bag_of(files), trust);
}
inline Status write_exhibit(const BagFiles& files, const std::filesystem::path& folder) {
  return dokaz::write_exhibit(bag_of(files), folder);
}

struct Exhibit {
  ExhibitParts parts;
  BagFiles files;
  Trust trust;
};

inline Policy make_policy(const PublicKey& log, bool witness) {
  if (!witness) return Policy::log_only(log);
  return must(Policy::parse(bytes_of("log " + hex(log) + "\nwitness north " + hex(key(witness_key).public_key()) +
                                     "\nquorum north\n")));
}

inline Note make_roster(const age::Recipient& team, const age::Recipient& legal, Byte root = root_key) {
  const SigningKey signer = key(root);
  Roster roster{signer.public_key(), 1, {}, {}};
  roster.members = {{"counsel", Role::counsel, key(counsel_key).public_key()},
                    {"server", Role::server, key(server_key).public_key()}};
  roster.recipients = {{Group::team, team.format()}, {Group::legal, legal.format()}};
  return must(sign_roster(roster, signer));
}

inline AdmittedMember admit_anna(Byte root = root_key, Byte ticket = ticket_key, Byte member = anna_key) {
  const SigningKey signer = key(root);
  const SigningKey ticket_signer = key(ticket);
  const SigningKey member_signer = key(member);
  return {must(sign_ticket({signer.public_key(), ticket_signer.public_key(), "anna", Role::documenter,
                            ClaimedTime{1790000000, false}},
                           signer)),
          sign_admission({signer.public_key(), ticket_signer.public_key(), member_signer.public_key()}, ticket_signer,
                         member_signer)};
}

inline Exhibit make_exhibit(const Options& options = {}) {
  const age::Identity team = age::Identity::generate();
  const age::Identity legal = age::Identity::generate();
  Log log(log_key);
  std::vector<SmallWitness> early, late;
  if (options.witness) {
    early = {{"north", witness_key, first_cosigned}};
    late = {{"north", witness_key, last_cosigned}};
  }
  const Fingerprint of_case = fingerprint_of(key(root_key).public_key());
  Chain server(server_key, of_case), anna(anna_key, of_case);
  log.add(server.genesis());
  const SignedStatement genesis = anna.genesis();
  const std::uint64_t genesis_at = log.add(genesis);
  const Receipt genesis_receipt = log.receipt(genesis_at, early);
  std::vector<ProvenStatement> before = {{genesis.statement, genesis_receipt}};
  for (const Byte to : options.rotations) {
    const SignedStatement rotation = anna.rotate(to, options.consents);
    const std::uint64_t at = log.add(rotation);
    before.push_back({rotation.statement, log.receipt(at, early)});
  }
  if (options.item_by != 0) anna.sign_with(options.item_by);
  Seen seen = options.seen ? Seen{log.head().size, log.head().root} : Seen{};
  if (options.seen_size != 0) seen = {options.seen_size, log.head().root};

  const Item item = make_item(team.recipient(), legal.recipient(), options.note);
  std::vector<FactDigest> digests = item.digests();
  for (const Fact& fact : options.more) digests.push_back(fact.digest());
  const SignedStatement seal = anna.next(options.act, item.refs(), digests, seen);
  const std::uint64_t seal_at = log.add(seal);
  const Fact answered = Fact::text("statement", hex(seal.statement.hash()));
  const SignedStatement receive = server.next(Act::receive, item.refs(), {answered.digest()});
  const std::uint64_t receive_at = log.add(receive);
  Log fork(log_key);
  for (const SignedStatement& entry : log.entries()) fork.add(fork.entries().size() < receive_at ? entry : genesis);

  const Policy policy = make_policy(log.public_key(), options.witness);
  ExhibitParts parts{make_roster(team.recipient(), legal.recipient()),
                     {admit_anna()},
                     policy,
                     {seal.statement, (options.fork ? fork : log).receipt(seal_at, late)},
                     std::move(before),
                     {},
                     {},
                     ShownFile{"jpg", item.clean},
                     {},
                     {item.objects.begin(), item.objects.end()}};
  if (options.stored) parts.stored = StoredReceipt{receive.statement, answered, log.receipt(receive_at, late)};
  for (const Fact& fact : item.team)
    if (fact.name() != "note" || options.disclose_note) parts.disclosures.push_back(fact);
  for (const Fact& fact : options.more) parts.disclosures.push_back(fact);
  if (options.original) {
    parts.original = ShownFile{"jpg", item.original};
    for (const Fact& fact : item.legal)
      if (fact.name() != "original.name" && fact.name() != "object") parts.disclosures.push_back(fact);
  }
  BagFiles files = in_memory(must(build_exhibit(parts, key(counsel_key), "2026-05-02")));
  return {std::move(parts), std::move(files), Trust{of_case, policy}};
}

/// What another case's root shows: anna in a roster of its own, and her statements of this case with their
/// receipts, all of them genuine.
inline Exhibit claimed_elsewhere() {
  Exhibit exhibit = make_exhibit();
  const SigningKey root = key(stranger_key);
  Roster roster = must(parse_roster(exhibit.parts.roster));
  roster.root = root.public_key();
  roster.members.push_back({"anna", Role::documenter, key(anna_key).public_key()});
  exhibit.parts.roster = must(sign_roster(roster, root));
  exhibit.parts.admitted.clear();
  exhibit.files = in_memory(must(build_exhibit(exhibit.parts, key(counsel_key), "2026-05-02")));
  exhibit.trust.root = fingerprint_of(root.public_key());
  return exhibit;
}

/// What the holder of a ticket alone can say of a key.
inline Note admission_without_the_key(const Note& admission, Byte ticket = ticket_key) {
  return Note::sign(admission.text(), "dokaz-ticket", key(ticket));
}

/// What anybody can do after changing files: both manifests and bag-info.txt as they ought to be.
inline void list_again(BagFiles& files, const StatementHash& item) {
  files.erase(std::string(part::tag_manifest));
  files.erase(std::string(part::manifest));
  const Bytes signature = files[std::string(part::signature)];
  files.erase(std::string(part::signature));
  files[std::string(part::bag_info)] = to_bytes(bag_info_text("2026-05-02", item, bag_of(files)));
  Manifest payload, tags;
  for (const auto& [path, content] : files)
    if (path.starts_with("data/")) payload.emplace(path, sha256(content));
  files[std::string(part::manifest)] = write_manifest(payload);
  for (const auto& [path, content] : files)
    if (!path.starts_with("data/")) tags.emplace(path, sha256(content));
  files[std::string(part::tag_manifest)] = write_manifest(tags);
  files[std::string(part::signature)] = signature;
}

/// What only the holder of an exporter's key can do.
inline void sign_again(BagFiles& files, const StatementHash& item, Byte exporter = counsel_key) {
  list_again(files, item);
  files[std::string(part::signature)] =
      to_bytes(sign_sshsig(files[std::string(part::tag_manifest)], exhibit_namespace, key(exporter)));
}

}  // namespace dokaz::small
