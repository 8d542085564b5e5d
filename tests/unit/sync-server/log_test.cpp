// SPDX-License-Identifier: GPL-3.0-or-later
// The log's files: what a crash, a flipped byte and a restored file do to them.
#include <random>

#include "leaves.hpp"
#include "scene.hpp"
#include "sync-server/log/log.hpp"

namespace dokaz::server {
namespace {

using test::leaf_number;
using test::leaves_between;
using test::Scribe;
using test::TempFolder;

TreeHash root_by_hand(std::uint64_t size) {
  RightEdge edge;
  for (std::uint64_t i = 0; i < size; ++i)
    edge.append(leaf_hash(leaf_number(i)), [](unsigned, std::uint64_t, const TreeHash&) {});
  return edge.root();
}

/// Every file under a folder with its content.
std::map<std::string, Bytes> files_in(const Path& folder) {
  std::map<std::string, Bytes> out;
  for (const auto& each : std::filesystem::recursive_directory_iterator(folder))
    if (each.is_regular_file())
      out[std::filesystem::relative(each.path(), folder).string()] = read_file(each.path(), 1 << 20).value();
  return out;
}

/// Makes the folder hold exactly these files.
void lay_out(const Path& folder, const std::map<std::string, Bytes>& files) {
  std::filesystem::remove_all(folder);
  for (const auto& [name, content] : files) {
    REQUIRE(make_private_folder((folder / name).parent_path()));
    REQUIRE(write_file_durably(folder / name, content));
  }
}

SigningKey log_key() { return Scribe::key_of(9); }
Log made(const Path& folder, std::uint64_t size) {
  REQUIRE(Log::create(folder, log_key()));
  Log log = Log::open(folder, log_key()).value();
  REQUIRE(log.append(leaves_between(0, size)));
  return log;
}
Errc refusal(const Path& folder) {
  const auto log = Log::open(folder, log_key());
  REQUIRE_FALSE(log);
  return log.code();
}

}  // namespace

TEST_CASE("an empty log has a signed checkpoint") {
  TempFolder temp;
  REQUIRE(Log::create(temp / "log", log_key()));
  CHECK(Log::create(temp / "log", log_key()).code() == Errc::already_exists);
  const Log log = Log::open(temp / "log", log_key()).value();
  CHECK(log.head() == TreeHead{0, empty_root()});
  CHECK(Policy::log_only(log_key().public_key()).check(log.view()->checkpoint().note));
}

TEST_CASE("a log grows in batches of any size and is the same tree after each start") {
  TempFolder temp;
  REQUIRE(Log::create(temp / "log", log_key()));
  std::mt19937 random(7);
  std::uint64_t size = 0;
  std::optional<TreeHead> older;
  while (size < 70'000) {
    Log log = Log::open(temp / "log", log_key()).value();
    REQUIRE(log.head().size == size);
    // Small steps around the borders of tiles, then great ones.
    const std::uint64_t step = size < 1030 ? 1 + random() % 90 : 256 * (1 + random() % 40) - random() % 3;
    REQUIRE(log.append(leaves_between(size, size + step)));
    size += step;
    REQUIRE(log.head() == TreeHead{size, root_by_hand(size)});
    for (const std::uint64_t index : {std::uint64_t{0}, size / 2, size - 1, size - step})
      REQUIRE(log.view()->prove(index, leaf_number(index)));
    if (older) REQUIRE(verify_consistency(*older, log.head(), log.view()->prove_between(older->size, size).value()));
    older = log.head();
  }
  CHECK_FALSE(std::filesystem::exists(temp / "log/tile/0/000.p"));
  CHECK(std::filesystem::file_size(temp / "log/tile/0/000") == 8192);
  CHECK(std::filesystem::file_size(temp / "log/tile/entries/000") == 256 * 130);
  CHECK(std::filesystem::exists(temp / "log/tile/2/000.p/1"));
}

TEST_CASE("consistency is proven only from what the log has reached") {
  TempFolder temp;
  Log log = made(temp / "log", 5);
  const auto view = log.view();
  CHECK(view->prove_between(0, 5)->empty());
  CHECK(view->prove_between(5, 5)->empty());
  CHECK(view->prove_between(5, 6).code() == Errc::bad_consistency);
  CHECK(view->prove_between(4, 3).code() == Errc::bad_consistency);
  CHECK_FALSE(view->prove_between(3, 5)->empty());
  // Older heads are proven too, also by a view that has grown since.
  REQUIRE(log.append(leaves_between(5, 700)));
  const TreeHead three{3, root_by_hand(3)}, five{5, root_by_hand(5)};
  CHECK(verify_consistency(three, five, log.view()->prove_between(3, 5).value()));
  CHECK(verify_consistency(three, five, view->prove_between(3, 5).value()));
  CHECK(log.view()->prove(1, leaf_number(1), three));
  CHECK(log.view()->prove(3, leaf_number(3), three).code() == Errc::bad_inclusion);
  CHECK(log.view()->check(five));
  CHECK(log.view()->check({5, three.root}).code() == Errc::bad_consistency);
  CHECK(log.view()->check({701, five.root}).code() == Errc::bad_consistency);
}

TEST_CASE("a proof that would not hold is not given out") {
  TempFolder temp;
  const Log log = made(temp / "log", 5);
  CHECK(log.view()->prove(2, leaf_number(3)).code() == Errc::damaged_store);
}

TEST_CASE("a log with any changed byte on its right edge does not start") {
  TempFolder temp;
  { made(temp / "log", 259); }
  REQUIRE(Log::open(temp / "log", log_key()));
  for (const char* name : {"tile/0/001.p/3", "tile/1/000.p/1", "tile/entries/001.p/3", "checkpoint"}) {
    const Path file = temp / "log" / name;
    const Bytes good = read_file(file, 1 << 20).value();
    for (std::size_t at = 0; at < good.size(); at += 13) {  // 13: each write is synced
      Bytes bad = good;
      bad[at] ^= 1;
      REQUIRE(write_file_durably(file, bad));
      INFO(name << " byte " << at);
      REQUIRE(refusal(temp / "log") == Errc::damaged_store);
    }
    Bytes shorter = good;
    shorter.pop_back();
    REQUIRE(write_file_durably(file, shorter));
    CHECK(refusal(temp / "log") == Errc::damaged_store);
    REQUIRE(remove_file_durably(file));
    CHECK(refusal(temp / "log") == Errc::damaged_store);
    REQUIRE(write_file_durably(file, good));
  }
  CHECK(Log::open(temp / "log", log_key()));
  CHECK(Log::open(temp / "log", Scribe::key_of(10)).code() == Errc::damaged_store);
}

TEST_CASE("what was written beyond the checkpoint is written again, byte for byte") {
  TempFolder temp;
  using Step = std::pair<std::uint64_t, std::uint64_t>;
  for (const auto& [from, to] :
       {Step{0, 1}, Step{3, 9}, Step{250, 256}, Step{250, 260}, Step{256, 257}, Step{200, 800}}) {
    const Path folder = temp / ("log-" + std::to_string(from) + "-" + std::to_string(to));
    { made(folder, from); }
    const auto before = files_in(folder);
    const auto more = leaves_between(from, to);
    REQUIRE(Log::open(folder, log_key())->append(more));
    const auto finished = files_in(folder);

    // The run was cut before the checkpoint: any of the new files may be there, whole, or not.
    auto all_new = before;
    for (const auto& [name, content] : finished)
      if (name != "checkpoint") all_new[name] = content;
    std::vector<std::map<std::string, Bytes>> cuts = {before, all_new};
    for (const auto& [name, content] : finished)
      if (!before.contains(name)) {
        cuts.push_back(all_new);
        cuts.back().erase(name);
      }
    for (const auto& cut : cuts) {
      lay_out(folder, cut);
      Log again = Log::open(folder, log_key()).value();
      REQUIRE(again.head().size == from);
      REQUIRE(again.append(more));
      CHECK(files_in(folder) == finished);
    }
  }
}

}  // namespace dokaz::server
