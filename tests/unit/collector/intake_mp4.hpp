// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of MP4, QuickTime, 3GP and M4A share: films with one change, and what was said of a clean one.
#pragma once

#include "intake_films.hpp"
#include "intake_walked.hpp"

namespace dokaz::test {

using namespace dokaz::intake;

using Strings = std::vector<std::string>;

inline const Bytes hidden = text(canary);

inline Film with(const std::function<void(Film&)>& change) {
  Film film;
  change(film);
  return film;
}
inline Film with_track(const std::function<void(TrackOf&)>& change) {
  return with([&](Film& film) { change(film.tracks.front()); });
}
inline Film sound_only() {
  return with([](Film& film) { film.tracks.erase(film.tracks.begin()); });
}
inline bool has_kind(const Walked& walked, const std::string& kind) {
  const Strings all = kinds(walked);
  return std::find(all.begin(), all.end(), kind) != all.end();
}
inline bool warns(const Walked& walked, std::string_view part) {
  return std::any_of(walked.warnings.begin(), walked.warnings.end(),
                     [&](const std::string& warning) { return warning.find(part) != std::string::npos; });
}
inline std::string said(const Walked& walked, std::string_view name) {
  for (const ContainerValue& value : walked.values)
    if (value.name == name) return value.value;
  return "nothing";
}
inline Bytes apple_text(std::string_view name, std::string_view value) {
  return box(name, joined({big16(static_cast<std::uint32_t>(value.size())), big16(0x55c4), text(value)}));
}
inline Bytes data_atom(std::string_view value) { return box("data", joined({numbers({1, 0}), text(value)})); }

}  // namespace dokaz::test
