// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/intake.hpp"

#include <sys/stat.h>

#include <cerrno>

#include "collector/intake/memory_file.hpp"
#include "collector/intake/worker/worker_answer.hpp"
#include "collector/intake/worker/worker_process.hpp"
#include "crypto/files.hpp"
#include "proto/format/recovery.hpp"

namespace dokaz {
namespace {

using namespace intake;

Error open_failure(int number) {
  if (number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG) return fail(Errc::not_found);
  if (number == ELOOP || number == ENXIO || number == ENODEV) return fail(Errc::not_regular_file);
  return fail(Errc::io_error);
}

/// A sealed copy, so that what is examined is what is hashed, whatever happens to the file meanwhile.
Result<MemoryFile> copy_of(const std::filesystem::path& path, std::uint64_t cap) {
  struct stat about {};
  // Looked at before it is opened: opening alone wakes some devices.
  if (lstat(path.c_str(), &about) != 0) return open_failure(errno);
  if (!S_ISREG(about.st_mode)) return fail(Errc::not_regular_file);
  DOKAZ_LET(file, File::open(path, File::Access::read));
  DOKAZ_LET(size, file.size());
  if (size > cap) return fail(Errc::too_large);
  DOKAZ_LET(copy, MemoryFile::create());
  Bytes buffer(std::size_t{1} << 18);
  std::uint64_t total = 0;
  for (;;) {
    DOKAZ_LET(got, file.read_at(buffer, total));
    if (got == 0) break;
    total += got;
    if (total > cap) return fail(Errc::too_large);
    DOKAZ_TRY(copy.append(ByteView(buffer).first(got)));
  }
  if (total == 0) return fail(Errc::empty_file);
  DOKAZ_TRY(copy.seal());
  return copy;
}

}  // namespace

Intake::Intake(std::filesystem::path worker_program, IntakeLimits limits)
    : worker_program_(std::move(worker_program)), limits_(limits) {}

Result<TakenIn> Intake::take(const std::filesystem::path& file) const {
  DOKAZ_LET(original_file, copy_of(file, limits_.file_size));
  DOKAZ_LET(original, original_file.map());
  const auto run = [&](WorkerTask task, int clean) {
    constexpr std::uint64_t room = std::uint64_t{16} << 20;  // for the lists of an answer
    return run_worker(worker_program_, task, original_file.fd(), clean, 3 * original.size() + room, limits_.worker_time);
  };
  DOKAZ_LET(answer_bytes, run(WorkerTask::take, -1));
  DOKAZ_LET(answer, decode_take(answer_bytes, original.size()));
  DOKAZ_LET(clean, PlannedCopy(MemoryContent(original), answer.plan).bytes(0, answer.plan.size()));
  Bytes recovery = encode_recovery(recovery_steps(answer.plan, original));

  const Sha256 original_sha256 = sha256(original);
  const auto rebuilt = apply_recovery(recovery, clean, original.size());
  if (!rebuilt || sha256(*rebuilt) != original_sha256) return fail(Errc::not_recoverable);

  DOKAZ_LET(clean_file, MemoryFile::holding(clean));
  DOKAZ_LET(check_bytes, run(WorkerTask::check, clean_file.fd()));
  DOKAZ_LET(check, decode_check(check_bytes));
  if (check.media != answer.media || check.width != answer.width || check.height != answer.height)
    return fail(Errc::not_clean, "the two readers disagree");

  TakenIn taken;
  taken.media_type = media_type_of(check.media);
  taken.extension = extension_of(check.media);
  taken.original_size = original.size();
  taken.original_sha256 = original_sha256;
  taken.original_sha512 = sha512(original);
  taken.clean_sha256 = sha256(clean);
  taken.coded_sha256 = check.coded;
  taken.width = check.width;
  taken.height = check.height;
  taken.clean = std::move(clean);
  taken.recovery = std::move(recovery);
  taken.facts = std::move(answer.facts);
  taken.contradictions = std::move(answer.contradictions);
  taken.removed = std::move(answer.removed);
  taken.warnings = std::move(answer.warnings);
  return taken;
}

}  // namespace dokaz
