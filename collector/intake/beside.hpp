// SPDX-License-Identifier: GPL-3.0-or-later
// What intake does not look into: a file that it refused, taken as it is, and the sidecars beside a file.
// They are read as bytes; nothing in here parses them.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/readable.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// A file that was refused, whole: it is read where it lies. Its refusal is what may be said of it.
struct UncleanedFile {
  std::shared_ptr<const Readable> original;
  std::string extension;  ///< from the content, never from the name; "bin" where the content does not tell
  Error refusal;
};

/// `refusal` is one that is_uncleaned_reason allows: there is a file, it could be read, and what stopped
/// intake was the content. Opens `file` itself, never what it links to, and does not wake a device.
/// `not_found`, `not_regular_file`, `io_error`, `empty_file`; `too_large` over `cap` bytes.
Result<UncleanedFile> read_uncleaned(const std::filesystem::path& file, const Error& refusal, std::uint64_t cap);

/// A file that lay beside another and belongs to it: format.md section 5.
struct Sidecar {
  std::string kind;  ///< "xmp", "aae", "thm"
  std::string name;  ///< as it stands in the folder
  Bytes content;
};

/// Finds the sidecars of files; looks into each folder once. One run of a command, one thread.
class SidecarFinder {
 public:
  /// Names of ordinary files beside `file` that are its sidecars: "IMG_1.xmp" or "IMG_1.jpg.xmp" beside
  /// "IMG_1.jpg", in capitals or not; by kind, and of one kind the longer name first. A sidecar has none.
  /// A folder that cannot be read has none.
  const std::vector<std::string>& beside(const std::filesystem::path& file);

 private:
  /// Sidecars in a folder, by the lower-case name without ".xmp" and so on.
  using Folder = std::map<std::string, std::vector<std::string>>;
  const Folder& folder_of(const std::filesystem::path& folder);
  std::map<std::filesystem::path, Folder> folders_;
  std::vector<std::string> found_;
};

/// Reads them, in the order of format.md section 5, of each kind the first. `too_large`, `empty_file`,
/// `not_regular_file`, `not_found`, `io_error`; the detail says that it is a sidecar.
Result<std::vector<Sidecar>> read_sidecars(const std::filesystem::path& file, const std::vector<std::string>& names);

}  // namespace dokaz
