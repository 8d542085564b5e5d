// SPDX-License-Identifier: GPL-3.0-or-later
// The plaintext of an object: a canonical, padded tar of facts, one file and its sidecars: format.md section 5.
#pragma once

#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/readable.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// Kinds of sidecars, in the order in which an object holds them.
inline constexpr std::string_view sidecar_kinds[] = {"aae", "thm", "xmp"};
inline constexpr std::uint64_t max_sidecar_size = std::uint64_t{4} << 20;  // bytes; at least 1
/// Of a facts file, in bytes: a statement of 16 KiB commits to fewer than 350 facts, each a line of at most 64 KiB.
inline constexpr std::uint64_t max_facts_size = std::uint64_t{350} * 65'537;
/// Of a clean copy, a recovery or an original, in bytes: eleven octal digits.
inline constexpr std::uint64_t max_object_file_size = (std::uint64_t{1} << 33) - 1;

/// A file that lay beside the original and belongs to it. Its member is "sidecar.<kind>".
struct SidecarMember {
  std::string kind;
  Bytes content;
  friend bool operator==(const SidecarMember&, const SidecarMember&) = default;
};

struct ObjectContent {
  Bytes facts;            // a facts file
  std::string file_name;  // "clean.jpg", "recovery", "original.heic", "act"
  Bytes file;
  std::vector<SidecarMember> sidecars = {};  // each kind at most once, ascending; none beside a clean copy
};

/// The same where the file may be larger than memory.
struct ObjectParts {
  Bytes facts;
  std::string file_name;
  std::uint64_t file_size = 0;
  std::function<Status(const Sink&)> write_file;  ///< gives the sink exactly `file_size` bytes
  std::vector<SidecarMember> sidecars = {};
};

/// The same where it lies, all but the file in memory.
struct ObjectInPlace {
  Bytes facts;
  std::string file_name;
  std::uint64_t file_at = 0, file_size = 0;  ///< within the plaintext
  std::vector<SidecarMember> sidecars = {};
};

/// Padmé(length): at least `length`, at most 12 % more. `length` is less than 2^63.
std::uint64_t padme(std::uint64_t length);

/// Writes the tar front to end, holding none of the file. `malformed` if the names are not ones that section 5 allows together, or a
/// sidecar is empty; `too_large` for a file of 8 GiB or more, and for a sidecar over its limit; `io_error` where
/// the file turns out to have another size than was said; the failures of both ends.
Status write_object(const ObjectParts& parts, const Sink& sink);
/// The same in memory.
Result<Bytes> write_object(const ObjectContent& content);
/// Strict: any other tar, header field or padding is malformed. Reads all but the file, and that in small pieces;
/// the failures of `plaintext`.
Result<ObjectInPlace> read_object(const Readable& plaintext);
/// The same in memory.
Result<ObjectContent> read_object(ByteView plaintext);

}  // namespace dokaz
