// SPDX-License-Identifier: GPL-3.0-or-later
// How long a dossier of many photos takes to write and to check, beside sha256sum of the same bytes and one check of an
// Ed25519 signature for each statement, in one run; and how long the audit of a published log takes. Not a test: by hand,
//   DOKAZ_BENCH_FOLDER=/a/disk DOKAZ_BENCH_ITEMS=1000 DOKAZ_BENCH_BYTES=1000000 dokaz-dossier-bench "a dossier*"
//   DOKAZ_BENCH_SCRIPT=yes DOKAZ_BENCH_ITEMS=1000 DOKAZ_BENCH_BYTES=10000 dokaz-dossier-bench "a dossier*"    with verify.sh, too
//   DOKAZ_BENCH_FOLDER=/a/disk DOKAZ_BENCH_ENTRIES=1000000 dokaz-dossier-bench "a published log*"
#include <sys/resource.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "casework/casefile/make_dossier.hpp"
#include "casework/verify/log_audit.hpp"
#include "proto/merkle/tiles.hpp"
#include "tests/unit/casework/small_server.hpp"

using namespace dokaz;
using namespace dokaz::small;

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}
/// User and system, of this process and of the ones that it waited for.
double cpu_seconds() {
  double all = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    for (const timeval& part : {usage.ru_utime, usage.ru_stime}) all += static_cast<double>(part.tv_sec) + static_cast<double>(part.tv_usec) / 1e6;
  }
  return all;
}
/// By the clock and by the processors.
struct Spent {
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  double cpu_before = cpu_seconds();
  double wall = 0, cpu = 0;
  void stop() {
    wall = seconds_since(start);
    cpu = cpu_seconds() - cpu_before;
  }
};
std::uint64_t number_from(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

/// A picture of so many bytes that nobody can compress, and its original with some metadata before it.
Item make_photo(const CaseFile& file, std::uint64_t bytes, std::uint64_t number) {
  Item item;
  item.clean.resize(bytes);
  std::uint64_t state = number * 0x9e3779b97f4a7c15ull + 1;
  for (std::size_t i = 0; i < item.clean.size(); ++i) {
    if (i % 8 == 0) state = state * 6364136223846793005ull + 1442695040888963407ull;
    item.clean[i] = static_cast<Byte>(state >> (8 * (i % 8)));
  }
  const Bytes removed(8192, 'x');
  item.original = removed;
  append(item.original, item.clean);
  item.recovery = encode_recovery(std::vector<RecoveryStep>{RecoveryStep::literal(removed.size()), RecoveryStep::copy(0, item.clean.size())}, item.original);
  item.team = {Fact::text("object", "team"), Fact::text("media.type", "image/jpeg"),
               Fact::text("clean.sha256", hex(sha256(item.clean))), Fact::number("clean.size", item.clean.size())};
  item.legal = {Fact::text("object", "legal"), Fact::text("original.sha256", hex(sha256(item.original))),
                Fact::text("original.sha512", hex(sha512(item.original).view())), Fact::number("original.size", item.original.size()),
                Fact::text("original.name", "IMG_0001.JPG"), Fact::text("recovery.sha256", hex(sha256(item.recovery)))};
  for (int i = 0; i < 20; ++i) item.legal.push_back(Fact::text("decoy", std::to_string(i)));
  seal_object(item, {write_facts(item.team), "clean.jpg", item.clean}, file.identity(Group::team).recipient());
  seal_object(item, {write_facts(item.legal), "recovery", item.recovery}, file.identity(Group::legal).recipient());
  return item;
}

}  // namespace

TEST_CASE("a dossier of many photos") {
  const std::uint64_t items = number_from("DOKAZ_BENCH_ITEMS", 100), bytes = number_from("DOKAZ_BENCH_BYTES", 100'000);
  const char* where = std::getenv("DOKAZ_BENCH_FOLDER");
  test::Scratch scratch;
  const Path folder = where == nullptr ? scratch.path() : Path(where);
  const Path dossier = folder / "dossier";
  CaseFile file = make_case(folder / "case");
  Server server(file);
  for (std::uint64_t i = 0; i < items; ++i) {
    server.seal(make_photo(file, bytes, i), {});
    server.put_objects(file);
    server.objects.clear();
  }
  server.pull_into(file);

  DossierRequest request;
  request.all = true;
  request.addressee = "a court";
  request.gate = {Use::court, "a measurement", false};
  Spent writing;
  const MadeDossier made = must(make_dossier(file, request, dossier, 1'777'700'000));
  writing.stop();
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);

  Spent summing;
  REQUIRE(std::system(("cd '" + dossier.string() + "' && sha256sum --quiet -c manifest-sha256.txt").c_str()) == 0);
  summing.stop();
  std::uint64_t signatures = 0;
  Spent signing;
  for (const SignedStatement& one : server.log.entries()) {
    must(verify_signature(one));
    ++signatures;
  }
  signing.stop();
  Spent verifying;
  const Bag bag = must(open_bag(dossier, nullptr));
  const DossierReport report = verify_dossier(bag, Trust{file.fingerprint(), file.policy()});
  verifying.stop();
  REQUIRE_FALSE(report.failure);
  std::printf("%llu items, %zu files, %llu bytes; largest memory after writing %ld MiB\n", static_cast<unsigned long long>(items),
              report.bytes->files, static_cast<unsigned long long>(report.bytes->size), usage.ru_maxrss / 1024);
  const auto line = [](const char* what, const Spent& spent) { std::printf("%-30s %8.2f s by the clock %8.2f s of processors\n", what, spent.wall, spent.cpu); };
  line("written, checked, synced", writing);
  line("sha256sum -c", summing);
  line("one Ed25519 check a statement", signing);
  line("verified", verifying);
  if (std::getenv("DOKAZ_BENCH_SCRIPT") != nullptr) {
    must(write_file_durably(folder / "policy", file.policy().bytes()));
    Spent scripting;
    const int code = std::system(("bash '" + (dossier / "verify.sh").string() + "' " + hex(file.fingerprint()) + " '" +
                                  (folder / "policy").string() + "' '" + dossier.string() + "' >'" + (folder / "said").string() + "'")
                                     .c_str());
    scripting.stop();
    CHECK(WEXITSTATUS(code) == exit_verified_with_limits);
    line("verify.sh", scripting);
  }
  std::printf("verified is %.2f of the two before it by the clock, %.2f of processors; %llu signatures\n",
              verifying.wall / (summing.wall + signing.wall), verifying.cpu / (summing.cpu + signing.cpu),
              static_cast<unsigned long long>(signatures));
}

TEST_CASE("a published log of a million") {
  const std::uint64_t size = number_from("DOKAZ_BENCH_ENTRIES", 10'000);
  const char* where = std::getenv("DOKAZ_BENCH_FOLDER");
  test::Scratch scratch;
  const Path folder = (where == nullptr ? scratch.path() : Path(where)) / "log";
  const auto put = [&](const std::string& path, const Bytes& content) {
    std::filesystem::create_directories((folder / path).parent_path());
    File file = must(File::open(folder / path, File::Access::create_new));
    must(file.append(content));
  };
  constexpr unsigned tile_height = 8;
  std::vector<Bytes> levels;
  std::vector<std::uint64_t> written(8);
  const auto write_tile = [&](unsigned level) {
    const auto width = static_cast<unsigned>(levels[level].size() / TreeHash::size);
    put(tile_path({level, written[level]++, width}), levels[level]);
    levels[level].clear();
  };
  std::vector<Leaf> leaves;
  std::uint64_t bundles = 0;
  RightEdge tree;
  for (std::uint64_t i = 0; i < size; ++i) {
    Bytes bytes = to_bytes(sha256(std::to_string(i)).view());
    for (std::uint64_t k = 0; k < 3; ++k) append(bytes, sha256(std::to_string(k == 2 ? i % 1000 : i + k)).view());
    leaves.push_back(*Leaf::from(bytes));
    tree.append(leaf_hash(leaves.back()), [&](unsigned level, std::uint64_t, const TreeHash& hash) {
      if (level % tile_height != 0) return;
      levels.resize(std::max<std::size_t>(levels.size(), level / tile_height + 1));
      append(levels[level / tile_height], hash.view());
      if (levels[level / tile_height].size() == tile_width * TreeHash::size) write_tile(level / tile_height);
    });
    if (leaves.size() < tile_width && i + 1 < size) continue;
    put(entries_path(bundles++, static_cast<unsigned>(leaves.size())), write_entries(leaves));
    leaves.clear();
  }
  for (unsigned level = 0; level < levels.size(); ++level)
    if (!levels[level].empty()) write_tile(level);
  put("checkpoint", sign_checkpoint({size, tree.root()}, key(log_key)).note.bytes());
  const auto start = std::chrono::steady_clock::now();
  const LogReport report = audit_log(folder, Policy::log_only(key(log_key).public_key()), 1'777'700'000);
  const double audited = seconds_since(start);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  REQUIRE_FALSE(report.failure);
  CHECK(report.entries == size);
  std::printf("%llu entries audited in %.2f s: %.0f a second, largest memory %ld MiB\n", static_cast<unsigned long long>(size),
              audited, static_cast<double>(size) / audited, usage.ru_maxrss / 1024);
}
