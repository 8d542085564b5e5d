// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/pin_lines.hpp"

namespace dokaz {

Result<TlsPins> read_pins(LineReader& lines) {
  DOKAZ_LET(text, lines.value("pin"));
  DOKAZ_LET(present, id_from_hex<TlsPin>(text));
  if (!lines.next_is("next-pin")) return TlsPins(present);
  DOKAZ_LET(later, lines.value("next-pin"));
  DOKAZ_LET(next, id_from_hex<TlsPin>(later));
  if (next == present) return fail(Errc::malformed, "one pin twice");
  return TlsPins(present, next);
}

std::string write_pins(const TlsPins& pins) {
  DOKAZ_CHECK(pins.next != pins.present);
  return "\npin " + hex(pins.present) + (pins.next ? "\nnext-pin " + hex(*pins.next) : std::string());
}

}  // namespace dokaz
