// SPDX-License-Identifier: GPL-3.0-or-later
// The authorities that the operator named, each with the roots that its tokens must lead to: format.md section 16.
#pragma once

#include "crypto/files.hpp"
#include "proto/anchor/authorities.hpp"
#include "proto/anchor/time_trust.hpp"

namespace dokaz::server {

struct Authority {
  TimeAuthority asked;
  TimeTrust trust;
};

/// Of the file `authorities` in a server's folder; none where there is no such file. Everything is read once,
/// before the process shuts itself in. malformed, unsupported_version; usage for an address that would never be
/// asked; not_found and bad_anchor for a CA file. The detail says which line of authorities, by its number.
Result<std::vector<Authority>> load_authorities(const Path& data);

}  // namespace dokaz::server
