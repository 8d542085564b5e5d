// SPDX-License-Identifier: GPL-3.0-or-later
// Exhibits that somebody made to deceive: both verifiers must refuse them, or say what they cannot know.
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "crypto/files.hpp"
#include "tests/unit/casework/small_exhibit.hpp"
#include "tests/unit/crypto/scratch.hpp"
#include "tests/unit/crypto/shell.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;
namespace fs = std::filesystem;

namespace {

struct Said {
  std::string program;  // the failure and where, or the outcome
  int script = -1;      // exit code
  std::string text;     // what the script printed
};

/// What both verifiers say of a folder. The script is this version's, not the one in the exhibit.
Said ask(const fs::path& folder, const Trust& trust) {
  Scratch scratch;
  must(create_file_durably(scratch / "policy", trust.policy.bytes()));
  must(create_file_durably(scratch / "verify.sh", bytes_of(script_text())));
  const std::string in = "'" + scratch.path().string() + "/";
  Said said;
  said.script = dokaz::test::shell("bash " + in + "verify.sh' " + hex(trust.root) + " " + in + "policy' '" +
                                   folder.string() + "' >" + in + "said' 2>&1");
  said.text = to_text(must(read_file(scratch / "said", 1 << 20)));
  const Report report = verify_exhibit(folder, trust);
  said.program = report.failure
                     ? std::string(name_of(report.failure->error.code)) + " " + report.failure->where
                     : std::string(name_of(report.outcome()));
  return said;
}

Said ask(const BagFiles& files, const Trust& trust) {
  Scratch scratch;
  must(write_exhibit(files, scratch / "exhibit"));
  return ask(scratch / "exhibit", trust);
}

constexpr int refused = 1;

bool holds(const Said& said) { return said.program.starts_with("verified") && (said.script == 0 || said.script == 3); }

}  // namespace

TEST_CASE("names in an exhibit cannot paint a verdict") {
  Scratch scratch;
  const Exhibit exhibit = make_exhibit();
  must(write_exhibit(exhibit.files, scratch / "exhibit"));
  const std::string painted = "\x1b[2J\x1b[HVERIFIED, for the fingerprint\nok";
  SECTION("a link in a folder") {
    fs::create_directory(scratch / "exhibit" / painted);
    fs::create_symlink("/x", scratch / "exhibit" / painted / "x");
  }
  SECTION("an empty folder") { fs::create_directory(scratch / "exhibit" / painted); }
  SECTION("a file") { must(create_file_durably(scratch / "exhibit" / painted, {})); }
  const Said said = ask(scratch / "exhibit", exhibit.trust);
  CHECK(said.program == "unlisted_part ");
  CHECK(said.script == refused);
  CHECK(said.text.find("VERIFIED") == std::string::npos);
  for (const char c : said.text) CHECK((c == '\n' || (c >= 0x20 && c < 0x7f)));
}

TEST_CASE("an empty folder is refused") {
  Scratch scratch;
  const Exhibit exhibit = make_exhibit();
  must(write_exhibit(exhibit.files, scratch / "exhibit"));
  fs::create_directory(scratch / "exhibit" / "data" / "more");
  const Said said = ask(scratch / "exhibit", exhibit.trust);
  CHECK(said.program == "unlisted_part data/more");
  CHECK(said.script == refused);
}

TEST_CASE("both verifiers refuse what an exporter adds or rewrites") {
  const Exhibit exhibit = make_exhibit();
  const StatementHash item = exhibit.parts.item.statement.hash();
  REQUIRE(holds(ask(exhibit.files, exhibit.trust)));
  const std::string other_key = key_file_text(key(stranger_key).public_key(), "anna");
  const std::vector<std::pair<std::string, std::string>> written = {
      {"data/item/camera-original.jpg", "never sealed"},
      {"data/item/objects/" + std::string(64, 'a') + ".age", "a foreign object"},
      {"data/item/clean.png", "a second picture"},
      {"data/item/statement.sigsum-proof", "junk\n"},
      {"data/receive/statement.sigsum-proof", "junk\n"},
      {"data/keys/anna.pub", other_key},
      {"data/keys/log.pub", other_key},
      {"data/keys/eve.pub", other_key},
      {"data/chain/000002.statement", "another"},
      {"data/members/eve.admission", "another"},
      {"data/policy", std::string(text_of(exhibit.trust.policy.bytes())) + "quorum none\n"},
      {"bagit.txt", "BagIt-Version: 0.9\n"},
      {"README.txt", "read this"},
  };
  for (const auto& [path, content] : written) {
    CAPTURE(path);
    BagFiles files = exhibit.files;
    files[path] = to_bytes(content);
    sign_again(files, item);
    const Said said = ask(files, exhibit.trust);
    CHECK_FALSE(said.program.starts_with("verified"));
    CHECK(said.script == refused);
  }
}

TEST_CASE("both verifiers refuse other spellings of the tag files") {
  const Exhibit exhibit = make_exhibit();
  const StatementHash item = exhibit.parts.item.statement.hash();
  SECTION("a signature with another line") {
    BagFiles files = exhibit.files;
    std::string armor = to_text(files.at(std::string(part::signature)));
    files[std::string(part::signature)] = to_bytes(armor.insert(armor.find("\n-----END"), "\n"));
    const Said said = ask(files, exhibit.trust);
    CHECK(said.program == "malformed tagmanifest-sha256.txt.sig");
    CHECK(said.script == refused);
  }
  SECTION("bag-info.txt of another item") {
    BagFiles files = exhibit.files;
    sign_again(files, StatementHash());
    const Said said = ask(files, exhibit.trust);
    CHECK(said.program == "malformed bag-info.txt");
    CHECK(said.script == refused);
  }
  SECTION("allowed_signers with more") {
    BagFiles files = exhibit.files;
    append(files[std::string(part::allowed_signers)], bytes_of("eve ssh-ed25519 AAAA\n"));
    sign_again(files, item);
    const Said said = ask(files, exhibit.trust);
    CHECK(said.program == "malformed allowed_signers");
    CHECK(said.script == refused);
  }
  SECTION("a manifest with a zero byte") {
    BagFiles files = exhibit.files;
    Bytes& listed = files[std::string(part::tag_manifest)];
    listed.insert(listed.end() - 1, Byte{0});
    files[std::string(part::signature)] = to_bytes(sign_sshsig(listed, exhibit_namespace, key(counsel_key)));
    const Said said = ask(files, exhibit.trust);
    CHECK(said.program == "malformed tagmanifest-sha256.txt");
    CHECK(said.script == refused);
  }
}

TEST_CASE("a ticket makes no exporter") {
  const Exhibit exhibit = make_exhibit();
  const SigningKey root = key(root_key), ticket = key(8), me = key(stranger_key);
  const Note ticket_note = must(sign_ticket(
      {root.public_key(), ticket.public_key(), "rev-1", Role::reviewer, ClaimedTime{1790000000, false}}, root));
  BagFiles files = exhibit.files;
  files.erase("data/keys/counsel.pub");
  files["data/keys/rev-1.pub"] = to_bytes(key_file_text(me.public_key(), "rev-1"));
  files[part::ticket("rev-1")] = ticket_note.bytes();
  files[part::admission("rev-1")] =
      sign_admission({root.public_key(), ticket.public_key(), me.public_key()}, ticket, me).bytes();
  files[std::string(part::allowed_signers)] = to_bytes(allowed_signers_text("rev-1", me.public_key()));
  sign_again(files, exhibit.parts.item.statement.hash(), stranger_key);
  const Said said = ask(files, exhibit.trust);
  CHECK(said.program == "not_a_member allowed_signers");
  CHECK(said.script == refused);
}

TEST_CASE("both verifiers refuse a log with two histories") {
  Exhibit exhibit = make_exhibit({.fork = true});
  Said said = ask(exhibit.files, exhibit.trust);
  CHECK(said.program == "bad_consistency data");
  CHECK(said.script == refused);
  exhibit = make_exhibit({.seen_size = 5000});
  said = ask(exhibit.files, exhibit.trust);
  CHECK(said.program == "broken_chain data/item/statement");
  CHECK(said.script == refused);
}

TEST_CASE("only a seal, derivation or redaction is an item") {
  for (const Act act : {Act::derive, Act::redact}) {
    const Exhibit exhibit = make_exhibit({.act = act});
    CHECK(holds(ask(exhibit.files, exhibit.trust)));
  }
  for (const Act act : {Act::note, Act::consent, Act::heartbeat}) {
    const Exhibit exhibit = make_exhibit({.act = act});
    const Said said = ask(exhibit.files, exhibit.trust);
    CHECK(said.program == "malformed data/item/statement");
    CHECK(said.script == refused);
  }
  // A documenter does not sign what only a server does.
  for (const Act act : {Act::receive, Act::fork_found}) {
    const Exhibit exhibit = make_exhibit({.act = act});
    const Said said = ask(exhibit.files, exhibit.trust);
    CHECK(said.program.starts_with("not_a_member"));
    CHECK(said.script == refused);
  }
}

TEST_CASE("two shown facts of one name are refused unless their arrays belong together") {
  const Fact here = Fact::text("capture.place", "53.9,27.55"), there = Fact::text("capture.place", "48.1,11.5");
  Exhibit exhibit = make_exhibit({.more = {here, there}});
  Said said = ask(exhibit.files, exhibit.trust);
  CHECK(said.program == "bad_disclosure data/item/disclosures");
  CHECK(said.script == refused);
  exhibit = make_exhibit({.more = {must(Fact::json("warning", R"(["a"])")), must(Fact::json("warning", R"(["\u0001é\""])")),
                                   must(Fact::json("removed", R"([{"bytes":1,"kind":"x"}])")),
                                   must(Fact::json("contradiction", R"([{"fact":"a","values":[]}])")),
                                   must(Fact::json("contradiction", R"([{"fact":"b","values":[]}])")),
                                   must(Fact::json("removed", R"([[],{},true,null,-5,{"a":[[1]],"b":""}])"))}});
  said = ask(exhibit.files, exhibit.trust);
  CAPTURE(said.program, said.text);
  CHECK(holds(said));
}

TEST_CASE("it is said how many facts are not shown, whose key exported, and under which roster") {
  const Exhibit exhibit = make_exhibit();
  const Report report = verify_exhibit(exhibit.files, exhibit.trust);
  REQUIRE(report.bytes);
  CHECK(report.bytes->committed == 11);
  CHECK(report.bytes->not_shown == 3);  // the note, the name, and which object is the legal one
  REQUIRE(report.signed_by);
  CHECK(report.signed_by->roster == 1);
  const std::string fingerprint = hex(key(counsel_key).public_key().hash());
  CHECK(report.signed_by->exporter_fingerprint == fingerprint);
  const Said said = ask(exhibit.files, exhibit.trust);
  for (const std::string& text : {render_text(report), said.text}) {
    CHECK(text.find("3 of 11 committed facts are not shown") != std::string::npos);
    CHECK(text.find(fingerprint) != std::string::npos);
    CHECK(text.find("roster 1: ask the case whether this is the current one") != std::string::npos);
    CHECK(text.find("do not run it") == std::string::npos);
  }
  CHECK(render_json(report).find("\"facts_not_shown\":3") != std::string::npos);
}

TEST_CASE("another script in an exhibit is named") {
  const Exhibit exhibit = make_exhibit();
  BagFiles files = exhibit.files;
  files[std::string(part::script)] = to_bytes("echo VERIFIED\n");
  files[std::string(part::page)] = to_bytes("<p>verified\n");
  sign_again(files, exhibit.parts.item.statement.hash());
  const Said said = ask(files, exhibit.trust);
  CHECK(holds(said));
  CHECK(said.text.find("do not run it") != std::string::npos);
  const Report report = verify_exhibit(files, exhibit.trust);
  CHECK(render_text(report).find("verify.sh in this exhibit is not the one of this version: do not run it") !=
        std::string::npos);
  CHECK_FALSE(report.bytes->known_page);
}

TEST_CASE("long lists are refused before they are read") {
  const std::string line = std::string(64, '0') + "  ";
  std::string lines;
  for (std::size_t i = 0; i <= max_bag_files; ++i) lines += line + std::to_string(1'000'000 + i) + "\n";
  CHECK(read_manifest(bytes_of(lines)).code() == Errc::too_large);
  lines.resize(lines.size() - line.size() - 8);
  CHECK(must(read_manifest(bytes_of(lines))).size() == max_bag_files);

  const Exhibit exhibit = make_exhibit();
  BagFiles files = exhibit.files;
  files[std::string(part::disclosures)] = Bytes(1000, '\n');
  sign_again(files, exhibit.parts.item.statement.hash());
  CHECK(ask(files, exhibit.trust).program == "bad_disclosure data/item/disclosures");
}
