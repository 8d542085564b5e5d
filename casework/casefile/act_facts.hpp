// SPDX-License-Identifier: GPL-3.0-or-later
// Which facts an act that is no item has, and in which form: format.md section 4.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/format/fact.hpp"
#include "proto/format/statement.hpp"

namespace dokaz {

/// What a consent is given for, and what leaves the case is for.
enum class Use { court, partners, press, prosecutor, publish, team, un };
inline constexpr Use all_uses[] = {Use::court, Use::partners, Use::press, Use::prosecutor, Use::publish, Use::team, Use::un};
std::string_view name_of(Use use);
std::optional<Use> use_from_name(std::string_view name);

inline constexpr std::size_t max_pseudonym_of_others = 64;  // bytes of `consent.by`, `consent.for`, `consent.witness`
inline constexpr std::size_t max_line = 1024, max_addressee = 256, max_note_size_of_act = 8192;  // bytes
inline constexpr std::size_t max_hashes_of_fact = 512;      // of `export.items` and `consent.relied`

/// 1 to `most` bytes of UTF-8 without control characters.
bool is_line(std::string_view text, std::size_t most = max_line);

/// bad_disclosure unless the facts are those of that act, each in its form and none missing: no consent without uses of
/// the list, no note without words. Acts that have no object of this kind have no facts here: bad_disclosure.
Status check_act_facts(Act act, const std::vector<Fact>& facts);
/// Whether the object of such an act is for the team, too.
bool is_for_team(Act act);

/// The value of a fact of its name, for facts that check_act_facts has passed; empty where there is none.
std::string text_of(const std::vector<Fact>& facts, std::string_view name);
std::set<Use> uses_of(const std::vector<Fact>& facts, std::string_view name);
/// Of all facts of that name together.
std::vector<std::string> words_of(const std::vector<Fact>& facts, std::string_view name);
std::vector<StatementHash> hashes_of(const std::vector<Fact>& facts, std::string_view name);

/// Makers. The values ascend, each once, in as many facts as that takes; nothing for an empty list.
std::vector<Fact> hash_facts(std::string_view name, std::set<StatementHash> hashes);
std::optional<Fact> words_fact(std::string_view name, const std::set<std::string>& words);
std::optional<Fact> uses_fact(std::string_view name, const std::set<Use>& uses);

}  // namespace dokaz
