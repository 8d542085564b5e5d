// SPDX-License-Identifier: GPL-3.0-or-later
// A sealed item of a few hundred bytes with real parts, and a chain of statements.
#pragma once

#include <catch2/catch.hpp>

#include "crypto/age/envelope.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/object.hpp"
#include "proto/format/recovery.hpp"
#include "tests/unit/casework/small_log.hpp"

namespace dokaz::small {

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(std::string(name_of(result.code())) << " " << result.error().detail);
  return std::move(result).value();
}
inline void must(const Status& status) {
  if (!status) FAIL(std::string(name_of(status.code())) << " " << status.error().detail);
}

/// A picture only in name: what follows needs bytes, not pixels.
struct Item {
  std::vector<Fact> team, legal;
  Bytes clean, original, recovery;
  std::map<ObjectId, Bytes> objects;

  std::vector<ObjectRef> refs() const {
    std::vector<ObjectRef> out;
    for (const auto& [id, content] : objects) out.push_back({id, content.size()});
    return out;
  }
  std::vector<FactDigest> digests() const {
    std::vector<FactDigest> out;
    for (const auto* facts : {&team, &legal})
      for (const Fact& fact : *facts) out.push_back(fact.digest());
    return out;
  }
};

inline void seal_object(Item& item, const ObjectContent& content, const age::Recipient& recipient) {
  Bytes object = must(age::encrypt(must(write_object(content)), std::span(&recipient, 1)));
  item.objects.emplace(ObjectId(sha256(object).raw()), std::move(object));
}

/// `more`: further facts of the legal object.
inline Item make_item(const age::Recipient& team, const age::Recipient& legal, std::string_view note,
                      const std::vector<Fact>& more = {}) {
  Item item;
  item.clean = to_bytes("the clean copy of a small picture");
  const Bytes removed = to_bytes("Exif: a name and a place");
  item.original = to_bytes(ByteView(item.clean).first(9));
  append(item.original, removed);
  append(item.original, ByteView(item.clean).subspan(9));
  const std::vector<RecoveryStep> steps = {RecoveryStep::copy(0, 9), RecoveryStep::literal(removed.size()),
                                           RecoveryStep::copy(9, item.clean.size() - 9)};
  item.recovery = encode_recovery(steps, item.original);

  item.team = {Fact::text("object", "team"),
               Fact::text("media.type", "image/jpeg"),
               Fact::text("clean.sha256", hex(sha256(item.clean))),
               Fact::number("clean.size", item.clean.size()),
               Fact::text("note", note)};
  item.legal = {Fact::text("object", "legal"),
                Fact::text("original.sha256", hex(sha256(item.original))),
                Fact::text("original.sha512", hex(sha512(item.original).view())),
                Fact::number("original.size", item.original.size()),
                Fact::text("original.name", "IMG_0001.JPG"),
                Fact::text("recovery.sha256", hex(sha256(item.recovery)))};
  item.legal.insert(item.legal.end(), more.begin(), more.end());
  seal_object(item, {write_facts(item.team), "clean.jpg", item.clean}, team);
  seal_object(item, {write_facts(item.legal), "recovery", item.recovery}, legal);
  return item;
}

/// A file that could not be cleaned: one object, for the legal recipients. `less`: names of facts to leave out.
inline Item make_uncleaned(const age::Recipient& legal, const std::vector<Fact>& more = {},
                           const std::vector<std::string>& less = {}, std::vector<SidecarMember> sidecars = {}) {
  Item item;
  item.original = to_bytes("a film that nobody here can clean");
  item.legal = {Fact::text("object", "legal"),
                Fact::text("original.sha256", hex(sha256(item.original))),
                Fact::text("original.sha512", hex(sha512(item.original).view())),
                Fact::number("original.size", item.original.size()),
                Fact::text("original.name", "FILM.AVI"),
                must(Fact::json("cleaned", "false")),
                Fact::text("uncleaned.reason", "unsupported_media"),
                Fact::text("note", "from the gate")};
  std::erase_if(item.legal, [&](const Fact& fact) {
    return std::find(less.begin(), less.end(), fact.name()) != less.end();
  });
  item.legal.insert(item.legal.end(), more.begin(), more.end());
  seal_object(item, {write_facts(item.legal), "original.avi", item.original, std::move(sidecars)}, legal);
  return item;
}

/// One member's chain in a case: each call signs the next statement.
class Chain {
 public:
  Chain(Byte key_number, const Fingerprint& of_case, std::uint32_t n = 0)
      : key_(key(key_number)), id_(chain_id(of_case, key_.public_key(), n)) {}

  const SigningKey& signer() const { return key_; }

  SignedStatement next(Act act, std::vector<ObjectRef> objects, std::vector<FactDigest> facts, Seen seen = {},
                       std::optional<NextKey> next_key = {}) {
    StatementFields fields;
    fields.chain = id_;
    fields.seq = seq_++;
    fields.previous = previous_;
    fields.act = act;
    fields.time = ClaimedTime{1777630320 + static_cast<std::int64_t>(seq_), false};
    fields.seen = seen;
    fields.objects = std::move(objects);
    fields.facts = std::move(facts);
    fields.next_key = next_key;
    const Statement statement = must(Statement::make(std::move(fields)));
    previous_ = statement.hash();
    return sign_statement(statement, key_);
  }
  /// A key-rotate; its consent is by the key `consents`, if not by the next one.
  SignedStatement rotate(Byte to, Byte consents = 0) {
    const SigningKey following = key(to);
    const Signature consent = consent_to_follow(id_, seq_, key_.public_key(), key(consents == 0 ? to : consents));
    const SignedStatement made =
        next(Act::key_rotate, {}, {Fact::text("decoy", "nothing").digest()}, {}, NextKey{following.public_key(), consent});
    key_ = key(to);
    return made;
  }
  /// Goes on with that key, whatever the chain says.
  void sign_with(Byte number) { key_ = key(number); }
  SignedStatement genesis() { return next(Act::genesis, {}, {Fact::text("decoy", "nothing").digest()}); }

 private:
  SigningKey key_;
  ChainId id_;
  std::uint64_t seq_ = 0;
  StatementHash previous_;
};

}  // namespace dokaz::small
