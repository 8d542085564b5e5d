// SPDX-License-Identifier: GPL-3.0-or-later
// The age v1 envelope (c2sp.org/age): encrypt to recipients or a passphrase, decrypt as a stream, at any
// place, or whole. What `age` writes, this reads, and the other way round.
//
// Failures when reading: `age_header`, `age_no_match`, `age_unsupported` (only for kinds of keys that are
// not supported), `age_work_factor`, `age_hmac`, `age_payload`, `age_armor`, and whatever the source says.
// Memory is constant: a header of at most 256 KiB and two chunks of 64 KiB. One thread at a time.
#pragma once

#include <memory>
#include <span>

#include "crypto/age/io.hpp"
#include "crypto/age/keys.hpp"
#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::age {

enum class Form { binary, armored };

/// Writes one envelope. Nothing is complete before `finish` has returned without failure; after any
/// failure the writer must be dropped, and what it wrote thrown away.
class Writer {
 public:
  /// One or more recipients; each can open the file alone. Writes the header.
  static Result<Writer> create(std::span<const Recipient> recipients, Sink sink, Form form = Form::binary);
  /// A passphrase is always alone.
  static Result<Writer> create(const Passphrase& passphrase, Sink sink, Form form = Form::binary);
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();

  Status write(ByteView bytes);
  Status finish();

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  static Result<Writer> start(std::unique_ptr<State> state, ByteView header);
  std::unique_ptr<State> state_;
};

/// What a reader tries. A view: the keys must live until the reader is open.
struct Keys {
  Keys(std::span<const Identity> some) : identities(some) {}
  Keys(const std::vector<Identity>& some) : identities(some) {}
  Keys(const Identity& one) : identities(&one, 1) {}
  Keys(const Passphrase& one) : passphrases(&one, 1) {}
  Keys(std::span<const Identity> some, std::span<const Passphrase> more)
      : identities(some), passphrases(more) {}
  std::span<const Identity> identities;
  std::span<const Passphrase> passphrases;
};

/// Size of a binary envelope: header + 16 + plain + 16 for each begun 64 KiB (at least one). The header
/// for X25519 recipients has 22 + 98 * recipients + 48 bytes.
std::uint64_t envelope_size(std::uint64_t plain_size, std::size_t recipients);

/// Reads an envelope from its beginning to its end.
class Reader {
 public:
  /// Armor is recognised by its first character that is not white space.
  static Result<Reader> open(Source source, const Keys& keys);
  /// The form is known.
  static Result<Reader> open(Source source, const Keys& keys, Form form);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  /// Some authenticated bytes; 0 only at the end, which is then proven to be the end (`into` is not
  /// empty). What was read before a failure is authentic, but it is not the whole.
  Result<std::size_t> read(std::span<Byte> into);
  /// Everything that is left, to a sink.
  Status copy_to(const Sink& sink);

 private:
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Reads a binary envelope at any place.
class SeekableReader {
 public:
  /// Opens the last chunk too: the size is proven.
  static Result<SeekableReader> open(Place place, const Keys& keys);
  SeekableReader(SeekableReader&&) noexcept;
  SeekableReader& operator=(SeekableReader&&) noexcept;
  ~SeekableReader();

  /// Of the content.
  std::uint64_t size() const;
  /// Fewer bytes than asked only at the end; 0 at and after it.
  Result<std::size_t> read_at(std::span<Byte> into, std::uint64_t offset);

 private:
  struct State;
  explicit SeekableReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

Result<Bytes> encrypt(ByteView plain, std::span<const Recipient> recipients, Form form = Form::binary);
Result<Bytes> encrypt(ByteView plain, const Passphrase& passphrase, Form form = Form::binary);
/// Everything or a failure.
Result<Bytes> decrypt(ByteView envelope, const Keys& keys);

}  // namespace dokaz::age
