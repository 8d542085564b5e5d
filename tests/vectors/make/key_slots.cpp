// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of section 11, key slots. Passphrases, salt and nonces are fixed: these files open nothing.
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/key_slots.hpp"
#include "tests/vectors/make/format_vector.hpp"

namespace dokaz::format_vectors {
namespace {

constexpr std::string_view own = "correct horse", duress = "battery staple";
const std::string head = "dokaz/key-slots/v1\nkdf argon2id 1 8192\nsalt 000102030405060708090a0b0c0d0e0f\n";

/// What an unused slot looks like, but the same every time.
std::string noise(std::size_t size) {
  std::string out;
  for (std::uint64_t block = 0; out.size() < size; ++block) out += text_of(sha256("unused " + std::to_string(block)).view());
  return out.substr(0, size);
}
std::string unused_file() { return head + std::string(4, '\0') + noise(KeySlots::count * KeySlots::slot_size); }

Secret<32> vault_key(std::string_view of) { return Secret<32>::copy_of(sha256(of).raw()); }

void put(KeySlots& slots, std::size_t at, SlotKind kind, Byte room, std::string_view passphrase) {
  const auto derived = slots.derive(SecretBytes::copy_of(bytes_of(passphrase))).value();
  AeadNonce nonce;
  std::fill(nonce.raw().begin(), nonce.raw().end(), static_cast<Byte>(0xa0 + at));
  slots.put(at, {kind, room, vault_key(passphrase)}, derived, nonce);
}

std::string file_with_both() {
  KeySlots slots = KeySlots::parse(bytes_of(unused_file())).value();
  put(slots, 1, SlotKind::opens, 1, own);
  put(slots, 5, SlotKind::erases, 0, duress);
  return to_text(slots.bytes());
}

/// Sealed as a slot is, with any two bytes in front of the key.
std::string file_with_content(Byte kind, Byte room) {
  const KeySlots slots = KeySlots::parse(bytes_of(unused_file())).value();
  const auto derived = slots.derive(SecretBytes::copy_of(bytes_of(own))).value();
  Bytes plain{kind, room}, associated = to_bytes(head), sealed(50);
  plain.resize(34, 1);
  associated.push_back(0);
  AeadNonce nonce;
  Aead(derived.key).seal(nonce, associated, plain, sealed);
  std::string file = unused_file();
  return file.replace(head.size() + 4, KeySlots::slot_size, to_text(nonce.view()) + to_text(sealed));
}

std::vector<std::pair<std::string, std::string>> opened_by(std::string_view passphrase, int slot, int kind, int room) {
  return {{"passphrase", std::string(passphrase)},
          {"slot", std::to_string(slot)},
          {"kind", std::to_string(kind)},
          {"room", std::to_string(room)},
          {"opened-key", hex(sha256(passphrase))}};
}

}  // namespace

std::vector<Vector> key_slots_vectors() {
  Maker make("key-slots");
  const std::string good = file_with_both();
  make.good("opens", "Kind 1 opens", good, opened_by(own, 1, 1, 1));
  make.good("opens-and-erases", "Kind 2 opens and erases", good, opened_by(duress, 5, 2, 0));
  make.good("unused", "A slot that is not in use is random bytes", unused_file());
  std::string counted = good;
  counted.replace(head.size(), 4, std::string("\x00\x0a\x01\x02", 4));
  make.good("counted", "limit and tries are not authenticated", counted, opened_by(own, 1, 1, 1));

  Maker closed("key-slots", {{"passphrase", std::string(own)}});
  closed.bad("wrong-passphrase", "wrong_passphrase", "If none opens, wrong_passphrase", unused_file());
  std::string moved = good;
  const std::size_t first = head.size() + 4;
  moved.replace(first + 2 * KeySlots::slot_size, KeySlots::slot_size, good, first + KeySlots::slot_size, KeySlots::slot_size);
  moved.replace(first + KeySlots::slot_size, KeySlots::slot_size, noise(KeySlots::slot_size));
  closed.bad("slot-in-another-place", "wrong_passphrase", "A slot holds in its own place only", moved);
  closed.bad("another-salt", "wrong_passphrase", "A slot holds in its own file only", edited(good, "salt 00", "salt 01"));
  std::string flipped = good;
  flipped[first + KeySlots::slot_size + 61] ^= 1;
  closed.bad("flipped-bit", "wrong_passphrase", "A slot is authenticated", flipped);
  closed.bad("unknown-kind", "Another kind or room is malformed", file_with_content(3, 0));
  closed.bad("kind-0", "Another kind or room is malformed", file_with_content(0, 0));
  closed.bad("unknown-room", "Another kind or room is malformed", file_with_content(1, 2));

  make.bad("version-2", "unsupported_version", "An unknown version of a known kind is unsupported_version",
           edited(good, "slots/v1", "slots/v2"));
  make.bad("single-key-file", "The first line names the kind", edited(good, "key-slots/v1", "key-file/v1"));
  make.bad("byte-missing", "Three lines and 500 bytes", good.substr(0, good.size() - 1));
  make.bad("byte-more", "Three lines and 500 bytes", good + "x");
  make.bad("seven-slots", "Three lines and 500 bytes", good.substr(0, good.size() - KeySlots::slot_size));
  make.bad("no-slots", "Three lines and 500 bytes", head);
  make.bad("empty", "Three lines of text", "");
  make.bad("no-passes", "At least one pass", edited(good, "id 1 8192", "id 0 8192"));
  make.bad("too-many-passes", "At most 16 passes", edited(good, "id 1 8192", "id 17 8192"));
  make.bad("too-much-memory", "At most 1 GiB", edited(good, "id 1 8192", "id 1 1073742848"));
  make.bad("too-little-memory", "At least 8 KiB", edited(good, "id 1 8192", "id 1 7168"));
  make.bad("leading-zero", "Decimal numbers have no leading zero", edited(good, "id 1 8192", "id 01 8192"));
  make.bad("upper-case-salt", "Hexadecimal is lower case", edited(good, "0a0b0c", "0A0b0c"));
  make.bad("short-salt", "A salt is 16 bytes", edited(good, "0e0f\n", "0e\n"));
  make.bad("crlf", "Text format", edited(good, "8192\n", "8192\r\n"));
  std::vector<Vector> all = make.take();
  for (Vector& vector : closed.take()) all.push_back(std::move(vector));
  return all;
}

}  // namespace dokaz::format_vectors
