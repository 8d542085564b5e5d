// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/key_slots.hpp"

#include "crypto/passphrase_lines.hpp"

namespace dokaz {
namespace {

constexpr std::string_view first_line = "dokaz/key-slots/v1";
constexpr std::size_t content_size = 2 + 32;
constexpr std::size_t sealed_size = content_size + aead_tag_size;
static_assert(AeadNonce::size + sealed_size == KeySlots::slot_size);

std::uint16_t u16_at(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
void append_u16(Bytes& out, std::uint16_t value) {
  out.push_back(static_cast<Byte>(value >> 8));
  out.push_back(static_cast<Byte>(value));
}

Result<SlotContent> read_content(ByteView plain) {
  const bool known = (plain[0] == 1 || plain[0] == 2) && plain[1] <= 1;
  if (!known) return fail(Errc::malformed, "key file: a slot of an unknown kind");
  return SlotContent{static_cast<SlotKind>(plain[0]), plain[1], Secret<32>::copy_of(plain.subspan<2, 32>())};
}

}  // namespace

KeySlots KeySlots::fresh(const PassphraseWork& work) {
  DOKAZ_CHECK(work.acceptable());
  KeySlots made(work, random_id<PassphraseSalt>());
  made.erase_all();
  return made;
}

Result<KeySlots> KeySlots::parse(ByteView file) {
  if (file.size() > largest_file) return fail(Errc::malformed, "key file");
  std::string_view rest = text_of(file);
  DOKAZ_LET(lines, take_passphrase_lines(first_line, rest));
  if (rest.size() != 4 + count * slot_size) return fail(Errc::malformed, "key file");
  ByteView bytes = bytes_of(rest);
  KeySlots read(lines.work, lines.salt);
  read.limit = u16_at(bytes, 0);
  read.tries = u16_at(bytes, 2);
  bytes = bytes.subspan(4);
  for (auto& slot : read.slots_) {
    std::copy_n(bytes.begin(), slot_size, slot.begin());
    bytes = bytes.subspan(slot_size);
  }
  return read;
}

std::string KeySlots::header() const { return write_passphrase_lines(first_line, {work_, salt_}); }

Bytes KeySlots::bytes() const {
  Bytes out = to_bytes(header());
  append_u16(out, limit);
  append_u16(out, tries);
  for (const auto& slot : slots_) append(out, slot);
  return out;
}

Bytes KeySlots::associated(std::size_t slot) const {
  Bytes out = to_bytes(header());
  out.push_back(static_cast<Byte>(slot));
  return out;
}

Result<KeySlots::Derived> KeySlots::derive(const SecretBytes& passphrase) const {
  DOKAZ_LET(key, key_from_passphrase(passphrase, salt_, work_));
  return Derived{std::move(key)};
}

Result<KeySlots::Opened> KeySlots::open(const Derived& derived) const {
  Aead aead(derived.key);
  SecretBytes plain(count * content_size);
  std::size_t found = count;
  plain.fill([&](std::span<Byte> out) {
    for (std::size_t i = 0; i < count; ++i) {
      const ByteView slot(slots_[i]);
      const bool opened = aead.open(AeadNonce::from(slot.first(AeadNonce::size)).value(), associated(i),
                                    slot.subspan(AeadNonce::size), out.subspan(i * content_size, content_size));
      if (opened && found == count) found = i;
    }
  });
  if (found == count) return Errc::wrong_passphrase;
  auto content = plain.reveal([&](ByteView all) { return read_content(all.subspan(found * content_size, content_size)); });
  if (!content) return std::move(content).error();
  return Opened{found, std::move(*content)};
}

void KeySlots::put(std::size_t slot, const SlotContent& content, const Derived& derived) {
  put(slot, content, derived, random_id<AeadNonce>());
}

void KeySlots::put(std::size_t slot, const SlotContent& content, const Derived& derived, const AeadNonce& nonce) {
  DOKAZ_CHECK(slot < count && content.room <= 1);
  SecretBytes plain(content_size);
  plain.fill([&](std::span<Byte> out) {
    out[0] = static_cast<Byte>(content.kind);
    out[1] = content.room;
    content.key.reveal([&](std::span<const Byte, 32> key) { std::copy(key.begin(), key.end(), out.begin() + 2); });
  });
  const std::span<Byte> into(slots_[slot]);
  std::copy(nonce.raw().begin(), nonce.raw().end(), into.begin());
  plain.reveal([&](ByteView bytes) {
    Aead(derived.key).seal(nonce, associated(slot), bytes, into.subspan(AeadNonce::size));
  });
}

void KeySlots::erase(std::size_t slot) {
  DOKAZ_CHECK(slot < count);
  random_fill(slots_[slot]);
}

void KeySlots::erase_all_but(std::size_t slot) {
  for (std::size_t i = 0; i < count; ++i)
    if (i != slot) erase(i);
}

void KeySlots::erase_all() { erase_all_but(count); }

}  // namespace dokaz
