// SPDX-License-Identifier: GPL-3.0-or-later
// The second statements of a fork, as a server hands them over: format.md section 18.
#pragma once

#include <vector>

#include "proto/format/statement.hpp"

namespace dokaz {

inline constexpr std::size_t max_second_statements = 128;  // of one fork
inline constexpr std::size_t max_second_statements_file = std::size_t{4} << 20;

Bytes write_second_statements(const std::vector<SignedStatement>& statements);

/// At least one, all of one chain, none before the first one's place, no statement twice. Says nothing about
/// signatures or membership. malformed, unsupported_version, bad_key.
Result<std::vector<SignedStatement>> read_second_statements(ByteView bytes);

/// What the fact `fork` of a fork-found says: section 4.
struct ForkPlace {
  ChainId chain;
  std::uint64_t seq = 0;
  StatementHash logged, other;
};
/// malformed.
Result<ForkPlace> read_fork(std::string_view value_json);

}  // namespace dokaz
