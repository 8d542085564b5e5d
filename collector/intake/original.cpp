// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/original.hpp"

#include <sys/stat.h>

#include <cerrno>

#include "collector/intake/media.hpp"
#include "crypto/files_memory.hpp"
#include "crypto/files_readable.hpp"

namespace dokaz::intake {
namespace {

Error open_failure(int number) {
  if (number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG) return fail(Errc::not_found);
  if (number == ELOOP || number == ENXIO || number == ENODEV) return fail(Errc::not_regular_file);
  return fail(Errc::io_error);
}

Error changed() { return fail(Errc::io_error, "the file changed while it was read"); }

bool same_time(const timespec& a, const timespec& b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

class InMemory : public Original {
 public:
  InMemory(MemoryFile file, ByteView bytes) : file_(std::move(file)), content_(bytes) {}
  std::uint64_t size() const override { return content_.size(); }
  Status read(std::span<Byte> into, std::uint64_t offset) const override { return content_.read(into, offset); }
  std::optional<ByteView> view() const override { return content_.view(); }
  int descriptor() const override { return file_.fd(); }
  Status unchanged() const override { return {}; }

 private:
  MemoryFile file_;
  ReadableBytes content_;
};

class InPlace : public Original {
 public:
  InPlace(File file, const struct stat& about)
      : content_(std::move(file), static_cast<std::uint64_t>(about.st_size)), about_(about) {}
  std::uint64_t size() const override { return content_.size(); }
  Status read(std::span<Byte> into, std::uint64_t offset) const override { return content_.read(into, offset); }
  int descriptor() const override { return content_.file().descriptor(); }
  Status unchanged() const override {
    struct stat now {};
    if (fstat(descriptor(), &now) != 0) return fail(Errc::io_error);
    const bool same = now.st_size == about_.st_size && same_time(now.st_mtim, about_.st_mtim) &&
                      same_time(now.st_ctim, about_.st_ctim);
    return same ? Status{} : changed();
  }

 private:
  ReadableFile content_;
  struct stat about_;
};

struct Opened {
  File file;
  struct stat about {};
  std::uint64_t size() const { return static_cast<std::uint64_t>(about.st_size); }
};

Result<Opened> open_regular(const std::filesystem::path& path) {
  struct stat about {};
  // Looked at before it is opened: opening alone wakes some devices.
  if (lstat(path.c_str(), &about) != 0) return open_failure(errno);
  if (!S_ISREG(about.st_mode)) return fail(Errc::not_regular_file);
  DOKAZ_LET(file, File::open(path, File::Access::read));
  Opened opened{std::move(file), {}};
  if (fstat(opened.file.descriptor(), &opened.about) != 0) return open_failure(errno);
  if (opened.about.st_size == 0) return fail(Errc::empty_file);
  return opened;
}

/// A sealed copy, so that what is examined is what is hashed, whatever happens to the file meanwhile.
Result<std::shared_ptr<const Original>> copy_of(const Opened& opened) {
  DOKAZ_LET(copy, MemoryFile::create());
  Bytes buffer(std::size_t{1} << 18);
  std::uint64_t total = 0;
  for (;;) {
    DOKAZ_LET(got, opened.file.read_at(buffer, total));
    if (got == 0) break;
    total += got;
    if (total > opened.size()) return changed();
    DOKAZ_TRY(copy.append(ByteView(buffer).first(got)));
  }
  if (total != opened.size()) return changed();
  DOKAZ_TRY(copy.seal());
  DOKAZ_LET(bytes, copy.map());
  return std::shared_ptr<const Original>(std::make_shared<InMemory>(std::move(copy), bytes));
}

}  // namespace

Result<std::shared_ptr<const Original>> Original::open(const std::filesystem::path& path, const IntakeLimits& limits) {
  DOKAZ_LET(opened, open_regular(path));
  Bytes head(recognised_by);
  DOKAZ_LET(got, opened.file.read_at(head, 0));
  const auto media = recognise(ByteView(head).first(got));
  const bool streamed = media && is_streamed(*media);
  if (opened.size() > (streamed ? limits.film_size : limits.file_size)) return fail(Errc::too_large);
  if (!media) return media.error();
  if (streamed) return std::shared_ptr<const Original>(std::make_shared<InPlace>(std::move(opened.file), opened.about));
  return copy_of(opened);
}

Result<std::shared_ptr<const Original>> Original::open_in_place(const std::filesystem::path& path, std::uint64_t cap) {
  DOKAZ_LET(opened, open_regular(path));
  if (opened.size() > cap) return fail(Errc::too_large);
  return std::shared_ptr<const Original>(std::make_shared<InPlace>(std::move(opened.file), opened.about));
}

}  // namespace dokaz::intake
