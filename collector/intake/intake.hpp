// SPDX-License-Identifier: GPL-3.0-or-later
// Taking in one file: what a collector learns about it, its clean copy and its recovery.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/readable.hpp"
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

/// A file that was taken in: the original, and how its clean copy and its recovery come of it, both checked
/// to the bit before this value came to be. A film is read from its file again whenever one of the three is;
/// that it is still the same file is for whoever uses them to see, by the hashes.
struct TakenIn {
  std::string media_type;      ///< "image/jpeg", "video/mp4": from the content, never from the name
  std::string extension;       ///< "jpg", "mp4"
  std::shared_ptr<const Readable> original;  ///< in memory where it is a photo, else the open file
  std::shared_ptr<const Readable> clean;     ///< passed the independent check
  std::function<Status(const Sink&)> write_recovery;  ///< VCDIFF (RFC 3284), source `clean`, target `original`
  std::uint64_t recovery_size = 0;
  Sha256 original_sha256;
  Sha256 clean_sha256;
  Sha256 recovery_sha256;
  Sha256 coded_sha256;         ///< over the coded picture, the same in original and clean copy; zeros for films and sound
  std::function<Status()> unchanged;  ///< `io_error` where the original is not as it was; nothing where it cannot change
  std::uint32_t width = 0;     ///< as coded, before orientation; both 0 for sound alone
  std::uint32_t height = 0;
  std::vector<MetadataFact> facts;
  std::vector<Contradiction> contradictions;
  std::vector<RemovedElement> removed;  ///< in the order of the original
  std::vector<std::string> warnings;    ///< sentences in plain words, printable ASCII
  /// What was checked: "grammar", "coded", "residue", "exiv2", "pixels", "recovery" (format.md, `clean.checks`).
  std::vector<std::string> checks;
};

namespace intake {
class Original;
class WorkerPool;

/// What the documenter wants done with colour profiles: reduce to what rendering needs and drop with a
/// warning what cannot be reduced; drop all, with a warning; or refuse the file where one cannot be reduced.
enum class ColourProfile : Byte { reduce = 1, drop = 2, refuse = 3 };
}  // namespace intake

struct IntakeOptions {
  intake::ColourProfile colour_profile = intake::ColourProfile::reduce;
  bool pixels = true;  ///< decode photos before and after, and compare
};

struct IntakeLimits {
  std::uint64_t file_size = std::uint64_t{512} << 20;       ///< bytes of a photo; more is `too_large`
  std::uint64_t film_size = (std::uint64_t{1} << 33) - 1;   ///< bytes of a film or sound; more is `too_large`
  /// Wall time of one worker, and a second more for each 50 MB of a photo or 4 MB of a film, which several
  /// readers fetch from a memory card at once; more is `parser_died`.
  std::chrono::milliseconds worker_time{30'000};
};

/// Takes in files by way of the worker program, which does all reading of the file's structure in
/// a sandbox. Nothing that the worker answers is believed: the original is rebuilt and compared
/// here, and a second worker with a parser of its own must accept the clean copy.
/// Keeps started worker programs for the next file. May be used from several threads.
class Intake {
 public:
  explicit Intake(std::filesystem::path worker_program, IntakeOptions options = {}, IntakeLimits limits = {});
  Intake(Intake&&) noexcept;
  Intake& operator=(Intake&&) noexcept;
  ~Intake();

  /// Opens `file` itself, never what it links to. No temporary file is written.
  /// `not_found`, `not_regular_file`, `io_error` (also for a film that changes meanwhile), `too_large`,
  /// `empty_file`, `unknown_media`, `unsupported_media`, `truncated_media`, `malformed_media`, `parser_died`,
  /// `not_clean`, `not_recoverable`; `internal` where the worker program cannot be started.
  Result<TakenIn> take(const std::filesystem::path& file) const;

 private:
  IntakeOptions options_;
  IntakeLimits limits_;
  std::unique_ptr<intake::WorkerPool> workers_;
};

}  // namespace dokaz
