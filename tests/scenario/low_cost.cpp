// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-low-cost KEY-FILE PASSPHRASE-FILE   seals the key of a vault or case anew at a cost that is good for nothing but
// tests: most of the time of a scenario that is not about passphrases would go into them.
#include <cstdio>

#include "crypto/files.hpp"
#include "crypto/key_file.hpp"
#include "crypto/key_slots.hpp"

using namespace dokaz;

namespace {

constexpr PassphraseWork little{1, std::uint64_t{64} << 10};

Result<Bytes> again(ByteView file, const SecretBytes& passphrase) {
  const auto slots = KeySlots::parse(file);
  if (!slots) {
    DOKAZ_LET(key, KeyFile::open(file, passphrase));
    return KeyFile::seal(key, passphrase, little);
  }
  DOKAZ_LET(derived, slots->derive(passphrase));
  DOKAZ_LET(opened, slots->open(derived));
  KeySlots cheap = KeySlots::fresh(little);
  cheap.limit = slots->limit;
  DOKAZ_LET(derived_again, cheap.derive(passphrase));
  cheap.put(opened.slot, opened.content, derived_again);
  return cheap.bytes();
}

Status run(const Path& key_file, const Path& passphrase_file) {
  DOKAZ_LET(line, read_file(passphrase_file, 1024));
  if (!line.empty() && line.back() == '\n') line.pop_back();
  DOKAZ_LET(file, read_file(key_file, KeySlots::largest_file));
  DOKAZ_LET(cheap, again(file, SecretBytes::copy_of(line)));
  return write_file_durably(key_file, cheap);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const Status done = run(arguments[1], arguments[2]);
  if (!done) std::fprintf(stderr, "dokaz-low-cost: %s\n", std::string(name_of(done.code())).c_str());
  return done ? 0 : 1;
}
