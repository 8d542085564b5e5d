// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "crypto/encoding.hpp"
#include "crypto/key_file.hpp"
#include "crypto/key_slots.hpp"
#include "crypto/passphrase_cost.hpp"

using namespace dokaz;

namespace {

constexpr PassphraseWork least{1, 8192};
SecretBytes phrase(std::string_view text) { return SecretBytes::copy_of(bytes_of(text)); }
std::string hex_of(const Secret<32>& secret) {
  return secret.reveal([](ByteView bytes) { return hex(bytes); });
}
Result<Secret<32>> open_text(std::string_view text) { return KeyFile::open(bytes_of(text), phrase("right")); }

const std::string salt_line = "salt 00112233445566778899aabbccddeeff\n";
const std::string sealed_line = "sealed " + base64(Bytes(48)) + "\n";

}  // namespace

TEST_CASE("a key file that is not exactly of the form is refused before any work is done") {
  const std::string head = "dokaz/key-file/v1\n";
  const std::string refused[] = {
      "",
      "\n",
      head,
      "dokaz/key-file/v1\r\nkdf argon2id 1 8192\n" + salt_line + sealed_line,
      "dokaz/key\nkdf argon2id 1 8192\n" + salt_line + sealed_line,
      head + "kdf argon2i 1 8192\n" + salt_line + sealed_line,
      head + "kdf argon2id 01 8192\n" + salt_line + sealed_line,
      head + "kdf argon2id 1  8192\n" + salt_line + sealed_line,
      head + "kdf argon2id 1 8192 \n" + salt_line + sealed_line,
      head + "kdf argon2id 0 8192\n" + salt_line + sealed_line,
      head + "kdf argon2id 17 8192\n" + salt_line + sealed_line,
      head + "kdf argon2id 1 4096\n" + salt_line + sealed_line,
      head + "kdf argon2id 1 8193\n" + salt_line + sealed_line,
      head + "kdf argon2id 1 1073742848\n" + salt_line + sealed_line,           // 1 GiB + 1 KiB
      head + "kdf argon2id 1 1099511627776\n" + salt_line + sealed_line,        // 1 TiB
      head + "kdf argon2id 1 99999999999999999999\n" + salt_line + sealed_line,
      head + "kdf argon2id 1 8192\nsalt 00112233445566778899aabbccddeeFF\n" + sealed_line,
      head + "kdf argon2id 1 8192\nsalt 00112233445566778899aabbccddee\n" + sealed_line,
      head + "kdf argon2id 1 8192\n" + salt_line,
      head + "kdf argon2id 1 8192\n" + salt_line + "sealed " + base64(Bytes(47)) + "\n",
      head + "kdf argon2id 1 8192\n" + salt_line + "sealed " + base64(Bytes(48)),
      head + "kdf argon2id 1 8192\n" + salt_line + sealed_line + "\n",
      head + "kdf argon2id 1 8192\n" + salt_line + sealed_line + "more\n",
      head + "kdf argon2id 1 8192\n" + salt_line + "sealed " + std::string(1000, 'A') + "\n",
  };
  for (const std::string& text : refused) {
    INFO(text);
    CHECK(open_text(text).code() == Errc::malformed);
  }
  CHECK(open_text("dokaz/key-file/v2\nanything\n").code() == Errc::unsupported_version);
}

TEST_CASE("the wrong passphrase opens nothing") {
  const auto created = KeyFile::create(phrase("right"), least).value();
  for (const char* wrong : {"", "right ", "Right", "righ"})
    CHECK(KeyFile::open(created.file, phrase(wrong)).code() == Errc::wrong_passphrase);
}

TEST_CASE("a key file with one bit flipped does not open") {
  const auto created = KeyFile::create(phrase("right"), least).value();
  for (std::size_t bit = 0; bit < created.file.size() * 8; ++bit) {
    Bytes changed = created.file;
    changed[bit / 8] ^= static_cast<Byte>(1u << bit % 8);
    CHECK_FALSE(KeyFile::open(changed, phrase("right")));
  }
}

TEST_CASE("a key file opens to the key it was made with, and again under a new passphrase") {
  const auto created = KeyFile::create(phrase("right"), least).value();
  CHECK(text_of(created.file).starts_with("dokaz/key-file/v1\nkdf argon2id 1 8192\nsalt "));
  const auto key = KeyFile::open(created.file, phrase("right")).value();
  CHECK(hex_of(key) == hex_of(created.key));
  const Bytes again = KeyFile::seal(key, phrase("left"), least).value();
  CHECK(hex_of(KeyFile::open(again, phrase("left")).value()) == hex_of(key));
  CHECK(KeyFile::open(again, phrase("right")).code() == Errc::wrong_passphrase);
  CHECK(hex_of(KeyFile::create(phrase("right"), least)->key) != hex_of(key));
}

TEST_CASE("Argon2id as the reference implementation computes it over 16 MiB") {
  // Computed with the `argon2` command: printf password | argon2 somesaltsomesalt -id -t 2 -k 16384 -p 1 -l
  // 32 -r
  const auto salt = PassphraseSalt::from(bytes_of("somesaltsomesalt")).value();
  CHECK(hex_of(key_from_passphrase(phrase("password"), salt, {2, 16384 * 1024}).value()) ==
        "86bead2198e2a6944105cabb7ad3774d9cbe2f56b0bbf3ed34c296a4ac6573d6");
}

TEST_CASE("What guessing at a key file costs can be asked before its passphrase is") {
  const auto created = KeyFile::create(phrase("right"), least).value();
  CHECK(stated_work(created.file).value() == least);
  CHECK(is_cheap(least));
  CHECK(stated_work(KeySlots::fresh(least_work).bytes()).value() == least_work);
  CHECK_FALSE(is_cheap(least_work));
  CHECK_FALSE(is_cheap(PassphraseWork()));
  CHECK(is_cheap({least_work.passes - 1, 4 * least_work.memory}));
  CHECK(is_cheap({4 * least_work.passes, least_work.memory - 1024}));
  CHECK(stated_work(bytes_of("dokaz/key-other/v1\n")).code() == Errc::malformed);
  CHECK(stated_work(ByteView()).code() == Errc::malformed);
}
