// SPDX-License-Identifier: GPL-3.0-or-later
// verify.sh, as one script, and what it says of dossiers beside what dokaz-verify says.
#include <catch2/catch.hpp>
#include <filesystem>

#include "casework/export/texts/texts.hpp"
#include "tests/unit/casework/dossier_on_disk.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::quoted, dokaz::test::shell;
namespace fs = std::filesystem;

namespace {

struct Said {
  int code = 0;
  std::string text;
};

/// What the dossier's own script says of a folder.
Said ask_script(const DossierOnDisk& disk, const std::string& arguments) {
  Said said;
  const fs::path out = disk.scratch / "said";
  said.code = shell("bash " + quoted(disk.folder / "verify.sh") + " " + arguments + " > " + quoted(out) + " 2>&1");
  said.text = text_of(must(read_file(out, 1 << 16)));
  return said;
}
std::string given(const DossierOnDisk& disk) {
  return hex(disk.dossier.trust.root) + " " + quoted(disk.scratch / "policy");
}

}  // namespace

TEST_CASE("verify.sh is one script, under the licence that it names once") {
  const std::string_view text = script_text();
  constexpr std::string_view start = "#!/usr/bin/env bash\n# SPDX-License-Identifier: GPL-3.0-or-later\n";
  CHECK(text.starts_with(start));
  CHECK(text.find("SPDX-License-Identifier", start.size()) == text.npos);
  const test::Scratch scratch;
  must(create_file_durably(scratch / "verify.sh", bytes_of(text)));
  CHECK(shell("bash -n " + quoted(scratch / "verify.sh")) == 0);
}

TEST_CASE("verify.sh says which of its arguments is wrong") {
  const DossierOnDisk disk;
  const std::string root = hex(disk.dossier.trust.root), policy = " " + quoted(disk.scratch / "policy"), folder = " " + quoted(disk.folder);
  for (const auto& [arguments, words] : std::initializer_list<std::pair<std::string, std::string>>{
           {root, "the policy file are needed"},
           {"90ab" + policy, "64 hexadecimal digits"},
           {root + " nowhere", "there is no policy file nowhere"},
           {root + policy + " nowhere", "there is no folder nowhere"},
           {root + policy + folder + " nowhere", "root certificates of time authorities"},
           {root + policy + folder + policy + " more", "more was given"}}) {
    const Said said = ask_script(disk, arguments);
    CAPTURE(said.text);
    CHECK(said.code == 2);
    CHECK(said.text.find(words) != std::string::npos);
    CHECK(said.text.find("Nothing was checked") == 0);
  }
  fs::create_directory(disk.scratch / "facts");
  must(create_file_durably(disk.scratch / "facts/check.sh", {}));
  const Said said = ask_script(disk, root + policy + " " + quoted(disk.scratch / "facts"));
  CHECK(said.code == 2);
  CHECK(said.text.find("Run no script out of it") != std::string::npos);
}

TEST_CASE("verify.sh says in words that nobody proves a time") {
  const DossierOnDisk alone({.witness = false}), witnessed;
  CHECK(ask_script(alone, given(alone)).text.find("not after: proved by nobody independent\n") != std::string::npos);
  CHECK(ask_script(witnessed, given(witnessed)).text.find("proved by nobody") == std::string::npos);
}

TEST_CASE("verify.sh judges revocation by the lists beside a stamp, whenever they were made") {
  struct Case {
    std::int64_t made;  // of the lists, after the stamp
    std::vector<test::Revoked> revoked;
    int script, program;
    bool decoy = false;
    std::string point = {};
  };
  const std::int64_t stamped = DossierOptions().stamped;
  const int refused = exit_code(Errc::bad_anchor);
  for (const Case& one : std::initializer_list<Case>{
           {-test::day, {}, exit_ok, exit_ok},
           {3600, {}, exit_ok, exit_ok},
           {-test::day, {{"signer", stamped - 2 * test::day, 4}}, 1, refused},
           {3600, {{"signer", stamped - 60, 4}}, 1, refused},
           {3600, {{"signer", stamped + 60, 1}}, 1, refused},       // its key was compromised
           {3600, {{"signer", stamped + 60, std::nullopt}}, 1, refused},
           {3600, {{"root", stamped - 60, 1}}, exit_ok, exit_ok, true},  // another issuer's number, and nobody's that has it
           {3600, {{"signer", stamped - 60, 1}}, 1, refused, false, "critical,fullname:URI:http://lists.example/1.crl"},
           // Not of its place: nothing is shown, which is a limit where the witnesses' word does not come first.
           {3600, {{"signer", stamped - 60, 1}}, exit_verified_with_limits, exit_ok, false, "critical,fullname:URI:http://lists.example/2.crl"},
           {3600, {{"signer", stamped + 1, 4}}, 1, refused},        // within the accuracy of the stamp
           // Superseded later: older tokens hold. openssl cannot say so, and the script says that it is not shown.
           {3600, {{"signer", stamped + 60, 4}}, exit_verified_with_limits, exit_ok}}) {
    const DossierOnDisk disk({.anchored = true, .revoked = one.revoked, .lists_made = one.made, .point = one.point, .decoy = one.decoy, .small = true});
    const Said said = ask_script(disk, given(disk) + " " + quoted(disk.folder) + " " + quoted(disk.scratch / "authority.pem"));
    const BatchReport report = verify_folder(disk.folder, disk.given);
    INFO(said.text);
    CHECK(said.code == one.script);
    CHECK(report.exit_code() == one.program);
    if (const auto& failure = std::get<DossierReport>(report.bags.front().report).failure; failure && one.script == 1)
      CHECK(said.text.find("Where:  " + failure->where + "\n") != std::string::npos);
  }
}

TEST_CASE("verify.sh answers for a dossier what dokaz-verify answers") {
  const auto both = [](const DossierOptions& options, bool authority) {
    const DossierOnDisk disk(options);
    Given given = disk.given;
    if (!authority) given.authorities.clear();
    const fs::path said = disk.scratch / "said";
    const std::string script = "bash " + quoted(disk.folder / "verify.sh") + " " + hex(disk.dossier.trust.root) + " " +
                               quoted(disk.scratch / "policy") + " " + quoted(disk.folder) +
                               (authority ? " " + quoted(disk.scratch / "authority.pem") : "") + " > " + quoted(said);
    const int code = shell(script);
    const Bytes output = must(read_file(said, 1 << 16));
    const BatchReport report = verify_folder(disk.folder, given);
    INFO(text_of(output));
    CHECK(code == report.exit_code());
    std::size_t limits = 0;
    for (auto at = text_of(output).find("Limit:"); at != std::string_view::npos; at = text_of(output).find("Limit:", at + 1)) ++limits;
    CHECK(limits == report.bags.front().limits().size());
    for (const std::string& limit : report.bags.front().limits())
      CHECK(text_of(output).find("Limit:      " + limit + "\n") != std::string_view::npos);
  };
  both({}, false);
  both({.witness = false, .reason = ""}, false);
  both({.witness = false, .stored = false, .anchored = true, .later = true}, true);
  both({.anchored = true}, false);
}

TEST_CASE("verify.sh refuses forged dossiers where dokaz-verify does") {
  const DossierOnDisk disk({.anchored = true});
  const std::string anchor = disk.dossier.files.lower_bound("data/anchors/")->first;
  const std::string folder = anchor.substr(0, anchor.rfind('/') + 1);
  const auto judged = [&](const std::function<void(BagFiles&)>& change) {
    BagFiles files = disk.dossier.files;
    change(files);
    sign_dossier_again(files);
    const fs::path forged = disk.scratch / "forged", said = disk.scratch / "said";
    must(write_exhibit(files, forged));
    const int code = shell("bash " + quoted(disk.folder / "verify.sh") + " " + hex(disk.dossier.trust.root) + " " +
                           quoted(disk.scratch / "policy") + " " + quoted(forged) + " > " + quoted(said));
    const BatchReport report = verify_folder(forged, disk.given);
    fs::remove_all(forged);
    const Bytes output = must(read_file(said, 1 << 16));
    INFO(text_of(output));
    CHECK(code == 1);
    const auto& failure = std::get<DossierReport>(report.bags.front().report).failure;
    REQUIRE(failure);
    CHECK(text_of(output).find("Where:  " + failure->where + "\n") != std::string_view::npos);
  };
  const auto flip = [](const std::string& path, std::size_t at) {
    return [path, at](BagFiles& files) { files.at(path).at(at) ^= 1; };
  };
  judged(flip("data/items/0002/clean.jpg", 3));
  judged([](BagFiles& files) { files.at("data/items/0001/statement.tlog-proof") = files.at("data/items/0002/statement.tlog-proof"); });
  judged([](BagFiles& files) { files.at("data/items/0001/disclosures") = files.at("data/items/0002/disclosures"); });
  judged([&](BagFiles& files) { files[folder + "notes.txt"] = to_bytes("x"); });
  judged([&](BagFiles& files) { files.at(folder + "north-star.tsr")[60] ^= 1; });
  judged([&](BagFiles& files) {
    const std::string path = part::chain_of(disk.dossier.items[0].item.statement.fields().chain, 2);
    files.erase(path);
    files.erase(path + ".tlog-proof");
  });
  judged([](BagFiles& files) {
    std::string cover(text_of(files.at("data/dossier")));
    cover.replace(cover.find(" 3 consent"), 10, " 2 consent");
    files.at("data/dossier") = to_bytes(cover);
  });
  judged([](BagFiles& files) { files["data/more"] = to_bytes("x"); });
}

