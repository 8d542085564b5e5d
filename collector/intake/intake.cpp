// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/intake.hpp"

#include "collector/intake/media.hpp"
#include "collector/intake/original.hpp"
#include "collector/intake/recovery_check.hpp"
#include "collector/intake/worker/worker_answer.hpp"
#include "collector/intake/worker/worker_pool.hpp"

namespace dokaz {
namespace {

using namespace intake;

constexpr std::uint64_t photo_a_second = 50'000'000, film_a_second = 4'000'000;  // bytes
constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;

/// The clean copy together with all that it is made of.
struct MadeCopy {
  MadeCopy(std::shared_ptr<const Original> from, CleanPlan by)
      : original(std::move(from)), plan(std::move(by)), copy(*original, plan),
        steps(recovery_steps(plan, original->size())) {}
  std::shared_ptr<const Original> original;
  CleanPlan plan;
  PlannedCopy copy;
  std::vector<RecoveryStep> steps;
};

bool in_memory(const Readable& original) { return original.view().has_value(); }

/// What a worker may use, by the size of the file.
WorkerRequest request_for(WorkerTask task, const Original& original, const IntakeOptions& options,
                          const IntakeLimits& limits) {
  const std::uint64_t size = original.size();
  WorkerRequest request;
  request.task = task;
  request.colour_profile = options.colour_profile;
  request.streamed = !in_memory(original);
  request.original_size = size;
  // A decoder holds pictures as samples, walkers and checks as bytes; of films all hold only a piece.
  request.memory = (task == WorkerTask::pixels ? 2048 : 512) * mebibyte + (request.streamed ? 0 : 6 * size);
  request.answer = request.streamed ? 64 * mebibyte : 3 * size + 16 * mebibyte;
  request.cpu_seconds = 20 + size / photo_a_second;
  request.wall_milliseconds = static_cast<std::uint64_t>(limits.worker_time.count()) +
                              1000 * (size / (request.streamed ? film_a_second : photo_a_second));
  return request;
}

Result<Sha256> hash_of(const Readable& content) {
  Sha256Stream stream;
  DOKAZ_TRY(content.copy_to([&](ByteView bytes) -> Status {
    stream.update(bytes);
    return {};
  }));
  return stream.finish();
}

/// Of a JPEG the quick walk is tried first. What its copy may not hold is for the check to see, and then the walk that
/// reads every code says what there is to say.
bool is_worth_a_second_walk(const Original& original, Errc failure) {
  const auto all = original.view();
  const bool is_jpeg = all && text_of(*all).starts_with("\xff\xd8\xff");
  return is_jpeg && (failure == Errc::not_clean || failure == Errc::malformed_media || failure == Errc::truncated_media ||
                     failure == Errc::too_large);
}

/// One file on its way, and the workers that look at it.
class Taking {
 public:
  Taking(WorkerPool& workers, std::shared_ptr<const Original> original, const IntakeOptions& options,
         const IntakeLimits& limits)
      : workers_(workers), original_(std::move(original)), options_(options), limits_(limits) {}

  Result<TakenIn> run() {
    every_code_ = false;
    auto quick = walk_and_judge();
    if (quick || !is_worth_a_second_walk(*original_, quick.code())) return quick;
    every_code_ = true;
    return walk_and_judge();
  }

 private:
  Result<TakenIn> walk_and_judge() {
    DOKAZ_LET(walk, begin(WorkerTask::take));
    DOKAZ_LET(walk_bytes, walk.finish());
    DOKAZ_LET(answer, decode_take(walk_bytes, original_->size()));
    // Which judges there are was decided by the first bytes.
    if (is_streamed(answer.media) == in_memory(*original_)) return fail(Errc::parser_died, "another kind of file");
    const auto made = std::make_shared<const MadeCopy>(original_, std::move(answer.plan));

    // Two workers judge while this process makes sure of recovery: of a film the one reads, the other searches.
    DOKAZ_LET(plan, MemoryFile::holding(encode(made->plan)));
    DOKAZ_LET(check, begin(WorkerTask::check, plan.fd()));
    std::optional<WorkerTask> second = WorkerTask::residue;
    if (in_memory(*original_)) second = options_.pixels ? std::optional(WorkerTask::pixels) : std::nullopt;
    std::optional<WorkerJob> other;
    if (second) {
      DOKAZ_LET(begun, begin(*second, plan.fd(), answer.media));
      other.emplace(std::move(begun));
    }
    DOKAZ_LET(recovery, check_recovery(*original_, made->copy, made->steps));
    Sha256 clean_sha256;
    if (in_memory(*original_)) {
      DOKAZ_LET(hash, hash_of(made->copy));
      clean_sha256 = hash;
    }
    DOKAZ_LET(check_bytes, check.finish());
    DOKAZ_LET(checked, decode_check(check_bytes));
    if (checked.media != answer.media || checked.width != answer.width || checked.height != answer.height)
      return fail(Errc::not_clean, "the two readers disagree");
    // Of a film the hash is that of the bytes that were judged; whoever reads it again holds them to it.
    if (!in_memory(*original_)) clean_sha256 = checked.clean;

    if (other) {
      DOKAZ_LET(bytes, other->finish());
      if (second == WorkerTask::pixels) DOKAZ_TRY(decode_pixels(bytes));
      else DOKAZ_TRY(decode_residue(bytes));
    }

    TakenIn taken;
    taken.checks = {"grammar", "coded", "residue"};
    if (in_memory(*original_)) taken.checks.emplace_back("exiv2");
    if (second == WorkerTask::pixels) taken.checks.emplace_back("pixels");
    taken.checks.emplace_back("recovery");
    taken.media_type = media_type_of(checked.media);
    taken.extension = extension_of(checked.media);
    taken.original = original_;
    if (!in_memory(*original_)) taken.unchanged = [original = original_] { return original->unchanged(); };
    taken.clean = std::shared_ptr<const Readable>(made, &made->copy);
    taken.write_recovery = [made](const Sink& sink) { return write_recovery(made->steps, *made->original, sink); };
    taken.recovery_size = recovery.size;
    taken.original_sha256 = recovery.original;
    taken.clean_sha256 = clean_sha256;
    taken.recovery_sha256 = recovery.recovery;
    taken.coded_sha256 = checked.coded;
    taken.width = checked.width;
    taken.height = checked.height;
    taken.facts = std::move(answer.facts);
    taken.contradictions = std::move(answer.contradictions);
    taken.removed = std::move(answer.removed);
    taken.warnings = std::move(answer.warnings);
    return taken;
  }

  Result<WorkerJob> begin(WorkerTask task, std::optional<int> plan = {}, Media media = Media::jpeg) {
    WorkerRequest request = request_for(task, *original_, options_, limits_);
    request.media = media;
    request.every_code = every_code_;
    return workers_.begin(request, original_->descriptor(), plan);
  }

  WorkerPool& workers_;
  std::shared_ptr<const Original> original_;
  const IntakeOptions& options_;
  const IntakeLimits& limits_;
  bool every_code_ = true;
};

}  // namespace

Intake::Intake(std::filesystem::path worker_program, IntakeOptions options, IntakeLimits limits)
    : options_(options), limits_(limits), workers_(std::make_unique<WorkerPool>(std::move(worker_program))) {}
Intake::Intake(Intake&&) noexcept = default;
Intake& Intake::operator=(Intake&&) noexcept = default;
Intake::~Intake() = default;

Result<TakenIn> Intake::take(const std::filesystem::path& file) const {
  DOKAZ_LET(original, Original::open(file, limits_));
  auto taken = Taking(*workers_, original, options_, limits_).run();
  DOKAZ_TRY(original->unchanged());  // before anything is blamed on the file or its readers
  return taken;
}

}  // namespace dokaz
