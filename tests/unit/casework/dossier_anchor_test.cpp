// SPDX-License-Identifier: GPL-3.0-or-later
// Time stamps in dossiers: whose word proves what, and which of them prove nothing.
#include <catch2/catch.hpp>

#include "casework/export/anchors.hpp"
#include "crypto/files.hpp"
#include "proto/merkle/tiles.hpp"
#include "tests/unit/casework/small_dossier.hpp"

using namespace dokaz;
using namespace dokaz::small;

namespace {

bool has_limit(const DossierReport& report, std::string_view words) {
  for (const std::string& limit : report.limits)
    if (limit.find(words) != std::string::npos) return true;
  return false;
}

constexpr std::int64_t before_witness = last_cosigned - 3600;

std::string anchor_folder(const BagFiles& files) {
  const auto at = files.lower_bound("data/anchors/");
  return at->first.substr(0, at->first.rfind('/') + 1);
}

}  // namespace

TEST_CASE("an anchor that holds proves not after, the earlier of the two proofs") {
  Dossier dossier = make_dossier({.anchored = true, .stamped = before_witness});
  DossierReport report = verify_dossier(bag_of(dossier.files), dossier.trust);
  REQUIRE(check_dossier(dossier.files, dossier.trust) == "verified");
  REQUIRE(report.stamps.size() == 1);
  CHECK(report.stamps[0].confirmed);
  CHECK(report.stamps[0].not_revoked);
  CHECK(report.items[0].time->proved_not_after() == report.stamps[0].not_after);
  CHECK(report.items[0].time->best_stamp() != nullptr);
  // And where witnesses are earlier, it is their word.
  dossier = make_dossier({.anchored = true});
  report = verify_dossier(bag_of(dossier.files), dossier.trust);
  CHECK(report.items[0].time->proved_not_after() == last_cosigned);
  CHECK(report.items[0].time->best_stamp() == nullptr);
}

TEST_CASE("an anchor over a later checkpoint covers by a proof, and not without it") {
  const Dossier dossier = make_dossier({.witness = false, .seen = false, .anchored = true, .later = true});
  const DossierReport report = verify_dossier(bag_of(dossier.files), dossier.trust);
  REQUIRE_FALSE(report.failure);
  CHECK(report.items[3].time->proved_not_after() == report.stamps.at(0).not_after);
  CHECK_FALSE(has_limit(report, "claimed only"));
  CHECK(has_limit(report, "No independent witness"));
  BagFiles files = dossier.files;
  const std::string folder = anchor_folder(files);
  const auto proof = std::find_if(files.begin(), files.end(), [](const auto& one) { return one.first.find("/from.") != one.first.npos; });
  const std::string path = proof->first;
  files.erase(path);
  sign_dossier_again(files);
  CHECK(check_dossier(files, dossier.trust) == "malformed " + folder + "checkpoint");
  files = dossier.files;
  Consistency other = must(read_consistency(files.at(path)));
  other.path.back() = empty_root();
  files.at(path) = write_consistency(other);
  sign_dossier_again(files);
  CHECK(check_dossier(files, dossier.trust) == "bad_consistency " + path);
}

TEST_CASE("an anchor whose root was not given proves nothing, and that is a limit") {
  Dossier dossier = make_dossier({.witness = false, .anchored = true});
  dossier.trust.authorities.clear();
  DossierReport report = verify_dossier(bag_of(dossier.files), dossier.trust);
  REQUIRE_FALSE(report.failure);
  CHECK_FALSE(report.stamps.at(0).confirmed);
  CHECK(has_limit(report, "lead to no authority's root"));
  CHECK(has_limit(report, "claimed only"));
  dossier.trust.authorities.push_back(must(TimeTrust::parse(test::TimeWorld().certificate("root"))));
  report = verify_dossier(bag_of(dossier.files), dossier.trust);
  CHECK_FALSE(report.stamps.at(0).confirmed);
}

TEST_CASE("anchors that do not hold are refused where they are") {
  Dossier dossier = make_dossier({.anchored = true});
  const std::string folder = anchor_folder(dossier.files);
  BagFiles files = dossier.files;
  const auto judged = [&] {
    sign_dossier_again(files);
    return check_dossier(files, dossier.trust);
  };
  SECTION("a token over another checkpoint") {
    const Dossier other = make_dossier({.anchored = true});
    files.at(folder + "north-star.tsr") = other.files.at(folder + "north-star.tsr");
    files.at(folder + "north-star.chain.pem") = other.files.at(folder + "north-star.chain.pem");
    CHECK(judged() == "bad_anchor " + folder + "north-star.tsr");
  }
  SECTION("a checkpoint without its cosignature is other bytes") {
    const Note note = must(Note::parse(files.at(folder + "checkpoint")));
    std::string text(text_of(note.bytes()));
    text.resize(text.find('\n', text.find("\n\n") + 2) + 1);
    files.at(folder + "checkpoint") = to_bytes(text);
    CHECK(judged() == "bad_anchor " + folder + "north-star.tsr");
  }
  SECTION("a response that is half there") {
    files.at(folder + "north-star.tsr").resize(100);
    CHECK(judged() == "bad_anchor " + folder + "north-star.tsr");
  }
  SECTION("no chain") {
    files.erase(folder + "north-star.chain.pem");
    CHECK(judged() == "missing_part " + folder + "north-star.chain.pem");
  }
  SECTION("a chain without its token") {
    files.erase(folder + "north-star.tsr");
    CHECK(judged().starts_with("malformed " + folder));
  }
  SECTION("another folder's name") {
    BagFiles moved;
    for (auto& [path, content] : files)
      moved.emplace(path.starts_with(folder) ? "data/anchors/5/" + path.substr(folder.size()) : path, content);
    files = moved;
    CHECK(judged() == "malformed data/anchors/5/checkpoint");
  }
  SECTION("a file that nobody knows") {
    files[folder + "notes.txt"] = to_bytes("x");
    CHECK(judged() == "malformed " + folder + "notes.txt");
  }
  SECTION("a stamp of a time that is yet to come") {
    dossier.trust.now = last_cosigned - 2 * test::day;
    CHECK(judged().starts_with("bad_signature "));  // the witness is first
    const Dossier alone = make_dossier({.witness = false, .seen = false, .anchored = true});
    Trust trust = alone.trust;
    trust.now = last_cosigned - 2 * test::day;
    CHECK(check_dossier(alone.files, trust) == "bad_anchor " + folder + "north-star.tsr");
  }
}

TEST_CASE("clocks that contradict each other are a limit") {
  const Dossier dossier = make_dossier({.anchored = true, .stamped = first_cosigned - 3600});
  const DossierReport report = verify_dossier(bag_of(dossier.files), dossier.trust);
  REQUIRE_FALSE(report.failure);
  CHECK(has_limit(report, "contradict"));
}

TEST_CASE("an exhibit can have anchors too") {
  DossierMaker maker({.witness = false, .seen = false, .anchored = true});
  const Dossier dossier = maker.make();
  const DossierItem& first = dossier.items[0];
  ExhibitParts parts{dossier.parts.roster, {admit_anna()}, dossier.parts.policy, first.item, {}, first.stored, first.disclosures,
                     first.clean, first.original, first.objects, dossier.parts.anchors};
  for (const ProvenStatement& one : dossier.parts.chains)
    if (one.statement.fields().chain == first.item.statement.fields().chain && one.statement.fields().seq == 0)
      parts.chain.push_back(one);
  BagFiles files = in_memory(must(build_exhibit(parts, key(counsel_key), "2026-05-02")));
  const Report report = verify_exhibit(files, dossier.trust);
  if (report.failure) FAIL(name_of(report.failure->error.code) << " " << report.failure->where);
  REQUIRE(report.time->stamps.size() == 1);
  CHECK(report.time->proved_not_after() == report.time->stamps[0].not_after);
  const std::string folder = anchor_folder(files);
  files.at(folder + "north-star.tsr")[40] ^= 1;
  sign_again(files, first.item.statement.hash());
  const Report changed = verify_exhibit(files, dossier.trust);
  REQUIRE(changed.failure);
  CHECK(changed.failure->where == folder + "north-star.tsr");
}

TEST_CASE("anchors of an operator's folder are chosen, and proved from its tiles") {
  DossierMaker maker({.witness = false, .seen = false, .anchored = true, .later = true});
  const Dossier dossier = maker.make();
  const test::Scratch scratch;
  const auto put = [&](const std::string& path, const Bytes& content) {
    std::filesystem::create_directories((scratch / path).parent_path());
    must(create_file_durably(scratch / path, content));
  };
  std::string folder;
  for (const auto& [path, content] : dossier.parts.anchors)
    if (path.find("/from.") == path.npos) put(path.substr(5), all_of(content));  // anchors/<size>/…
  const std::vector<TreeHead> heads = {must(parse_checkpoint(dossier.items[0].item.receipt.checkpoint)).head};
  const std::vector<TimeTrust>& roots = dossier.trust.authorities;
  CHECK(must(anchors_for(scratch.path(), dossier.parts.policy, heads, roots)).files.empty());  // no tiles, no proof
  put("checkpoint", maker.log.checkpoint().bytes());
  const auto size = static_cast<unsigned>(maker.log.head().size);
  Bytes tile;
  for (const SignedStatement& entry : maker.log.entries())
    append(tile, leaf_hash(leaf_of(entry.statement.hash(), entry.signature, entry.member.hash())).view());
  put(tile_path({0, 0, size}), tile);
  const AnchorsFor found = must(anchors_for(scratch.path(), dossier.parts.policy, heads, roots));
  CHECK(in_memory(found.files) == in_memory(dossier.parts.anchors));
  CHECK(found.confirmed == 1);
  CHECK(found.broken == 0);
  CHECK(anchors_for(scratch / "tile", dossier.parts.policy, heads, roots).code() == Errc::not_found);
  // A folder of somebody else's before it, and a broken one, take nothing away.
  const test::TimeWorld stranger;
  const Checkpoint early = must(parse_checkpoint(dossier.items[0].item.receipt.checkpoint));
  const Bytes stamped = early.note.bytes();
  const std::string planted = "anchors/" + std::to_string(early.head.size) + "/";
  put(planted + "checkpoint", stamped);
  put(planted + "a-stranger.tsr", stranger.answer(write_time_request(stamped, TimeNonce{{1, 2, 3, 4, 5, 6, 7, 8}})));
  Bytes chain = stranger.certificate("signer");
  append(chain, stranger.certificate("middle"));
  append(chain, stranger.certificate("root"));
  put(planted + "a-stranger.chain.pem", chain);
  put("anchors/3/checkpoint", to_bytes("broken"));
  const AnchorsFor again = must(anchors_for(scratch.path(), dossier.parts.policy, heads, roots));
  CHECK(in_memory(again.files) == in_memory(dossier.parts.anchors));
  CHECK(again.broken == 1);
  // Who knows no root takes both.
  CHECK(must(anchors_for(scratch.path(), dossier.parts.policy, heads, {})).tokens == 2);
}
