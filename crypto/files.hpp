// SPDX-License-Identifier: GPL-3.0-or-later
// Files that survive a power cut, private to their owner. What returns without failure is on the disk.
//
// Failures: `not_found`, `not_regular_file` (a link, folder, pipe or device), `already_exists`, `busy`,
// `too_large`, `no_space` (also a quota or a file size limit), `internal` (no descriptor or memory left), and
// `io_error` for everything else.
// No failure names a path. The last component of a path is never followed when it is a link, unless said.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz {

using Path = std::filesystem::path;

inline constexpr mode_t private_file_mode = 0600;
inline constexpr mode_t private_folder_mode = 0700;

enum class Links { refuse, follow };

/// An open descriptor, of a regular file where `open` made it; closed on destruction, which does not sync.
class File {
 public:
  enum class Access { read, read_write, create_new };  // create_new: `already_exists` if there is one; 0600

  static Result<File> open(const Path& path, Access access, Links links = Links::refuse);
  /// Takes over an open descriptor.
  static File adopt(int descriptor) { return File(descriptor); }
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  Result<std::uint64_t> size() const;
  /// Reads until `into` is full or the file ends; returns how many bytes were read.
  Result<std::size_t> read_at(std::span<Byte> into, std::uint64_t offset) const;
  /// `into` is filled, or `io_error`.
  Status read_exactly_at(std::span<Byte> into, std::uint64_t offset) const;
  Status write_at(ByteView bytes, std::uint64_t offset);
  /// Writes at the end. After a failure a part may have been written.
  Status append(ByteView bytes);
  Status truncate(std::uint64_t size);
  /// fsync. After a failure, always io_error, the file's content is unknown: do not retry.
  Status sync();
  int descriptor() const { return descriptor_; }

 private:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

/// A file that nobody sees until it is complete: written under a temporary name in its own folder,
/// and given its name by `replace` or `create`. Destroyed before that, it leaves nothing behind.
class PendingFile {
 public:
  static Result<PendingFile> start(const Path& path, mode_t mode = private_file_mode);
  /// For a name that is known only when all is written: `create_as` gives it.
  static Result<PendingFile> start_in(const Path& folder, mode_t mode = private_file_mode);
  PendingFile(PendingFile&&) noexcept;
  PendingFile& operator=(PendingFile&&) noexcept;
  ~PendingFile();

  File& file() { return file_; }
  /// Where the bytes are for now, for a library that wants a path.
  Path temporary_path() const;
  Status append(ByteView bytes) { return file_.append(bytes); }
  /// fsync, rename over whatever has that name (a link is replaced, not followed), fsync of the folder.
  Status replace();
  /// The same, but `already_exists` when the name is taken.
  Status create();
  /// `create` under this name, without folders.
  Status create_as(const std::string& name);

 private:
  PendingFile(Path where, File folder, File file, std::string temporary, std::string name)
      : where_(std::move(where)),
        folder_(std::move(folder)),
        file_(std::move(file)),
        temporary_(std::move(temporary)),
        name_(std::move(name)) {}
  friend class FileBatch;
  Status publish(bool may_replace);
  /// Gives the name, without any fsync.
  Status take_name(bool may_replace);
  void discard();
  Path where_;  // the folder, as it was given
  File folder_, file_;
  std::string temporary_, name_;
};

/// Several files that are wanted together, with as few syncs as that takes: one for each file and one for each
/// folder. Until `publish` has returned, any of them may be there or not; each is whole or absent.
class FileBatch {
 public:
  /// Writes the file under a temporary name. Folders that are missing are made, as by make_inner_folder.
  Status add(const Path& path, ByteView bytes);
  /// fsync of each file, then their names (replacing what has them), then fsync of each folder concerned.
  /// After a failure the batch is used up; its files that have no name yet are removed with it.
  Status publish();

 private:
  std::vector<PendingFile> files_;
  std::set<Path> folders_;  // whose names change
  std::set<Path> known_;    // that are there
};

/// `too_large` if the file has more than `cap` bytes; nothing larger is ever allocated.
Result<Bytes> read_file(const Path& path, std::uint64_t cap, Links links = Links::refuse);

/// Afterwards the file has exactly these bytes, also after a power cut; before, the old ones or none.
Status write_file_durably(const Path& path, ByteView bytes, mode_t mode = private_file_mode);
/// The same, but `already_exists` when the name is taken.
Status create_file_durably(const Path& path, ByteView bytes, mode_t mode = private_file_mode);

/// Durable removal. `not_found` if there is none.
Status remove_file_durably(const Path& path);

/// Makes the folder, and what is missing above it, with mode 0700. One that is already there stays if it is
/// private, and is narrowed to 0700 if it is empty and belongs to this user; `already_exists` for any other,
/// which is left as it is: somebody may share it. `not_regular_file` if the name belongs to something else
/// (also to a link).
Status make_private_folder(const Path& path);
/// The same inside a folder that only this program fills: one that is there is narrowed, whatever it holds.
Status make_inner_folder(const Path& path);

/// fsync of a folder: new, renamed and removed names in it are on the disk.
Status sync_folder(const Path& path);

/// Removes what an interrupted PendingFile left in this folder. Hold the folder's lock.
Status remove_leftovers(const Path& folder);

/// One process at a time: flock on the file `.lock` in the folder. Released on destruction or death.
class FolderLock {
 public:
  /// `busy` if another process (or another lock in this one) holds it.
  static Result<FolderLock> take(const Path& folder);
  /// A second lock of the folder, which knows nothing of the first: held for long work beside which others take
  /// the first. It leaves no trace of its own.
  static Result<FolderLock> take_turn(const Path& folder);

 private:
  explicit FolderLock(File file) : file_(std::move(file)) {}
  File file_;
};

}  // namespace dokaz
