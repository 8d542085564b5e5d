// SPDX-License-Identifier: GPL-3.0-or-later
// A member who changes her key: what she signs, and what she shows to be let in.
#pragma once

#include "scene.hpp"

namespace dokaz::server::test {

class Rotating {
 public:
  explicit Rotating(std::uint8_t number, std::uint8_t root = Scribe::root_number)
      : first_(Scribe::key_of(number)),
        key_(Scribe::key_of(number)),
        chain_(chain_id(fingerprint_of(Scribe::key_of(root).public_key()), first_.public_key(), 0)) {}
  /// A backup of the device, its secret in it.
  Rotating(const Rotating& other)
      : first_(SigningKey::from_seed(other.first_.seed())),
        key_(SigningKey::from_seed(other.key_.seed())),
        chain_(other.chain_),
        seq_(other.seq_),
        head_(other.head_),
        rotations_(other.rotations_) {}
  Rotating& operator=(const Rotating&) = delete;

  const SigningKey& first() const { return first_; }
  const SigningKey& key() const { return key_; }

  StatementFields draft(Act act, std::string_view note = "n") const {
    return fields_of(chain_, seq_, head_, act, note);
  }
  Submit::Item sign(StatementFields fields, const SigningKey& by) {
    const SignedStatement made = sign_statement(Statement::make(std::move(fields)).value(), by);
    head_ = made.statement.hash();
    ++seq_;
    return {made.statement.bytes(), made.signature};
  }
  Submit::Item next(Act act, std::string_view note = "n") { return sign(draft(act, note), key_); }
  /// `consents`: whose consent the key-rotate has, if not the next key's.
  Submit::Item rotate(SigningKey to, const SigningKey* consents = nullptr) {
    StatementFields fields = draft(Act::key_rotate);
    fields.next_key = NextKey{to.public_key(), consent_to_follow(chain_, seq_, key_.public_key(), consents ? *consents : to)};
    Submit::Item made = sign(std::move(fields), key_);
    rotations_.push_back({made.statement, made.signature});
    if (rotations_.size() > max_shown_rotations) rotations_.erase(rotations_.begin());
    key_ = std::move(to);
    return made;
  }
  /// As the network has verified it: by the present key.
  Hello hello(const People& people) const {
    Hello out = people.hello(first_.public_key(), people.admission(first_));
    out.rotations = rotations_;
    return out;
  }

 private:
  SigningKey first_, key_;
  ChainId chain_;
  std::uint64_t seq_ = 0;
  StatementHash head_;
  std::vector<Rotation> rotations_;
};

}  // namespace dokaz::server::test
