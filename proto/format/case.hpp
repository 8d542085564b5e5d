// SPDX-License-Identifier: GPL-3.0-or-later
// Roster, ticket and admission, and who they make a member: format.md section 7.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proto/format/note.hpp"
#include "proto/format/statement.hpp"
#include "proto/format/verified.hpp"

namespace dokaz {

enum class Role { documenter, reviewer, counsel, server };
std::string_view name_of(Role role);
std::optional<Role> role_from_name(std::string_view name);
/// Section 7, "a role decides what a member may sign".
bool may_sign(Role role, Act act);

enum class Group { team, legal };
std::string_view name_of(Group group);

bool is_pseudonym(std::string_view text);

struct Member {
  std::string pseudonym;
  Role role = Role::documenter;
  PublicKey key;
};

/// "age1…": the form of an X25519 recipient. Whether it is a key is judged where something is sealed for it.
bool is_recipient_form(std::string_view text);

struct GroupRecipient {
  Group group = Group::team;
  std::string recipient;  // "age1…"; checked for its form only
};

/// From `since` on what the log holds of that member is not theirs; a ticket is closed at once.
struct Revoked {
  PublicKey key;            // a member's first one, or a ticket's
  std::uint64_t since = 0;  // index in the log
};

struct Roster {
  PublicKey root;
  std::uint64_t number = 1;
  std::vector<Member> members;
  std::vector<GroupRecipient> recipients;
  std::vector<Revoked> revoked = {};

  std::vector<std::string> recipients_of(Group group) const;
};

struct Ticket {
  PublicKey root;
  PublicKey ticket;
  std::string pseudonym;
  Role role = Role::documenter;
  ClaimedTime until;
};

struct Admission {
  PublicKey root;
  PublicKey ticket;
  PublicKey member;
};

/// Readers: strict, verifying no signature: malformed, unsupported_version, bad_key; bad_signature for an
/// admission whose signature lines are not those of ticket and member.
Result<Roster> parse_roster(const Note& note);
Result<Ticket> parse_ticket(const Note& note);
Result<Admission> parse_admission(const Note& note);
/// Writers, signing with the key that the text names. wrong_root if `root` is not that key, malformed if
/// the fields break a rule of section 7; a roster's lists may come in any order.
Result<Note> sign_roster(const Roster& roster, const SigningKey& root);
Result<Note> sign_ticket(const Ticket& ticket, const SigningKey& root);
/// Bugs: another ticket's or member's key; a member's key that is also the root's or the ticket's.
Note sign_admission(const Admission& admission, const SigningKey& ticket, const SigningKey& member);

/// The case root: the one key from which trust in members starts. Known by its fingerprint.
class CaseRoot {
 public:
  explicit CaseRoot(Fingerprint fingerprint) : fingerprint_(fingerprint) {}
  const Fingerprint& fingerprint() const { return fingerprint_; }

  /// wrong_root if the note names a root with another fingerprint; bad_signature.
  Result<Verified<Roster>> check_roster(const Note& note) const;
  Result<Verified<Ticket>> check_ticket(const Note& note) const;
  /// Ticket by the root, admission by ticket and member: the member that they make. Does not judge `until`.
  /// bad_signature also where the admission is by another ticket.
  Result<Verified<Member>> check_admission(const Note& ticket, const Note& admission) const;

 private:
  Fingerprint fingerprint_;
};

/// Who may sign what in one case: the roster's members and the admitted ones.
class Membership {
 public:
  explicit Membership(const Verified<Roster>& roster);
  /// What is known of a key already stays: the roster has precedence.
  void add(const Verified<Member>& member);

  /// A key with another role: a ticket's, a log's, a witness's. No member takes it for its next key.
  void reserve(const PublicKey& key) { reserved_.insert(key.hash()); }
  /// Section 3, key epochs: from a checked key-rotate on the key that it names is its member's, too, and in that chain
  /// the only one. Called in the order of the log; the same one again changes nothing. bad_key (somebody's already: the
  /// case root's, too), wrong_epoch (the signer's key was followed by another one before), broken_chain (more epochs
  /// than a member may have).
  Status learn(const Verified<SignedStatement>& rotation);

  /// Keys that are known: of all epochs that were learned.
  std::size_t size() const { return keys_.size(); }
  /// Whose key it is; `key` of the answer is this very one.
  const Member* find(const PublicKey& key) const;
  const Member* find(const KeyHash& key) const;
  /// 0 for the key that roster or admission names. Of a known key.
  std::uint32_t epoch_of(const PublicKey& key) const;
  /// From which index of the log on the member with this key, of whatever epoch, is revoked; also of a key that is
  /// not known yet, a ticket's.
  std::optional<std::uint64_t> revoked_since(const PublicKey& key) const;
  /// The key of epoch 0 of whoever has this one. Of a known key.
  const PublicKey& first_of(const PublicKey& key) const;
  /// not_a_member (also for an act that the role may not sign), bad_signature, broken_chain (the chain is none
  /// of the signer's in this case: section 3), wrong_epoch (the key is the member's, and not the one that signs at this
  /// place, as far as key-rotates were learned).
  Result<Verified<SignedStatement>> check(SignedStatement statement) const;
  /// The same of a statement that the key `signer` has to sign: of the member whose first key is `first`, in an epoch
  /// that the caller knows. wrong_epoch where another key says to have signed it.
  Result<Verified<SignedStatement>> check_by(SignedStatement statement, const PublicKey& signer,
                                             const PublicKey& first) const;

 private:
  struct Place {
    ChainId chain;
    std::uint64_t seq = 0;
    friend bool operator==(const Place&, const Place&) = default;
  };
  struct Known {
    Member member;
    PublicKey first;
    std::uint32_t epoch = 0;
    std::optional<Place> since, until;  // the key-rotates that named it, and that it signed
  };
  Status check_all(const SignedStatement& statement, const Member& member, const PublicKey& first) const;

  Fingerprint case_;
  std::map<KeyHash, Known> keys_;
  std::set<KeyHash> reserved_;
  std::map<KeyHash, std::uint64_t> revoked_;
};

}  // namespace dokaz
