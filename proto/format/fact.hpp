// SPDX-License-Identifier: GPL-3.0-or-later
// Facts and their disclosures (RFC 9901): format.md section 4.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/errc.hpp"
#include "proto/format/ids.hpp"

namespace dokaz {

inline constexpr std::size_t max_disclosure_size = 65536;

class Fact {
 public:
  /// With a fresh random salt. Bugs: a name that is not in the registry, text that is not UTF-8 (ask
  /// `is_utf8` about text that comes from outside) or a disclosure over its limit, a number of 2^53 or more.
  static Fact text(std::string_view name, std::string_view value);
  static Fact number(std::string_view name, std::uint64_t value);
  /// `value` is canonical compact JSON of section 4: malformed.
  static Result<Fact> json(std::string_view name, std::string_view value);

  /// Reads a disclosure strictly: malformed.
  static Result<Fact> parse(std::string_view disclosure);

  const std::string& disclosure() const { return disclosure_; }
  const std::string& name() const { return name_; }
  /// Compact JSON text of the value.
  const std::string& value_json() const { return value_json_; }
  std::optional<std::string> as_text() const;
  std::optional<std::uint64_t> as_number() const;
  /// What the statement's sd line commits to.
  FactDigest digest() const;

 private:
  Fact() = default;
  std::string disclosure_, name_, value_json_;
};

bool is_registered_fact(std::string_view name);
/// Arrays whose parts belong together, and `decoy`: format.md section 4.
bool may_repeat(std::string_view name);
bool is_utf8(std::string_view text);
/// Whether `uncleaned.reason` may name this failure: the list of format.md section 4.
bool is_uncleaned_reason(Errc failure);

/// A facts file: zero or more disclosures, one a line, ascending, no duplicates.
Bytes write_facts(std::vector<Fact> facts);
Result<std::vector<Fact>> read_facts(ByteView bytes);

/// The first fact of that name.
const Fact* find_fact(const std::vector<Fact>& facts, std::string_view name);

}  // namespace dokaz
