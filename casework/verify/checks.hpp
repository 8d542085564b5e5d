// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of the check, inside the verification library only.
#pragma once

#include <functional>
#include <set>

#include "casework/verify/verify.hpp"
#include "proto/format/case.hpp"
#include "proto/format/receipt.hpp"

namespace dokaz {

/// Hands out the exhibit's files and remembers which were used, so that no file stays unexplained.
class Parts {
 public:
  explicit Parts(const Bag& files) : files_(files) {}

  const Bag& all() const { return files_; }
  /// Null if there is none.
  const BagFile* find(std::string_view path);
  /// The whole of it: missing_part, too_large over max_bag_text.
  Result<Bytes> need(std::string_view path);
  /// Of a part that is there, read once. What `need` gives later has this hash too: hash_mismatch.
  Result<Sha256> hash(std::string_view path);
  /// The same; an original is not read again for it.
  Result<Sha512> longer_hash(std::string_view path);
  /// Empty if every file was used, else the first that was not.
  std::string unused() const;
  /// Where the check is: the part that the next failure is about.
  const std::string& here() const { return here_; }
  void at(std::string_view path) { here_ = std::string(path); }

 private:
  Status pin(std::string_view path, const Sha256& hash);
  Status read(std::string_view path, bool longer);

  const Bag& files_;
  std::map<std::string, Sha256, std::less<>> hashes_;
  std::map<std::string, Sha512, std::less<>> longer_hashes_;
  std::set<std::string, std::less<>> used_;
  std::string here_;
};

/// Both manifests list exactly the files that are there, and each has its hash.
Status check_manifests(Parts& parts);

/// Roster and admitted members, each from the root that was given.
struct Authority {
  Verified<Roster> roster;
  Membership members;
  std::map<std::string, PublicKey> keys;  // by pseudonym
  std::set<std::string> admitted;         // pseudonyms whose authority is a ticket, not the roster
};
/// bad_key if one key has two roles: root, member or ticket of the exhibit, log or witness of the given policy.
/// ticket_used if one ticket admits two members.
Result<Authority> check_authority(Parts& parts, const CaseRoot& root, const Policy& given);

/// The reviewer or counsel of the roster who signed the tag manifest: not_a_member, key_revoked, bad_signature.
Result<Member> check_exporter(Parts& parts, const Authority& authority);

/// A statement with its receipts, both encodings, checked under the given policy.
struct Proven {
  Logged logged;
  Receipt receipt;
};
Result<Proven> check_proven(Parts& parts, const std::string& path, bool with_sigsum, const Membership& members,
                            const Policy& given, const Policy& enclosed);

/// The statement is one that seals files: malformed. A server may sign none of these.
Status check_item_act(Parts& parts, const Statement& item);

/// Every disclosed fact is committed to, and every file of the item is what the facts and the
/// statement say.
Result<Report::BytesAnswer> check_item_files(Parts& parts, const Statement& item);

/// The item's chain from its first statement on: each by the key of its epoch, and logged in order.
struct ProvenChain {
  std::vector<Proven> before;  // oldest first
  Proven item;
};
/// `members` learn the keys that its key-rotates name.
Result<ProvenChain> check_chain(Parts& parts, Membership& members, const Policy& given, const Policy& enclosed);

/// Checkpoints of one size have one root, also those that statements name: bad_consistency.
Status check_one_history(Parts& parts, const std::vector<const Proven*>& proven);

}  // namespace dokaz
