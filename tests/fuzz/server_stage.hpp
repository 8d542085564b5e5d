// SPDX-License-Identifier: GPL-3.0-or-later
// What fuzz targets of the server share: a script that the input is, and a folder with a case in it.
#pragma once

#include "tests/unit/sync-server/scene.hpp"

namespace dokaz::fuzz {

using namespace dokaz::server;
using namespace dokaz::server::test;

inline constexpr unsigned documenters = 3;

/// The script, a byte at a time; zeros at its end.
class Script {
 public:
  explicit Script(ByteView bytes) : bytes_(bytes) {}
  bool ended() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const Byte next = bytes_[0];
    bytes_ = bytes_.subspan(1);
    return next;
  }
  unsigned below(unsigned bound) { return byte() % bound; }

 private:
  ByteView bytes_;
};

/// A folder with a case in it, made once; each script works on a copy, in memory where there is such a place.
class Stage {
 public:
  Stage() {
    const Path memory = "/dev/shm";
    std::string name = (std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path()) /
                       "dokaz-fuzz-XXXXXX";
    DOKAZ_CHECK(::mkdtemp(name.data()) != nullptr);
    place_ = name;
    Custody custody = Custody::create(place_ / "model", clock_at(noon)).value();
    std::vector<Member> more;
    for (unsigned n = 1; n <= documenters; ++n)
      more.push_back({"member-" + std::to_string(n), Role::documenter,
                      Scribe::key_of(static_cast<std::uint8_t>(n)).public_key()});
    DOKAZ_CHECK(custody.grant(people.roster(custody.card().member, 1, std::move(more)), 40'000).has_value());
    card_ = custody.card();
  }
  ~Stage() {
    std::error_code ignored;
    std::filesystem::remove_all(place_, ignored);
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  Path fresh() const {
    std::filesystem::remove_all(place_ / "data");
    std::filesystem::copy(place_ / "model", place_ / "data", std::filesystem::copy_options::recursive);
    return place_ / "data";
  }
  const ServerCard& card() const { return *card_; }
  const People people;

 private:
  Path place_;
  std::optional<ServerCard> card_;
};

}  // namespace dokaz::fuzz
