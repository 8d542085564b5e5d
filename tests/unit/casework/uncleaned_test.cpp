// SPDX-License-Identifier: GPL-3.0-or-later
// Items that were not cleaned, and sidecars: opened, checked, shown with care.
#include <catch2/catch.hpp>

#include "casework/casefile/check.hpp"
#include "casework/casefile/show.hpp"
#include "casework/casefile/write_item.hpp"
#include "tests/unit/casework/small_server.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;

namespace {

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "success" : std::string(name_of(result.code()));
}

std::string prefix_of(const Statement& statement) { return hex(statement.hash()).substr(0, 12); }

struct Desk {
  Desk() : file(make_case(scratch / "case")), server(file) {}

  age::Recipient team() const { return file.identity(Group::team).recipient(); }
  age::Recipient legal() const { return file.identity(Group::legal).recipient(); }
  Statement seal(const Item& item) { return server.seal(item, {}); }
  Trust trust() const { return {file.fingerprint(), file.policy()}; }
  Report check(BagFiles files, const Statement& item) const {
    list_again(files, item.hash());
    files[std::string(part::signature)] =
        to_bytes(sign_sshsig(files[std::string(part::tag_manifest)], exhibit_namespace, file.member()));
    return verify_exhibit(files, trust());
  }

  Scratch scratch;
  CaseFile file;
  Server server;
};

Fact sidecar_fact(std::string_view kind, ByteView content, std::uint64_t size) {
  return must(Fact::json("sidecar", R"([{"bytes":)" + std::to_string(size) + R"(,"kind":")" + std::string(kind) +
                                        R"(","name":"a.xmp","sha256":")" + hex(sha256(content)) + "\"}]"));
}

}  // namespace

TEST_CASE("an item that is not cleaned opens to its original alone, and says so") {
  Desk desk;
  const Statement sealed = desk.seal(make_uncleaned(desk.legal()));
  desk.server.pull_into(desk.file);
  const OpenItem item = must(open_item(desk.file, sealed));
  CHECK_FALSE(item.clean);
  CHECK(item.team.empty());
  CHECK(item.not_cleaned() == "unsupported_media");
  CHECK(item.note()->as_text() == "from the gate");
  CHECK(item.original.extension == "avi");
  const WrittenItem written = must(write_item(item, desk.scratch / "out"));
  CHECK_FALSE(written.clean);
  CHECK(written.original == desk.scratch / "out" / "original.avi");
  CHECK(must(read_file(*written.original, 1000)) == all_of(item.original.content));

  const CaseReport report = must(check_case(desk.file));
  REQUIRE(report.items.size() == 1);
  CHECK_FALSE(report.items[0].failure);
  CHECK(render_text(report).find("NOT CLEANED (unsupported_media)") != std::string::npos);
  CHECK(render_json(report).find(R"("not_cleaned":"unsupported_media")") != std::string::npos);
}

TEST_CASE("an item that is neither cleaned nor says that it is not, is refused") {
  Desk desk;
  const Fact hash = Fact::text("clean.sha256", std::string(64, '0'));
  const std::pair<Item, const char*> cases[] = {
      {make_uncleaned(desk.legal(), {}, {"cleaned"}), "bad_disclosure"},
      {make_uncleaned(desk.legal(), {}, {"uncleaned.reason"}), "bad_disclosure"},
      {make_uncleaned(desk.legal(), {Fact::text("uncleaned.reason", "no_space")}, {"uncleaned.reason"}), "bad_disclosure"},
      {make_uncleaned(desk.legal(), {must(Fact::json("cleaned", "true"))}, {"cleaned"}), "bad_disclosure"},
      {make_uncleaned(desk.legal(), {hash}), "bad_disclosure"},
      {make_uncleaned(desk.legal(), {}, {"original.sha256"}), "bad_disclosure"},
      {make_uncleaned(desk.legal(), {Fact::text("original.sha256", std::string(64, '0'))}, {"original.sha256"}),
       "hash_mismatch"},
      {make_item(desk.team(), desk.legal(), "x", {must(Fact::json("cleaned", "false"))}), "bad_disclosure"},
      {make_item(desk.team(), desk.legal(), "x", {Fact::text("uncleaned.reason", "not_clean")}), "bad_disclosure"},
  };
  std::vector<Statement> sealed;
  for (const auto& [item, failure] : cases) sealed.push_back(desk.seal(item));
  Item with_team = make_uncleaned(desk.legal());
  with_team.team = {Fact::text("object", "team")};
  seal_object(with_team, {write_facts(with_team.team), "clean.avi", Bytes()}, desk.team());
  const Statement pair = desk.seal(with_team);
  desk.server.pull_into(desk.file);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    CAPTURE(i);
    CHECK(code_of(open_item(desk.file, sealed[i])) == cases[i].second);
  }
  CHECK(code_of(open_item(desk.file, pair)) == "malformed");
}

TEST_CASE("sidecars are written out beside the original, and each is the one that its fact names") {
  Desk desk;
  const Bytes edits = to_bytes("<xmp/>");
  const std::vector<SidecarMember> one = {{"xmp", edits}};
  const Statement fine = desk.seal(make_uncleaned(desk.legal(), {sidecar_fact("xmp", edits, 6)}, {}, one));
  const std::pair<Item, const char*> cases[] = {
      {make_uncleaned(desk.legal(), {}, {}, one), "bad_disclosure"},
      {make_uncleaned(desk.legal(), {sidecar_fact("xmp", edits, 6)}), "bad_disclosure"},
      {make_uncleaned(desk.legal(), {sidecar_fact("aae", edits, 6)}, {}, one), "bad_disclosure"},
      {make_uncleaned(desk.legal(), {sidecar_fact("xmp", edits, 7)}, {}, one), "hash_mismatch"},
      {make_uncleaned(desk.legal(), {sidecar_fact("xmp", {}, 6)}, {}, one), "hash_mismatch"},
      {make_uncleaned(desk.legal(), {Fact::text("sidecar", "xmp")}, {}, one), "bad_disclosure"},
  };
  std::vector<Statement> sealed;
  for (const auto& [item, failure] : cases) sealed.push_back(desk.seal(item));
  desk.server.pull_into(desk.file);
  const WrittenItem written = must(write_item(must(open_item(desk.file, fine)), desk.scratch / "out"));
  REQUIRE(written.sidecars == std::vector<Path>{desk.scratch / "out" / "sidecar.xmp"});
  CHECK(must(read_file(written.sidecars[0], 100)) == edits);
  CHECK(code_of(write_item(must(open_item(desk.file, fine)), desk.scratch / "out")) == "already_exists");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    CAPTURE(i);
    CHECK(code_of(open_item(desk.file, sealed[i])) == cases[i].second);
  }
}

TEST_CASE("an exhibit of an item that is not cleaned is made on purpose only, and cannot hide what it is") {
  Desk desk;
  const Statement sealed = desk.seal(make_uncleaned(desk.legal()));
  desk.server.pull_into(desk.file);
  CHECK(code_of(show_item(desk.file, prefix_of(sealed), {.gate = by_necessity()}, may_2)) == "usage");
  const BagFiles files =
      in_memory(must(show_item(desk.file, prefix_of(sealed), {.original = true, .disclose = {}, .gate = by_necessity()}, may_2)).files);
  CHECK(files.contains("data/item/original.avi"));
  CHECK_FALSE(files.contains("data/item/clean.avi"));
  const Report report = verify_exhibit(files, desk.trust());
  CHECK(report.outcome() == Outcome::verified_with_limits);
  CHECK(report.bytes->not_cleaned == "unsupported_media");
  CHECK(render_text(report).find("NOT CLEANED (unsupported_media)") != std::string::npos);

  const std::string path(part::disclosures);
  const auto shown = must(read_facts(files.at(path)));
  const auto without = [&](std::string_view name) {
    std::vector<Fact> rest;
    for (const Fact& fact : shown)
      if (!fact.name().starts_with(name)) rest.push_back(fact);
    BagFiles changed = files;
    changed[path] = write_facts(rest);
    return desk.check(changed, sealed);
  };
  CHECK(without("nothing").outcome() == Outcome::verified_with_limits);
  for (const char* name : {"cleaned", "uncleaned", "uncleaned.reason"})
    CHECK(without(name).failure->error.code == Errc::bad_disclosure);
}
