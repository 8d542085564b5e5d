// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of the check, inside the verification library; the check of a whole case takes those that need no bag.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>

#include "casework/verify/verify.hpp"
#include "proto/format/case.hpp"
#include "proto/format/receipt.hpp"

namespace dokaz {

/// What every file hashes to, made before the check by several threads. Names are views into the bag, which outlives it.
struct Hashes {
  struct Of {
    Sha256 hash;
    std::optional<Sha512> longer;
    std::optional<Error> failure;  // then nothing else counts
  };
  std::map<std::string_view, Of> files;
};
/// `longer`: SHA-512 of what is under data/, too. Files whose reading changes a shared state must not come here.
Hashes hash_all(const Bag& files, bool longer);

/// Hands out the exhibit's files and remembers which were used, so that no file stays unexplained. One thread each;
/// several may look at one bag and one `known` (null: hashes are made when they are wanted).
class Parts {
 public:
  explicit Parts(const Bag& files, const Hashes* known = nullptr) : files_(files), known_(known) {}

  const Bag& all() const { return files_; }
  /// Null if there is none.
  const BagFile* find(std::string_view path);
  /// The whole of it: missing_part, too_large.
  Result<Bytes> need(std::string_view path, std::uint64_t cap = max_bag_text);
  /// Of a part that is there, read once. What `need` gives later has this hash too: hash_mismatch.
  Result<Sha256> hash(std::string_view path);
  /// The same; an original is not read again for it.
  Result<Sha512> longer_hash(std::string_view path);
  /// Empty if every file was used, else the first that was not.
  std::string unused() const;
  /// What another one used is used here, too.
  void join(const Parts& other) { used_.insert(other.used_.begin(), other.used_.end()); }
  /// Where the check is: the part that the next failure is about.
  const std::string& here() const { return here_; }
  void at(std::string_view path) { here_ = std::string(path); }

 private:
  Status pin(std::string_view path, const Sha256& hash);
  Status read(std::string_view path, bool longer);

  const Bag& files_;
  const Hashes* known_;
  std::map<std::string, Sha256, std::less<>> hashes_;
  std::map<std::string, Sha512, std::less<>> longer_hashes_;
  std::set<std::string, std::less<>> used_;
  std::string here_;
};

/// The manifests list exactly the files that are there, and each has its hashes: a dossier has one more.
Status check_manifests(Parts& parts);

/// Roster and admitted members, each from the root that was given.
struct Authority {
  Verified<Roster> roster;
  Membership members;
  std::map<std::string, PublicKey> keys;  // by pseudonym
  std::set<std::string> admitted;         // pseudonyms whose authority is a ticket, not the roster
  /// From which index of the log on nothing is by whom a closed ticket admitted: by first key (format.md section 7).
  std::map<PublicKey, std::uint64_t> closed = {};
};
/// bad_key if one key has two roles: root, member or ticket of the exhibit, log or witness of the given policy.
/// ticket_used if one ticket admits two members.
Result<Authority> check_authority(Parts& parts, const CaseRoot& root, const Policy& given);

/// The reviewer or counsel of the roster who signed the tag manifest: not_a_member, key_revoked, bad_signature.
Result<Member> check_exporter(Parts& parts, const Authority& authority);

/// The person behind a key that signed here; the key file that shows it to other tools must agree.
Result<Report::Person> check_person(Parts& parts, const PublicKey& key, const Authority& authority);

/// What all the rest of a bag is judged by.
struct Ground {
  Authority authority;
  Report::Person exporter;
  std::string exporter_fingerprint;
  Policy enclosed;
  bool same_policy = true;
};
Result<Ground> check_ground(Parts& parts, const Trust& trust);

/// The checkpoints that the given policy accepts: each is verified once, however many receipts end with it. Any thread.
class Checkpoints {
 public:
  explicit Checkpoints(const Trust& trust) : trust_(trust) {}
  /// The pointer lives as long as this. policy_unmet, bad_signature (also for a time that is yet to come).
  Result<const Verified<TrustedCheckpoint>*> check(const Note& note);

 private:
  const Trust& trust_;
  std::mutex guard_;
  std::map<Sha256, Result<Verified<TrustedCheckpoint>>> known_;
};

/// A statement that is in the log under the given policy, as its receipt shows.
struct Proven {
  SignedStatement statement;
  std::uint64_t index = 0;
  const TrustedCheckpoint* checkpoint = nullptr;  // of the Checkpoints that checked it

  const TreeHead& head() const { return checkpoint->checkpoint.head; }
  const StatementFields& fields() const { return statement.statement.fields(); }
};
/// A statement and its .tlog-proof, read strictly and trusted by nothing.
struct Unproven {
  Statement statement;
  Receipt receipt;
};
Result<Unproven> read_unproven(Parts& parts, const std::string& path);
/// Signature, right and place in the log: the failures of check_receipt, and key_revoked for whoever came with a ticket that
/// the roster closes. Any thread.
Result<Proven> prove(const Statement& statement, const Receipt& receipt, const Authority& authority, Checkpoints& checkpoints);
/// What the signer had verified cannot be newer than the place where the log put the statement: broken_chain.
Status check_seen(const Proven& proven);
/// `enclosed`: the policy whose witnesses the .sigsum-proof beside the statement names; null where there is none.
Result<Proven> check_proven(Parts& parts, const std::string& path, const Unproven& read, const Policy* enclosed,
                            const Authority& authority, Checkpoints& checkpoints);

/// The statement is one that seals files: malformed. A server may sign none of these.
Status check_item_act(Parts& parts, const std::string& path, const Statement& item);

/// Where the parts of one item are.
struct ItemPlace {
  std::string folder;   // statement, disclosures, clean.<ext>, original.<ext>
  std::string objects;  // <H>.age
  std::string receive, receive_disclosures;
  bool receive_has_sigsum = false;

  std::string statement() const { return folder + "statement"; }
  std::string disclosures() const { return folder + "disclosures"; }
  std::string object(const ObjectId& id) const;
  static ItemPlace of_exhibit();
  static ItemPlace of_dossier(std::size_t number);
};

/// Every disclosed fact is committed to, and every file of the item is what the facts and the statement say. Files and
/// size of the whole bag are not counted here.
Result<Report::BytesAnswer> check_item_files(Parts& parts, const ItemPlace& place, const Statement& item);
/// Whether verify.sh and README.html are this version's.
Status check_texts(Parts& parts, bool& known_script, bool& known_page);

/// The server's answer to the item, if it is here.
Result<std::optional<Proven>> check_receive(Parts& parts, const ItemPlace& place, const Proven& item,
                                            const Ground& ground, Checkpoints& checkpoints);

/// What has to hold between a statement and the one before it in its chain, in the order of the check.
Status check_follows(const Proven& before, const Proven& now, const Membership& members);

/// An exhibit's chain from its first statement on: each by the key of its epoch, and logged in order.
struct ProvenChain {
  std::vector<Proven> before;  // oldest first
  Proven item;
};
/// The ground's members learn the keys that its key-rotates name.
Result<ProvenChain> check_chain(Parts& parts, Ground& ground, Checkpoints& checkpoints);

/// Heads of checkpoints that are shown or named, by size.
using Heads = std::map<std::uint64_t, TreeHash>;
/// bad_consistency where another one of that size is known.
Status add_head(Heads& heads, const TreeHead& head);
/// Checkpoints of one size have one root, also those that statements name: bad_consistency.
Status check_one_history(Parts& parts, const std::vector<const Proven*>& proven, Heads& heads);

/// A stamped checkpoint and which others it covers (by size and root), its own among them.
struct Anchored {
  TreeHead head;
  std::set<std::pair<std::uint64_t, TreeHash>> covers;
  std::vector<Report::Stamp> stamps;
};
/// Every anchor of the bag (format.md section 19); each covers one of `items`: bad_anchor, bad_consistency, malformed,
/// missing_part, bad_signature, policy_unmet.
Result<std::vector<Anchored>> check_anchors(Parts& parts, const Trust& trust,
                                            const std::set<std::pair<std::uint64_t, TreeHash>>& items);

/// The answers about one item, and their limits, from what was proved.
void answer_log(Report& report, const Proven& item, bool same_policy);
/// `witnessed`: those checkpoints of the bag that witnesses cosigned.
using Witnessed = std::map<std::pair<std::uint64_t, TreeHash>, const TrustedCheckpoint*>;
void note_witnessed(Witnessed& witnessed, const Proven& proven);
void answer_time(Report& report, const Proven& item, const Witnessed& witnessed, const std::vector<Anchored>& anchors);
void answer_stored(Report& report, const Proven& item, const std::optional<Proven>& stored, const Authority& authority);
/// Limits of what was not given by another way.
void note_ungiven(std::vector<std::string>& limits, const Trust& trust);

}  // namespace dokaz
