// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of age: `age1…` for whom, `AGE-SECRET-KEY-1…` to open, or a passphrase.
#pragma once

#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "crypto/secret.hpp"

namespace dokaz::age {

/// An X25519 public key that is not of small order.
class Recipient {
 public:
  static constexpr std::size_t size = 32;

  /// `bad_key` for a length other than 32 or a point of small order.
  static Result<Recipient> from(ByteView bytes);
  /// "age1…", lower case. `malformed`; `bad_key`; `age_unsupported` for another kind (age1pq1…, plugins).
  static Result<Recipient> parse(std::string_view text);

  std::string format() const;
  ByteView view() const { return bytes_; }

  friend auto operator<=>(const Recipient&, const Recipient&) = default;

 private:
  friend class Identity;
  explicit Recipient(const std::array<Byte, 32>& bytes) : bytes_(bytes) {}
  std::array<Byte, 32> bytes_;
};

/// The secret half.
class Identity {
 public:
  static Identity generate();
  static Identity from(Secret<32> secret);
  /// "AGE-SECRET-KEY-1…", upper case. `malformed`; `age_unsupported` for another kind.
  static Result<Identity> parse(ByteView text);
  /// An identity file as `age-keygen` writes it: one a line; `#` comments and empty lines are skipped.
  /// `malformed` also when there is none.
  static Result<std::vector<Identity>> parse_file(ByteView file);

  const Recipient& recipient() const { return recipient_; }
  const Secret<32>& secret() const { return secret_; }
  SecretBytes format() const;

 private:
  Identity(Secret<32> secret, Recipient recipient) : secret_(std::move(secret)), recipient_(recipient) {}
  Secret<32> secret_;
  Recipient recipient_;
};

/// A passphrase with the work (log2 of scrypt's N, r = 8, p = 1) to spend when writing, and the most to
/// accept when reading: reading takes 1 KiB << work of memory.
class Passphrase {
 public:
  static constexpr unsigned usual_work = 18;    // 256 MiB, about a second
  static constexpr unsigned greatest_work = 20;  // 1 GiB

  explicit Passphrase(SecretBytes text, unsigned work = usual_work, unsigned most_work = greatest_work);

  const SecretBytes& text() const { return text_; }
  unsigned work() const { return work_; }
  unsigned most_work() const { return most_work_; }

 private:
  SecretBytes text_;
  unsigned work_, most_work_;
};

}  // namespace dokaz::age
