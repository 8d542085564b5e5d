// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/parcel/parts.hpp"

#include <algorithm>
#include <limits>

namespace dokaz {

Path part_name(Path parcel, std::size_t number) {
  const std::string digits = std::to_string(number);
  parcel += ".part" + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
  return parcel;
}

Status Parts::begin() {
  if (files_.size() == most) return fail(Errc::usage, "a parcel in more than 400 parts: name larger volumes");
  DOKAZ_LET(file, PendingFile::start(name_of(files_.size())));
  files_.push_back(std::move(file));
  in_last_ = 0;
  return {};
}

Status Parts::append(ByteView bytes) {
  const std::uint64_t room = part_size_.value_or(std::numeric_limits<std::uint64_t>::max());
  while (!bytes.empty()) {
    if (files_.empty() || in_last_ == room) DOKAZ_TRY(begin());
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), room - in_last_));
    DOKAZ_TRY(files_.back().append(bytes.first(length)));
    in_last_ += length;
    bytes = bytes.subspan(length);
  }
  return {};
}

Result<std::vector<Path>> Parts::create() {
  if (files_.empty()) DOKAZ_TRY(begin());
  // The first part gets its name last: where that is there, all of them are.
  std::vector<Path> names;
  for (std::size_t i = files_.size(); i-- > 0;) {
    const Status named = files_[i].create();
    if (named) {
      names.insert(names.begin(), name_of(i));
      continue;
    }
    for (const Path& name : names) static_cast<void>(remove_file_durably(name).has_value());
    return named.error();
  }
  return names;
}

}  // namespace dokaz
