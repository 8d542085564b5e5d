// SPDX-License-Identifier: GPL-3.0-or-later
// Tables that people edit in a spreadsheet: RFC 4180 in UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"

namespace dokaz::filing {

using CsvRow = std::vector<std::string>;

/// Lines end with CRLF; a field with a separator, quote or line break in it is quoted.
std::string write_csv(const std::vector<CsvRow>& rows);

/// The field so that no spreadsheet takes it, or a part of it behind a `;` or tab, for a formula.
std::string harmless(const std::string& field);

/// Also as spreadsheets save it: with a byte order mark, with `;` or a tab between fields (whichever stands first in
/// the first line), with LF alone. Empty lines are left out. malformed, naming the line.
Result<std::vector<CsvRow>> read_csv(std::string_view text);

}  // namespace dokaz::filing
