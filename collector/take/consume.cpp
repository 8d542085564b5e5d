// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/take/consume.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "crypto/files_readable.hpp"
#include "crypto/secret.hpp"

namespace dokaz {
namespace {

constexpr std::size_t mark_size = 4096;  // bytes: a shorter file becomes so long
constexpr std::size_t written_at_once = std::size_t{256} << 10;

/// An ordinary file that can be written, has one name, and is ours.
Result<File> open_own(const Path& path) {
  struct stat about {};
  // Looked at before it is opened: opening alone wakes some devices.
  if (::lstat(path.c_str(), &about) != 0) return Errc::not_found;
  if (!S_ISREG(about.st_mode)) return Errc::not_regular_file;
  auto file = File::open(path, File::Access::read_write);
  if (!file && file.code() == Errc::io_error) return fail(Errc::io_error, "the file may not be written");
  if (!file) return file;
  if (::fstat(file->descriptor(), &about) != 0) return Errc::io_error;
  if (about.st_uid != ::geteuid()) return fail(Errc::io_error, "the file belongs to somebody else");
  if (about.st_nlink != 1) return fail(Errc::io_error, "the file has a second name, by which it would stay");
  return file;
}

Status overwrite(File& file, const Bytes& mark, std::uint64_t size) {
  // On the disk before anything else is: from then on an interrupted run is recognised.
  DOKAZ_TRY(file.write_at(mark, 0));
  DOKAZ_TRY(file.sync());
  Bytes noise(written_at_once);
  for (std::uint64_t at = mark.size(); at < size; at += noise.size()) {
    noise.resize(static_cast<std::size_t>(std::min<std::uint64_t>(written_at_once, size - at)));
    random_fill(noise);
    DOKAZ_TRY(file.write_at(noise, at));
  }
  return file.sync();
}

/// Only if the name still means that file.
Status unlink_same(const Path& path, const File& file) {
  struct stat named {}, opened {};
  if (::lstat(path.c_str(), &named) != 0 || ::fstat(file.descriptor(), &opened) != 0 ||
      named.st_dev != opened.st_dev || named.st_ino != opened.st_ino)
    return fail(Errc::io_error, "the file was replaced meanwhile");
  return remove_file_durably(path);
}

/// Removing a name needs the name of its folder.
Path with_folder(const Path& path) { return path.has_parent_path() ? path : Path(".") / path; }

}  // namespace

Bytes Consumer::mark(std::uint64_t size) const {
  Bytes mark;
  for (int block = 0; mark.size() < mark_size; ++block) {
    const std::string name = "dokaz/consume/v1 " + std::to_string(size) + " " + std::to_string(block);
    append(mark, vault_.tag_of({sha256(name)}).view());
  }
  return mark;
}

bool Consumer::is_marked(const File& file) const {
  const auto size = file.size();
  if (!size || *size < mark_size) return false;
  Bytes first(mark_size);
  return file.read_exactly_at(first, 0) && first == mark(*size);
}

Status Consumer::remove(const Path& path, const IsHeld& is_held) const {
  DOKAZ_LET(file, open_own(path));
  DOKAZ_LET(size, file.size());
  Sha256Stream hash;
  Bytes chunk;
  for (std::uint64_t at = 0; at < size; at += chunk.size()) {
    chunk.resize(static_cast<std::size_t>(std::min<std::uint64_t>(written_at_once, size - at)));
    DOKAZ_TRY(file.read_exactly_at(chunk, at));
    hash.update(chunk);
  }
  DOKAZ_LET(held, is_held(hash.finish()));
  if (!held) return fail(Errc::io_error, "the file is not as it was when it was sealed");
  const std::uint64_t covered = std::max<std::uint64_t>(size, mark_size);
  DOKAZ_TRY(overwrite(file, mark(covered), covered));
  return unlink_same(with_folder(path), file);
}

bool Consumer::is_begun(const Path& path) const {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return false;
  const auto file = File::open(path, File::Access::read);
  return file && is_marked(*file);
}

Status Consumer::finish(const Path& path) const {
  DOKAZ_LET(file, open_own(path));
  if (!is_marked(file)) return fail(Errc::io_error, "the file was replaced meanwhile");
  DOKAZ_LET(size, file.size());
  DOKAZ_TRY(overwrite(file, mark(size), size));
  return unlink_same(with_folder(path), file);
}

}  // namespace dokaz
