// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "crypto/key_slots.hpp"

using namespace dokaz;

namespace {

constexpr PassphraseWork least{1, 8192};
SecretBytes phrase(std::string_view text) { return SecretBytes::copy_of(bytes_of(text)); }
Bytes bytes_of_key(const Secret<32>& key) {
  return key.reveal([](ByteView bytes) { return to_bytes(bytes); });
}
Secret<32> key_of(Byte n) {
  return Secret<32>::make([&](std::span<Byte, 32> out) { std::fill(out.begin(), out.end(), n); });
}
KeySlots slots_with(std::size_t slot, std::string_view passphrase, SlotKind kind = SlotKind::opens, Byte room = 1) {
  KeySlots slots = KeySlots::fresh(least);
  slots.put(slot, {kind, room, key_of(7)}, slots.derive(phrase(passphrase)).value());
  return slots;
}
Result<KeySlots::Opened> open(const KeySlots& slots, std::string_view passphrase) {
  return slots.open(slots.derive(phrase(passphrase)).value());
}

}  // namespace

TEST_CASE("a file of key slots with one bit flipped is refused or opens nothing, but for the count of tries") {
  const Bytes good = slots_with(0, "right").bytes();
  const std::size_t counts = good.size() - KeySlots::count * KeySlots::slot_size - 4;
  const std::size_t other_slots = counts + 4 + KeySlots::slot_size;
  for (std::size_t bit = 0; bit < other_slots * 8; ++bit) {
    if (bit / 8 >= counts && bit / 8 < counts + 4) continue;
    Bytes changed = good;
    changed[bit / 8] ^= static_cast<Byte>(1u << bit % 8);
    const auto read = KeySlots::parse(changed);
    CHECK((!read || read->work() != least || open(*read, "right").code() == Errc::wrong_passphrase));
  }
}

TEST_CASE("the wrong passphrase opens no slot, and neither does an empty file of slots") {
  const KeySlots slots = slots_with(5, "right");
  for (const char* wrong : {"", "right ", "Right", "righ"}) CHECK(open(slots, wrong).code() == Errc::wrong_passphrase);
  CHECK(open(KeySlots::fresh(least), "right").code() == Errc::wrong_passphrase);
}

TEST_CASE("a slot does not open in another place, nor in another file") {
  const Bytes good = slots_with(2, "right").bytes();
  const std::size_t first = good.size() - KeySlots::count * KeySlots::slot_size;
  const auto at = [&](Bytes& file, std::size_t slot) { return file.begin() + static_cast<std::ptrdiff_t>(first + slot * KeySlots::slot_size); };
  Bytes moved = good;
  std::copy_n(at(moved, 2), KeySlots::slot_size, at(moved, 3));
  std::fill_n(at(moved, 2), KeySlots::slot_size, Byte{0});
  CHECK(open(KeySlots::parse(moved).value(), "right").code() == Errc::wrong_passphrase);
  Bytes other = KeySlots::fresh(least).bytes(), from = good;
  std::copy_n(at(from, 2), KeySlots::slot_size, at(other, 2));
  CHECK(open(KeySlots::parse(other).value(), "right").code() == Errc::wrong_passphrase);
}

TEST_CASE("any slot opens to what was put into it, and only it") {
  for (std::size_t slot = 0; slot < KeySlots::count; ++slot) {
    const KeySlots slots = KeySlots::parse(slots_with(slot, "right", SlotKind::erases, 0).bytes()).value();
    const auto opened = open(slots, "right").value();
    CHECK(opened.slot == slot);
    CHECK(opened.content.kind == SlotKind::erases);
    CHECK(opened.content.room == 0);
    CHECK(bytes_of_key(opened.content.key) == Bytes(32, 7));
  }
}

TEST_CASE("two passphrases live side by side, and erasing one leaves the other") {
  KeySlots slots = slots_with(1, "right");
  slots.put(KeySlots::duress_of(1), {SlotKind::erases, 0, key_of(9)}, slots.derive(phrase("under duress")).value());
  CHECK(open(slots, "right")->slot == 1);
  CHECK(open(slots, "under duress")->slot == 5);
  KeySlots after_duress = slots;
  after_duress.erase_all_but(5);
  CHECK(open(after_duress, "right").code() == Errc::wrong_passphrase);
  CHECK(bytes_of_key(open(after_duress, "under duress")->content.key) == Bytes(32, 9));
  slots.erase(5);
  CHECK(open(slots, "under duress").code() == Errc::wrong_passphrase);
  CHECK(open(slots, "right"));
  slots.erase_all();
  CHECK(open(slots, "right").code() == Errc::wrong_passphrase);
}

TEST_CASE("equal passphrases in two slots never share a nonce, and the first slot counts") {
  KeySlots slots = KeySlots::fresh(least);
  const auto derived = slots.derive(phrase("same")).value();
  for (const std::size_t slot : {6u, 3u}) slots.put(slot, {SlotKind::opens, 0, key_of(static_cast<Byte>(slot))}, derived);
  const Bytes file = slots.bytes();
  const std::size_t first = file.size() - KeySlots::count * KeySlots::slot_size;
  const auto nonce = [&](std::size_t slot) { return to_bytes(ByteView(file).subspan(first + slot * KeySlots::slot_size, 12)); };
  CHECK(nonce(6) != nonce(3));
  CHECK(slots.open(derived)->slot == 3);
}

TEST_CASE("the file has one size, whatever is in it, and comes back byte for byte") {
  KeySlots slots = slots_with(4, "right");
  slots.limit = 10;
  slots.tries = 258;
  CHECK(slots.bytes().size() == KeySlots::fresh(least).bytes().size());
  const KeySlots again = KeySlots::parse(slots.bytes()).value();
  CHECK(again.bytes() == slots.bytes());
  CHECK(again.limit == 10);
  CHECK(again.tries == 258);
  CHECK(open(again, "right"));  // the counts are no part of what is authenticated
}
