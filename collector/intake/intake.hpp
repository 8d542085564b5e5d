// SPDX-License-Identifier: GPL-3.0-or-later
// Taking in one file: what a collector learns about it, its clean copy and its recovery.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/hash.hpp"
#include "crypto/result.hpp"

namespace dokaz {

/// One element of the original that is not in the clean copy, as it stood there.
struct RemovedElement {
  std::string kind;            ///< "jpeg.app1.exif", "png.tEXt", "jpeg.trailer"; 1 to 64 of [A-Za-z0-9._-]
  std::uint64_t length = 0;    ///< bytes in the original, marker or chunk frame included
  Sha256 digest;               ///< over those bytes
  friend bool operator==(const RemovedElement&, const RemovedElement&) = default;
};

/// A fact that the file's own metadata state, in the form of format.md section 4 (fact_forms.hpp).
struct MetadataFact {
  std::string name;  ///< one of the registry's, each at most once
  std::variant<std::string, std::uint64_t> value;
  friend bool operator==(const MetadataFact&, const MetadataFact&) = default;
};

/// Places in the file that state different values of one fact.
struct Contradiction {
  struct Value {
    std::string source;  ///< "exif DateTimeOriginal"
    std::string value;   ///< plain text, at most 256 bytes
    friend bool operator==(const Value&, const Value&) = default;
  };
  std::string fact;           ///< its name
  std::vector<Value> values;  ///< 2 to 16, the one to believe first
  friend bool operator==(const Contradiction&, const Contradiction&) = default;
};

/// A file that was taken in. The original is not kept: `clean` and `recovery` give it back
/// (proto/format/recovery.hpp), which was checked to the bit before this value came to be.
struct TakenIn {
  std::string media_type;      ///< "image/jpeg" or "image/png", from the content, never from the name
  std::string extension;       ///< "jpg" or "png"
  Bytes clean;                 ///< passed the independent check
  Bytes recovery;              ///< VCDIFF (RFC 3284), source `clean`, target the original
  std::uint64_t original_size = 0;
  Sha256 original_sha256;
  Sha512 original_sha512;
  Sha256 clean_sha256;
  Sha256 coded_sha256;         ///< over the coded picture data, the same in original and clean copy
  std::uint32_t width = 0;     ///< as coded, before orientation
  std::uint32_t height = 0;
  std::vector<MetadataFact> facts;
  std::vector<Contradiction> contradictions;
  std::vector<RemovedElement> removed;  ///< in the order of the original
  std::vector<std::string> warnings;    ///< sentences in plain words, printable ASCII
};

struct IntakeLimits {
  std::uint64_t file_size = std::uint64_t{512} << 20;       ///< bytes; more is `too_large`
  std::chrono::milliseconds worker_time{30'000};            ///< wall time of one worker; more is `parser_died`
};

/// Takes in files by way of the worker program, which does all reading of the file's structure in
/// a sandbox. Nothing that the worker answers is believed: the original is rebuilt and compared
/// here, and a second worker with a parser of its own must accept the clean copy.
/// Stateless; may be used from several threads.
class Intake {
 public:
  explicit Intake(std::filesystem::path worker_program, IntakeLimits limits = {});

  /// Opens `file` itself, never what it links to. No temporary file is written.
  /// `not_found`, `not_regular_file`, `io_error`, `too_large`, `empty_file`, `unknown_media`,
  /// `unsupported_media`, `truncated_media`, `malformed_media`, `parser_died`, `not_clean`,
  /// `not_recoverable`; `internal` where the worker program cannot be started.
  Result<TakenIn> take(const std::filesystem::path& file) const;

 private:
  std::filesystem::path worker_program_;
  IntakeLimits limits_;
};

}  // namespace dokaz
