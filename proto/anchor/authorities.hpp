// SPDX-License-Identifier: GPL-3.0-or-later
// The file that names the time-stamp authorities a server asks: format.md section 16.
#pragma once

#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz {

inline constexpr std::size_t max_authorities_file = 16'384;
inline constexpr std::size_t max_authorities = 16;

struct TimeAuthority {
  std::string name;       ///< a file's name: 1 to 32 of a-z0-9-
  std::uint64_t every = 0;  ///< seconds, 1 to 31,536,000
  std::string url;        ///< http or https; what else an address must be is for the client to say
  std::string ca_file;    ///< as it is written: relative to the file's folder, or absolute
};

/// malformed, unsupported_version.
Result<std::vector<TimeAuthority>> read_authorities(ByteView text);

/// Whether a file may be named for an authority of this name.
bool is_authority_name(std::string_view name);

}  // namespace dokaz
