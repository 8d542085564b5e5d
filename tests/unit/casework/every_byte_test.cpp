// SPDX-License-Identifier: GPL-3.0-or-later
// Every single byte of a dossier changed in turn, whatever file it is in: refused, and the message names the place.
#include <catch2/catch.hpp>

#include "casework/verify/checks.hpp"
#include "tests/unit/casework/small_dossier.hpp"

using namespace dokaz;
using namespace dokaz::small;

namespace {

/// A dossier whose files can be changed where they lie: nothing is copied, and only what changed is hashed again.
struct Changing {
  explicit Changing(Dossier of) : dossier(std::move(of)) {
    for (auto& [path, content] : dossier.files)
      bag.emplace(path, BagFile(content.size(), [&content = content](const Sink& sink) { return sink(content); }));
    hashes = hash_all(bag, true);
  }

  Report::Failure check(const std::string& path) {
    Hashes::Of& of = hashes.files.at(path);
    const Hashes::Of before = of;
    const Bytes& content = dossier.files.at(path);
    of = {sha256(content), sha512(content), {}};
    DossierReport report = verify_dossier(bag, hashes, dossier.trust);
    of = before;
    return report.failure ? std::move(*report.failure) : Report::Failure{fail(Errc::internal, "nothing was noticed"), {}};
  }

  Dossier dossier;
  Bag bag;
  Hashes hashes;
};

}  // namespace

TEST_CASE("every changed byte of every file of a dossier is refused, in its place") {
  Changing one(make_dossier({.anchored = true, .small = true}));
  REQUIRE(one.dossier.items.size() == 2);
  REQUIRE(check_dossier(one.dossier.files, one.dossier.trust) == "verified");
  std::size_t bytes = 0, total = 0;
  for (auto& [path, changed] : one.dossier.files) {
    CAPTURE(path);
    total += changed.size();
    std::vector<std::size_t> elsewhere;
    std::string said;
    for (std::size_t at = 0; at < changed.size(); ++at) {
      const Byte bit = static_cast<Byte>(1u << (at % 8));
      changed[at] ^= bit;
      const Report::Failure failure = one.check(path);
      changed[at] ^= bit;
      ++bytes;
      // A tag manifest that was changed lists another file, or another hash for one: then both are named.
      const bool is_named = failure.where == path ||
                            (path == part::tag_manifest && failure.error.detail.find(path) != std::string::npos);
      if (is_named) continue;
      elsewhere.push_back(at);
      said = std::string(name_of(failure.error.code)) + " " + failure.where + " " + failure.error.detail;
    }
    CAPTURE(said);
    CHECK(elsewhere.empty());
  }
  CHECK(bytes == total);
  CHECK(bytes > 100'000);
  CHECK(check_dossier(one.dossier.files, one.dossier.trust) == "verified");
}

TEST_CASE("what is hashed anew for one change is what a whole check hashes") {
  Changing one(make_dossier({.anchored = true, .small = true}));
  for (auto& [path, changed] : one.dossier.files) {
    CAPTURE(path);
    for (const std::size_t at : {std::size_t{0}, changed.size() / 2, changed.size() - 1}) {
      changed[at] ^= 1;
      const Report::Failure quick = one.check(path);
      const auto whole = verify_dossier(one.bag, one.dossier.trust).failure;
      changed[at] ^= 1;
      REQUIRE(whole);
      CHECK(whole->where == quick.where);
      CHECK(whole->error.code == quick.error.code);
    }
  }
}
