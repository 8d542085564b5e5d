// SPDX-License-Identifier: GPL-3.0-or-later
// How long a dossier of many photos takes to write and to check, beside sha256sum of the same bytes and one check of an
// Ed25519 signature for each statement, in one run. Not a test: by hand, with
//   DOKAZ_BENCH_FOLDER=/a/disk DOKAZ_BENCH_ITEMS=1000 DOKAZ_BENCH_BYTES=1000000 dokaz-dossier-bench
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "casework/casefile/make_dossier.hpp"
#include "tests/unit/casework/small_server.hpp"

using namespace dokaz;
using namespace dokaz::small;

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}
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
  auto start = std::chrono::steady_clock::now();
  const MadeDossier made = must(make_dossier(file, request, dossier, 1'777'700'000));
  const double written = seconds_since(start);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);

  start = std::chrono::steady_clock::now();
  REQUIRE(std::system(("cd '" + dossier.string() + "' && sha256sum --quiet -c manifest-sha256.txt").c_str()) == 0);
  const double summed = seconds_since(start);
  std::uint64_t signatures = 0;
  start = std::chrono::steady_clock::now();
  for (const SignedStatement& one : server.log.entries()) {
    must(verify_signature(one));
    ++signatures;
  }
  const double signed_for = seconds_since(start);
  start = std::chrono::steady_clock::now();
  const Bag bag = must(open_bag(dossier, nullptr));
  const DossierReport report = verify_dossier(bag, Trust{file.fingerprint(), file.policy()});
  const double verified = seconds_since(start);
  REQUIRE_FALSE(report.failure);
  std::printf("%llu items, %zu files, %llu bytes\n", static_cast<unsigned long long>(items), report.bytes->files,
              static_cast<unsigned long long>(report.bytes->size));
  std::printf("written, checked and synced  %8.2f s   (largest memory so far %ld MiB)\n", written, usage.ru_maxrss / 1024);
  std::printf("sha256sum -c                 %8.2f s\n", summed);
  std::printf("%llu Ed25519 checks        %8.2f s\n", static_cast<unsigned long long>(signatures), signed_for);
  std::printf("verified                     %8.2f s   = %.2f of the two together\n", verified, verified / (summed + signed_for));
}
