// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/passphrase_cost.hpp"

#include "crypto/passphrase_lines.hpp"

namespace dokaz {

bool is_cheap(const PassphraseWork& work) { return work.passes < least_work.passes || work.memory < least_work.memory; }

Result<PassphraseWork> stated_work(ByteView file) {
  std::string_view slots = text_of(file), single = slots;
  auto lines = take_passphrase_lines("dokaz/key-slots/v1", slots);
  if (!lines) lines = take_passphrase_lines("dokaz/key-file/v1", single);
  if (!lines) return std::move(lines).error();
  return lines->work;
}

}  // namespace dokaz
