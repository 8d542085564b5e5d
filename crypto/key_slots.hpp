// SPDX-License-Identifier: GPL-3.0-or-later
// The key file of a vault: eight slots of equal form, of which nobody can see how many are in use.
// format.md section 11, "Key slots".
//
// A value without a file: who keeps it on a disk writes the bytes. Not for two threads at once.
#pragma once

#include <array>
#include <optional>

#include "crypto/aead.hpp"
#include "crypto/passphrase.hpp"

namespace dokaz {

/// opens: nothing else happens. erases: a duress passphrase; who opens it overwrites the other slots first.
enum class SlotKind : Byte { opens = 1, erases = 2 };

/// What a slot holds under its passphrase.
struct SlotContent {
  SlotKind kind = SlotKind::opens;
  Byte room = 0;  // 0 or 1: whose database the key opens
  Secret<32> key;
};

class KeySlots {
 public:
  static constexpr std::size_t count = 8;
  static constexpr std::size_t slot_size = 62;  // nonce 12, kind and room 2, key 32, tag 16
  static constexpr std::size_t largest_file = 1024;

  /// The key that all slots of this file are tried with.
  struct Derived {
    Secret<32> key;
  };
  struct Opened {
    std::size_t slot = 0;
    SlotContent content;
  };

  /// No slot in use, a fresh salt. `work` must be acceptable.
  static KeySlots fresh(const PassphraseWork& work);
  /// `malformed` if the bytes have not exactly the form, or ask for more work than is acceptable;
  /// `unsupported_version`.
  static Result<KeySlots> parse(ByteView file);
  Bytes bytes() const;

  /// The one slow step, of which the same passphrase gives the same key. `internal` if the memory cannot be had.
  Result<Derived> derive(const SecretBytes& passphrase) const;

  /// Tries every slot, whatever those before gave. `wrong_passphrase` if none opens; `malformed` if what opens
  /// has a kind or room that is not known here.
  Result<Opened> open(const Derived& derived) const;

  /// Seals the slot anew, whatever was in it.
  void put(std::size_t slot, const SlotContent& content, const Derived& derived);
  /// The same with a nonce that the caller vouches for to be used once: for vectors.
  void put(std::size_t slot, const SlotContent& content, const Derived& derived, const AeadNonce& nonce);
  /// Random bytes.
  void erase(std::size_t slot);
  void erase_all_but(std::size_t slot);
  void erase_all();

  /// Where the duress passphrase is that goes with a passphrase in `slot`.
  static std::size_t duress_of(std::size_t slot) { return (slot + count / 2) % count; }

  const PassphraseWork& work() const { return work_; }
  const PassphraseSalt& salt() const { return salt_; }

  /// After so many wrong passphrases in a row the slots are overwritten; 0: never.
  std::uint16_t limit = 0;
  std::uint16_t tries = 0;

 private:
  KeySlots(const PassphraseWork& work, const PassphraseSalt& salt) : work_(work), salt_(salt) {}
  std::string header() const;
  Bytes associated(std::size_t slot) const;

  PassphraseWork work_;
  PassphraseSalt salt_;
  std::array<std::array<Byte, slot_size>, count> slots_{};
};

}  // namespace dokaz
