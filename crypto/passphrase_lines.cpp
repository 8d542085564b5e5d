// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/passphrase_lines.hpp"

#include "crypto/encoding.hpp"

namespace dokaz {

std::string write_passphrase_lines(std::string_view first_line, const PassphraseLines& lines) {
  return std::string(first_line) + "\nkdf argon2id " + std::to_string(lines.work.passes) + " " +
         std::to_string(lines.work.memory) + "\nsalt " + hex(lines.salt) + "\n";
}

Result<std::string_view> take_until(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  if (at == std::string_view::npos) return fail(Errc::malformed, "key file");
  const std::string_view field = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return field;
}

Status take_literal(std::string_view& rest, std::string_view literal) {
  if (!rest.starts_with(literal)) return fail(Errc::malformed, "key file");
  rest.remove_prefix(literal.size());
  return {};
}

Result<PassphraseLines> take_passphrase_lines(std::string_view first_line, std::string_view& rest) {
  DOKAZ_LET(version, take_until(rest, '\n'));
  if (version != first_line) {
    const std::size_t kind = first_line.find_last_not_of("0123456789") + 1;
    DOKAZ_TRY(take_literal(version, first_line.substr(0, kind)));
    DOKAZ_TRY(from_decimal(version));
    return Errc::unsupported_version;
  }
  DOKAZ_TRY(take_literal(rest, "kdf argon2id "));
  DOKAZ_LET(passes_text, take_until(rest, ' '));
  DOKAZ_LET(passes, from_decimal(passes_text));
  DOKAZ_LET(memory_text, take_until(rest, '\n'));
  DOKAZ_LET(memory, from_decimal(memory_text));
  DOKAZ_TRY(take_literal(rest, "salt "));
  DOKAZ_LET(salt_text, take_until(rest, '\n'));
  DOKAZ_LET(salt, id_from_hex<PassphraseSalt>(salt_text));
  const PassphraseWork work{passes, memory};
  if (!work.acceptable()) return fail(Errc::malformed, "key file: it names a cost of guessing that no program of ours writes");
  return PassphraseLines{work, salt};
}

}  // namespace dokaz
