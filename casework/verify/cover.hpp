// SPDX-License-Identifier: GPL-3.0-or-later
// data/dossier: for whom a dossier is, what for, how much is in it and what is withheld: format.md section 19.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"
#include "proto/format/ids.hpp"

namespace dokaz {

inline constexpr std::size_t max_dossier_items = 9'999;
inline constexpr std::size_t max_cover = std::size_t{1} << 20;

/// Why a sealed item of a shown chain is not shown: the exporter's word, which proves nothing.
struct Withheld {
  ChainId chain;
  std::uint64_t seq = 0;
  std::string reason;  // 1 to 32 of a-z 0-9 -
};

struct Cover {
  std::string addressee;  // 1 to 64 bytes of 0x20 to 0x7E, no space at either end
  std::string use;        // a word of the fact `consent.uses`
  std::uint64_t items = 0;
  std::vector<Withheld> withheld;  // ascending by chain and seq
};

bool is_use(std::string_view word);
bool is_reason(std::string_view word);
bool is_addressee(std::string_view text);

/// malformed, unsupported_version.
Result<Cover> read_cover(ByteView bytes);
/// malformed where a field breaks a rule; the withheld places may come in any order.
Result<Bytes> write_cover(Cover cover);

}  // namespace dokaz
