// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/take/batch.hpp"

#include <algorithm>
#include <deque>
#include <future>

namespace dokaz {
namespace {

constexpr std::size_t most_under_way = 2;

/// Files on their way, in their order. Going away waits for what is under way.
class Ahead {
 public:
  Ahead(const Intake& intake, const KnownOriginals& known, const std::vector<std::string>& files)
      : intake_(intake), known_(known), files_(files) {
    while (under_way_.size() < most_under_way && begun_ < files_.size()) begin();
  }
  ReadFile next() {
    auto read = under_way_.front().get();
    under_way_.pop_front();
    if (begun_ < files_.size()) begin();
    return read;
  }

 private:
  void begin() {
    // By either policy: where no thread can be had, the file is read when it is asked for.
    under_way_.push_back(std::async([this, at = begun_] { return read_to_take(intake_, known_, files_[at]); }));
    ++begun_;
  }

  const Intake& intake_;
  const KnownOriginals& known_;
  const std::vector<std::string>& files_;
  std::deque<std::future<ReadFile>> under_way_;
  std::size_t begun_ = 0;
};

/// Failures that say nothing of the file: every file that follows would meet them too.
bool ends_batch(Errc code) {
  return code == Errc::no_space || code == Errc::damaged_store || code == Errc::busy || code == Errc::broken_chain ||
         code == Errc::chain_closed;
}

std::size_t count(const std::vector<Taken>& all, bool (*is)(const Taken&)) {
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), is));
}

Taken refused(const std::string& file, Error refusal) {
  Taken taken;
  taken.file = file;
  taken.refusal = std::move(refusal);
  return taken;
}

}  // namespace

std::size_t Batch::sealed() const {
  return count(all, [](const Taken& taken) { return taken.is_sealed(); });
}
std::size_t Batch::uncleaned() const {
  return count(all, [](const Taken& taken) { return taken.uncleaned.has_value(); });
}
std::size_t Batch::already_there() const {
  return count(all, [](const Taken& taken) { return taken.already_there; });
}
std::size_t Batch::refused() const {
  return count(all, [](const Taken& taken) { return taken.refusal.has_value(); });
}
std::size_t Batch::removed() const {
  return count(all, [](const Taken& taken) { return taken.consumed && taken.consumed->has_value(); });
}
std::size_t Batch::not_removed() const {
  return count(all, [](const Taken& taken) { return taken.consumed && !taken.consumed->has_value(); });
}

Batch take_all(Vault& vault, const Intake& intake, const KnownOriginals& known, const Given& given,
               const TakeOptions& options, const BatchWatch& watch) {
  Batch batch;
  batch.given = given.files.size() + given.unreadable.size();
  batch.passed_over = given.passed_over;
  for (const std::string& folder : given.unreadable)
    batch.all.push_back(refused(folder, fail(Errc::io_error, "a folder that cannot be read to its end")));
  Taker taker(vault, intake, known, options);
  Ahead ahead(intake, known, given.files);
  watch.at(batch.all.size(), batch.given);  // something to see, also while the first file is a long film
  for (const std::string& file : given.files) {
    if (watch.stop()) break;
    batch.all.push_back(taker.take(file, ahead.next()));
    watch.at(batch.all.size(), batch.given);
    if (const auto& refusal = batch.all.back().refusal; refusal && (ends_batch(refusal->code) || vault.write_failed())) {
      batch.ended_by = refusal;
      break;
    }
  }
  return batch;
}

}  // namespace dokaz
