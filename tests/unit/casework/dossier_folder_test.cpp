// SPDX-License-Identifier: GPL-3.0-or-later
// Dossiers on a disk: how they are written, what other people's tools say of them, folders of several, and the page.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "crypto/files.hpp"
#include "tests/unit/casework/dossier_on_disk.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::is_installed, dokaz::test::quoted, dokaz::test::shell;
namespace fs = std::filesystem;

namespace {

/// Files of the folder and below it, sorted.
std::vector<std::string> names_below(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("a dossier appears whole or not at all, and over nothing") {
  const DossierOnDisk disk;
  CHECK(disk.check(disk.folder) == "verified 0");
  CHECK(DossierWriter::start(disk.folder, disk.dossier.parts.policy).code() == Errc::already_exists);
  {
    auto writer = must(DossierWriter::start(disk.scratch / "other", disk.dossier.parts.policy));
    must(writer->add_item(1, disk.dossier.items[0]));
    CHECK_FALSE(fs::exists(disk.scratch / "other"));
    CHECK(writer->add_document("../outside", BagFile(to_bytes("x"))).code() == Errc::malformed);
    CHECK(writer->add_item(1, disk.dossier.items[0]).code() == Errc::already_exists);
  }
  CHECK(names_below(disk.scratch.path()).size() == names_below(disk.folder).size() + 3);  // dossier, policy, authority
  CHECK((fs::status(disk.folder).permissions() & fs::perms::all) == fs::perms::owner_all);
}

TEST_CASE("links, empty folders and strange names in a dossier are refused") {
  const DossierOnDisk disk;
  fs::rename(disk.folder / "data/items/0001/clean.jpg", disk.scratch / "elsewhere");
  fs::create_symlink(disk.scratch / "elsewhere", disk.folder / "data/items/0001/clean.jpg");
  CHECK(disk.check(disk.folder) == "failed 11");
  fs::remove(disk.folder / "data/items/0001/clean.jpg");
  CHECK(disk.check(disk.folder) == "failed 49");
  fs::rename(disk.scratch / "elsewhere", disk.folder / "data/items/0001/clean.jpg");
  fs::create_directory(disk.folder / "data/items/0005");
  CHECK(disk.check(disk.folder) == "failed 50");
  fs::remove(disk.folder / "data/items/0005");
  CHECK(disk.check(disk.folder) == "verified 0");
  fs::create_directory_symlink(disk.folder, disk.scratch / "link");
  CHECK(disk.check(disk.scratch / "link") == "failed 10");
}

TEST_CASE("a folder of several is checked as a whole, the first failure's number last") {
  const DossierOnDisk disk;
  const fs::path many = disk.scratch / "many";
  fs::create_directory(many);
  DossierOnDisk::write(disk.dossier, many / "b");
  DossierOnDisk::write(disk.dossier, many / "d");
  must(write_exhibit(make_exhibit({.witness = true, .seen = true}).files, many / "a"));
  CHECK(disk.check(many) == "a: verified 0, b: verified 0, d: verified 0");
  CHECK(verify_folder(many, disk.given).exit_code() == exit_ok);
  must(create_file_durably(many / "notes.txt", {}));
  CHECK(verify_folder(many, disk.given).exit_code() == exit_verified_with_limits);
  fs::create_directory(many / "c");
  CHECK(disk.check(many) == "a: verified 0, b: verified 0, c: failed 49, d: verified 0");
  CHECK(verify_folder(many, disk.given).exit_code() == 49);
  CHECK(disk.check(many / "c") == "failed 49");
  CHECK(disk.check(disk.scratch / "nothing") == "failed 10");
}

TEST_CASE("a folder is judged by what it says itself where nothing was given, and never called verified") {
  const DossierOnDisk disk;
  const BatchReport report = verify_folder(disk.folder, {});
  CHECK(report.exit_code() == exit_verified_with_limits);
  CHECK(render_text(report).find("VERIFIED WITH LIMITS, for a case root and a policy that this names itself.\n") == 0);
  CHECK(render_html(report).find("class=\"outcome verified\"") == std::string::npos);
}

TEST_CASE("sha256sum, sha512sum and ssh-keygen say the same of a dossier") {
  const DossierOnDisk disk;
  const std::string in = "cd " + quoted(disk.folder) + " && ";
  const std::string sums = in + "sha256sum -c --strict --quiet manifest-sha256.txt tagmanifest-sha256.txt && "
                                "sha512sum -c --strict --quiet manifest-sha512.txt";
  CHECK(shell(sums) == 0);
  if (is_installed("ssh-keygen")) {
    const std::string verify = in + "ssh-keygen -Y verify -f allowed_signers -I counsel -n dokaz-exhibit -s "
                                    "tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt";
    CHECK(shell(verify) == 0);
    disk.flip("tagmanifest-sha256.txt", 3);
    CHECK(shell(verify) != 0);
    disk.flip("tagmanifest-sha256.txt", 3);
  } else {
    WARN("ssh-keygen is not installed: not asked");
  }
  disk.flip("data/items/0003/clean.jpg", 0);
  CHECK(shell(sums) != 0);
}

TEST_CASE("sigsum-verify says the same of each item") {
  if (!is_installed("sigsum-verify")) {
    WARN("sigsum-verify is not installed: not asked");
    return;
  }
  const DossierOnDisk disk;
  for (const auto& [item, signer] : {std::pair<std::string, std::string>{"0001", "anna"}, {"0004", "birch.1"}}) {
    const std::string statement = "data/items/" + item + "/statement";
    const std::string verify = "cd " + quoted(disk.folder) + " && sigsum-verify -k data/keys/" + signer +
                               ".pub -p data/policy " + statement + ".sigsum-proof < " + statement;
    CHECK(shell(verify) == 0);
    disk.flip(statement, 40);
    CHECK(shell(verify) != 0);
  }
}

TEST_CASE("age opens the objects of a dossier") {
  if (!is_installed("age")) {
    WARN("age is not installed: not asked");
    return;
  }
  const DossierOnDisk disk;
  must(disk.maker.team.format().reveal([&](ByteView text) { return create_file_durably(disk.scratch / "team.key", text); }));
  std::size_t opened = 0;
  for (const auto& entry : fs::directory_iterator(disk.folder / "data/items/0001"))
    if (entry.path().extension() == ".age")
      opened += shell("age -d -i " + quoted(disk.scratch / "team.key") + " " + quoted(entry.path()) + " | tar t | grep -q clean.jpg") == 0 ? 1 : 0;
  CHECK(opened == 1);
}

TEST_CASE("openssl says the same of a dossier's anchors") {
  const DossierOnDisk disk({.anchored = true});
  std::string folder;
  for (const auto& entry : fs::directory_iterator(disk.folder / "data/anchors")) folder = entry.path().string();
  const std::string verify = "cd '" + folder + "' && openssl ts -verify -attime " + std::to_string(disk.maker.options.stamped) +
                             " -data checkpoint -in north-star.tsr -CAfile " + quoted(disk.scratch / "authority.pem") +
                             " -untrusted north-star.chain.pem";
  CHECK(shell(verify) == 0);
  CHECK(shell("cd '" + folder + "' && openssl ts -verify -attime 100 -data checkpoint -in north-star.tsr -CAfile " +
              quoted(disk.scratch / "authority.pem") + " -untrusted north-star.chain.pem") != 0);
}

TEST_CASE("golang.org/x/mod says the same of each receipt") {
  if (!is_installed("go") || !fs::exists("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")) {
    WARN("go or golang.org/x/mod is not installed: not asked");
    return;
  }
  const DossierOnDisk disk;
  const fs::path source = fs::path(std::getenv("DOKAZ_VECTORS")).parent_path() / "unit/casework/check_proofs.go";
  const fs::path program = disk.scratch / "check_proofs";
  REQUIRE(shell("GO111MODULE=off GOFLAGS= GOPATH=/usr/share/gocode GOCACHE=" + quoted(disk.scratch / "cache") + " go build -o " +
                quoted(program) + " " + quoted(source)) == 0);
  CHECK(shell(quoted(program) + " " + quoted(disk.folder) + " | grep -qx 13") == 0);  // 4 items, 4 answers, 5 in chains
  disk.flip("data/items/0002/statement", 60);
  CHECK(shell(quoted(program) + " " + quoted(disk.folder)) != 0);
}

TEST_CASE("dokaz-verify answers as text, JSON and page, and writes over nothing") {
  const DossierOnDisk disk({.anchored = true});
  const fs::path source = fs::path(std::getenv("DOKAZ_VECTORS")).parent_path().parent_path();
  const std::string start = disk.program(quoted(disk.folder) + disk.trust());
  CHECK(shell(start) == exit_verified_with_limits);  // the authority's root was not given
  CHECK(shell(start + " --authority " + quoted(disk.scratch / "authority.pem")) == exit_ok);
  CHECK(shell(start + " --authority " + quoted(disk.scratch / "policy")) == exit_code(Errc::bad_anchor));
  CHECK(shell(start + " --authority " + quoted(disk.scratch / "nowhere")) == exit_code(Errc::not_found));
  CHECK(shell(disk.program("")) == exit_code(Errc::usage));
  CHECK(shell(disk.program("log " + quoted(disk.folder))) == exit_code(Errc::usage));
  if (is_installed("python3") && shell("python3 -c 'import jsonschema'") == 0) {
    const std::string judge = " --json | python3 " + quoted(source / "tests/schema/validate.py") + " " + quoted(source / "docs/schema") + " verify";
    CHECK(shell(start + judge) == 0);
    CHECK(shell(disk.program(quoted(disk.scratch.path()) + disk.trust()) + judge) == 0);
    CHECK(shell(disk.program(quoted(disk.scratch / "nothing") + disk.trust()) + judge) == 0);
    CHECK(shell(disk.program("log " + quoted(disk.folder) + " --policy " + quoted(disk.scratch / "policy")) + judge) == 0);
  } else {
    WARN("python3-jsonschema is not installed: not asked");
  }
  const fs::path page = disk.scratch / "report.html";
  CHECK(shell(start + " --html " + quoted(page)) == exit_verified_with_limits);
  const Bytes bytes = must(read_file(page, 1 << 20));
  const std::string_view text = text_of(bytes);
  CHECK(text.find("default-src 'none'") != text.npos);
  for (const std::string_view never : {"<script", "http://", "https://", "src=", "url("}) CHECK(text.find(never) == text.npos);
  CHECK(text.find("class=\"outcome limits\"") != text.npos);
  CHECK(text.find("VERIFIED WITH LIMITS") != text.npos);
  CHECK(shell(start + " --html " + quoted(page)) == exit_code(Errc::already_exists));
  CHECK(must(read_file(page, 1 << 20)) == bytes);
}

TEST_CASE("what a bag says cannot become markup") {
  Dossier dossier = make_dossier();
  dossier.parts.cover.addressee = "<b>a court & \"more\"</b>";
  const DossierReport report = verify_dossier(bag_of(DossierMaker::written(dossier)), dossier.trust);
  REQUIRE_FALSE(report.failure);
  BatchReport batch;
  batch.bags.push_back({"", report});
  CHECK(render_html(batch).find("&lt;b&gt;a court &amp; &quot;more&quot;&lt;/b&gt;") != std::string::npos);
}
