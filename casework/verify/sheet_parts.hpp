// SPDX-License-Identifier: GPL-3.0-or-later
// Lines that every sheet words alike, of an exhibit, a dossier or a whole case.
#pragma once

#include "casework/verify/sheet.hpp"

namespace dokaz::sheets {

/// "a, b"
std::string joined(const std::vector<std::string>& all);
/// "anna (documenter), by roster 1 signed by the case root"
std::string line_of(const Report::Person& person);
/// "not after 2026-05-01T10:12:00Z, by the time authority …"
std::string line_of(const Report::Stamp& stamp);
/// "2026-05-01T10:12:00Z", or "-" where nobody proves a time.
std::string proved(const std::optional<std::int64_t>& time);
/// "stored by server", or "logged".
std::string state_of(const Report& item);

}  // namespace dokaz::sheets
