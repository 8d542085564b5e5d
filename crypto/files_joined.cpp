// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/files_joined.hpp"

#include <fcntl.h>

#include <algorithm>

namespace dokaz {

Result<JoinedFiles> JoinedFiles::open(const std::vector<Path>& paths) {
  std::vector<Part> parts;
  std::uint64_t all = 0;
  for (const Path& path : paths) {
    DOKAZ_LET(file, File::open(path, File::Access::read, Links::follow));
    DOKAZ_LET(size, file.size());
    if (size > (std::uint64_t{1} << 62) - all) return Errc::too_large;
    parts.push_back({std::move(file), all, size});
    all += size;
  }
  return JoinedFiles(std::move(parts), all);
}

Status JoinedFiles::read(std::span<Byte> into, std::uint64_t offset) const {
  if (offset > size_ || into.size() > size_ - offset) return fail(Errc::truncated_media);
  for (const Part& part : parts_) {
    if (into.empty()) break;
    if (offset >= part.at + part.size) continue;
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), part.at + part.size - offset));
    DOKAZ_TRY(part.file.read_exactly_at(into.first(length), offset - part.at));
    into = into.subspan(length);
    offset += length;
  }
  return {};
}

Result<File> JoinedFiles::in_one(const Path& folder) const {
  File file = File::adopt(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, private_file_mode));
  if (file.descriptor() < 0) return fail(Errc::io_error, "no room for the joined parts");
  DOKAZ_TRY(copy_to([&](ByteView bytes) { return file.append(bytes); }));
  return file;
}

}  // namespace dokaz
