// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/worker/worker_tasks.hpp"

#include <algorithm>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/residue.hpp"
#include "collector/intake/check/residue_regions.hpp"
#include "collector/intake/metadata/c2pa.hpp"
#include "collector/intake/metadata/metadata_reader.hpp"
#include "collector/intake/pixels/pixels.hpp"
#include "collector/intake/plan/left_out.hpp"
#include "collector/intake/walk_media.hpp"
#include "collector/intake/worker/in_child.hpp"
#include "collector/intake/worker/sandbox.hpp"
#include "collector/intake/worker/worker_answer.hpp"
#include "collector/intake/worker/worker_server.hpp"
#include "crypto/files_readable.hpp"
#include "crypto/hash.hpp"

namespace dokaz::intake {
namespace {

Result<Bytes> take(const Readable& original, const WalkOptions& options) {
  DOKAZ_LET(walked, walk_media(original, options));
  if (walked.removed.size() > removed_cap) return fail(Errc::malformed_media, "more parts than a picture has");
  TakeAnswer answer;
  answer.media = walked.media;
  answer.width = walked.width;
  answer.height = walked.height;
  DOKAZ_LET(c2pa, holds_c2pa(original, walked.plan));
  walked.c2pa |= c2pa;
  ReadMetadata read = read_metadata(walked);
  answer.facts = std::move(read.facts);
  answer.contradictions = std::move(read.contradictions);
  answer.warnings = std::move(walked.warnings);
  answer.warnings.insert(answer.warnings.end(), read.warnings.begin(), read.warnings.end());
  std::sort(answer.warnings.begin(), answer.warnings.end());
  answer.warnings.erase(std::unique(answer.warnings.begin(), answer.warnings.end()), answer.warnings.end());
  answer.removed = std::move(walked.removed);
  answer.plan = std::move(walked.plan);
  return encode(answer);
}

Result<Bytes> search(Media media, const Readable& original, const CleanPlan& plan) {
  const PlannedCopy clean(original, plan);
  DOKAZ_TRY(check::find_residue(media, original, left_out(plan, original.size()), clean));
  return encode(ResidueAnswer{});
}

Bytes answer_of(const Checked& checked) {
  return encode(CheckAnswer{checked.media, checked.width, checked.height, checked.coded, checked.clean});
}

/// A photo is judged by one: to start a second child costs more than it saves.
Result<Bytes> judge(const Readable& original, const Readable& clean, const CleanPlan& plan) {
  DOKAZ_LET(checked, check_clean(original, clean));
  DOKAZ_TRY(check::find_residue(checked.media, original, left_out(plan, original.size()), clean));
  DOKAZ_LET(blocks, check::exif_blocks(checked.media, clean));
  for (const Bytes& block : blocks)
    if (!is_bare_exif(checked.media, block)) return fail(Errc::not_clean, "exiv2 sees more than the orientation");
  return answer_of(checked);
}

/// A photo's clean copy is made once, for all its judges.
Result<Bytes> check_copy(const Readable& original, const CleanPlan& plan) {
  const PlannedCopy clean(original, plan);
  if (!original.view()) {
    DOKAZ_LET(checked, check_clean(original, clean));
    return answer_of(checked);
  }
  DOKAZ_LET(bytes, clean.bytes(0, clean.size()));
  return judge(original, ReadableBytes(bytes), plan);
}

Result<Bytes> compare_pixels(Media media, ByteView original, const Readable& clean) {
  DOKAZ_LET(bytes, clean.bytes(0, clean.size()));
  DOKAZ_TRY(same_pixels(media, original, bytes));
  return encode(PixelsAnswer{});
}

Result<Bytes> answer_to(const WorkerRequest& request, const Readable& original, ByteView plan_bytes) {
  if (request.task == WorkerTask::take) return take(original, {request.colour_profile, request.every_code});
  DOKAZ_LET(plan, decode_plan(plan_bytes, original.size()));
  if (request.task == WorkerTask::check) return check_copy(original, plan);
  if (request.task == WorkerTask::residue) return search(request.media, original, plan);
  const auto picture = original.view();
  if (!picture) return fail(Errc::unsupported_media);
  return compare_pixels(request.media, *picture, PlannedCopy(original, plan));
}

}  // namespace

void prepare_tasks() {
  prepare_metadata_reader();
  static_cast<void>(sha256(ByteView()));  // OpenSSL sets itself up at its first use
}

int do_task(const WorkerRequest& request) {
  const auto picture = request.streamed ? ByteView() : map(original_fd);
  const auto plan = request.task == WorkerTask::take ? ByteView() : map(plan_fd);
  if (!picture || !plan || (!request.streamed && picture->size() != request.original_size)) return 3;
  if (!enter_sandbox(original_fd, answer_fd, {request.memory, request.answer, request.cpu_seconds})) return 4;
  try {
    const ReadableBytes in_memory(*picture);
    const ReadableFile in_place(File::adopt(original_fd), request.original_size);
    const Readable& original = request.streamed ? static_cast<const Readable&>(in_place) : in_memory;
    const auto answer = answer_to(request, original, *plan);
    _exit(write_all(answer_fd, answer ? *answer : encode(answer.error())) ? 0 : 5);
  } catch (...) {
    return 6;
  }
}

}  // namespace dokaz::intake
