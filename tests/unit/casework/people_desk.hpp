// SPDX-License-Identifier: GPL-3.0-or-later
// A case with items of one documenter, for tests of who is in it.
#pragma once

#include "casework/casefile/people.hpp"
#include "tests/unit/casework/small_server.hpp"

namespace dokaz::small {

using test::Scratch;

template <class T>
inline std::string code_of(const Result<T>& result) {
  return result ? "success" : std::string(name_of(result.code()));
}
inline SecretBytes words(std::string_view text) { return SecretBytes::copy_of(bytes_of(text)); }

inline std::uint64_t place(CaseFile& file, std::string_view since) {
  return must(place_of(file, must(read_suspect_since(since)))).index;
}

inline constexpr std::int64_t some_day = 1777593600;
inline constexpr std::uint64_t anna_since = 4;  // her genesis is 1, her items are 2 and, behind the server's answer to it, 4

/// A case with two stored items of anna's, pulled.
struct PeopleDesk {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server{file};
  Statement first = server.seal(file, "one"), second = server.seal(file, "two");
  PeopleDesk() { server.pull_into(file); }
};

}  // namespace dokaz::small
