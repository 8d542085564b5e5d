// SPDX-License-Identifier: GPL-3.0-or-later
// Exhibits on a disk: how they are written and read, and what other people's tools say about them.
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "crypto/files.hpp"
#include "tests/unit/casework/small_exhibit.hpp"
#include "tests/unit/crypto/scratch.hpp"
#include "tests/unit/crypto/shell.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::is_installed, dokaz::test::Scratch, dokaz::test::shell;
namespace fs = std::filesystem;

namespace {

std::string failure_of(const fs::path& folder, const Trust& trust) {
  const Report report = verify_exhibit(folder, trust);
  if (!report.failure) return std::string(name_of(report.outcome()));
  return std::string(name_of(report.failure->error.code)) + " " + report.failure->where;
}

/// An exhibit and the policy file, as an expert gets them.
struct OnDisk {
  Scratch scratch;
  Exhibit exhibit;
  fs::path folder;
  std::string arguments;

  explicit OnDisk(const Options& options = {}) : exhibit(make_exhibit(options)), folder(scratch / "exhibit") {
    must(write_exhibit(exhibit.files, folder));
    must(create_file_durably(scratch / "policy", exhibit.trust.policy.bytes()));
    arguments = hex(exhibit.trust.root) + " " + (scratch / "policy").string();
  }
  int script(const std::string& given = "") const {
    return shell("bash '" + (folder / "verify.sh").string() + "' " + (given.empty() ? arguments : given));
  }
  void flip(const std::string& path, std::size_t at) const {
    Bytes content = must(read_file(folder / path, 1 << 20));
    content.at(at) ^= 1;
    must(write_file_durably(folder / path, content));
  }
};

}  // namespace

TEST_CASE("an exhibit is never written over something") {
  OnDisk disk;
  const Status again = write_exhibit(disk.exhibit.files, disk.folder);
  REQUIRE_FALSE(again);
  CHECK(again.code() == Errc::already_exists);
  std::size_t names = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(disk.scratch.path())) ++names;
  CHECK(names == 2);  // nothing half-written stays beside it
  CHECK((fs::status(disk.folder).permissions() & fs::perms::all) == fs::perms::owner_all);
}

TEST_CASE("what was written reads back and holds") {
  const OnDisk disk;
  CHECK(in_memory(must(open_bag(disk.folder, nullptr))) == disk.exhibit.files);
  CHECK(failure_of(disk.folder, disk.exhibit.trust) == "verified_with_limits");
}

TEST_CASE("a link in an exhibit is refused even if it leads to the right bytes") {
  const OnDisk disk;
  fs::rename(disk.folder / "data/item/clean.jpg", disk.scratch / "elsewhere");
  fs::create_symlink(disk.scratch / "elsewhere", disk.folder / "data/item/clean.jpg");
  CHECK(failure_of(disk.folder, disk.exhibit.trust) == "not_regular_file data/item/clean.jpg");
  CHECK(disk.script() == 1);
}

TEST_CASE("a linked folder and a pipe are refused") {
  const OnDisk disk;
  fs::rename(disk.folder / "data/chain", disk.scratch / "chain");
  fs::create_directory_symlink(disk.scratch / "chain", disk.folder / "data/chain");
  CHECK(failure_of(disk.folder, disk.exhibit.trust) == "not_regular_file data/chain");
  fs::remove(disk.folder / "data/chain");
  REQUIRE(::mkfifo((disk.folder / "data/chain").c_str(), 0600) == 0);
  CHECK(failure_of(disk.folder, disk.exhibit.trust) == "not_regular_file data/chain");
}

TEST_CASE("no folder, an empty one, and names that no exhibit has") {
  const OnDisk disk;
  CHECK(failure_of(disk.scratch / "nothing", disk.exhibit.trust) == "not_found ");
  fs::create_directory(disk.scratch / "empty");
  CHECK(failure_of(disk.scratch / "empty", disk.exhibit.trust) == "missing_part tagmanifest-sha256.txt");
  must(create_file_durably(disk.folder / "data/.hidden", {}));
  CHECK(failure_of(disk.folder, disk.exhibit.trust) == "unlisted_part data/");
}

TEST_CASE("verify.sh passes what holds") {
  CHECK(OnDisk({.witness = true, .seen = true}).script() == exit_ok);
  CHECK(OnDisk({.witness = true, .seen = true, .stored = false}).script() == exit_verified_with_limits);
  CHECK(OnDisk({.witness = true}).script() == exit_verified_with_limits);
  CHECK(OnDisk({.stored = false, .original = false}).script() == exit_verified_with_limits);
}

TEST_CASE("verify.sh names the outcome and the limits that the report names, in the same words") {
  for (const Options& options : {Options{.witness = true, .seen = true}, Options{.witness = true}, Options{.seen = true},
                                 Options{.stored = false}}) {
    const OnDisk disk(options);
    const Report report = verify_exhibit(disk.exhibit.files, disk.exhibit.trust);
    const fs::path said = disk.scratch / "said";
    const std::string script = "bash '" + (disk.folder / "verify.sh").string() + "' " + disk.arguments + " > '" +
                               said.string() + "'";
    CHECK(shell(script) == report.exit_code());
    const Bytes output = must(read_file(said, 1 << 16));
    const std::string_view text = text_of(output);
    CHECK((text.find("VERIFIED, ") != text.npos) == report.limits.empty());
    for (const std::string& limit : report.limits) CHECK(text.find("Limit:      " + limit + "\n") != text.npos);
    std::size_t limits = 0;
    for (auto at = text.find("Limit:"); at != text.npos; at = text.find("Limit:", at + 1)) ++limits;
    CHECK(limits == report.limits.size());
  }
}

TEST_CASE("verify.sh refuses another root, policy or set of files") {
  const OnDisk disk;
  const fs::path policy = disk.scratch / "policy";
  CHECK(disk.script(hex(disk.exhibit.trust.root)) == 2);
  CHECK(disk.script(std::string(64, 'a') + " " + policy.string()) == 1);
  must(write_file_durably(policy, Policy::log_only(key(stranger_key).public_key()).bytes()));
  CHECK(disk.script() == 1);
  // The same log, and a witness who did not sign.
  must(write_file_durably(policy, bytes_of("log " + hex(key(log_key).public_key()) + "\nwitness south " +
                                           hex(key(stranger_key).public_key()) + "\nquorum south\n")));
  CHECK(disk.script() == 1);
  must(write_file_durably(policy, disk.exhibit.trust.policy.bytes()));
  must(create_file_durably(disk.folder / "data/more", bytes_of("x")));
  CHECK(disk.script() == 1);
  fs::remove(disk.folder / "data/more");
  CHECK(disk.script() == exit_verified_with_limits);
  fs::remove(disk.folder / "data/item/disclosures");
  CHECK(disk.script() == 1);
}

TEST_CASE("verify.sh refuses what the exporter changed and signed again") {
  const OnDisk disk({.witness = true});
  const StatementHash item = disk.exhibit.parts.item.statement.hash();
  for (const std::string path :
       {"data/roster", "data/members/anna.ticket", "data/members/anna.admission", "data/item/statement",
        "data/item/statement.tlog-proof", "data/item/disclosures", "data/item/clean.jpg", "data/item/original.jpg",
        "data/chain/000000.statement", "data/receive/statement", "data/receive/disclosures"}) {
    CAPTURE(path);
    BagFiles files = disk.exhibit.files;
    Bytes& content = files.at(path);
    content[content.size() / 2] ^= 1;
    sign_again(files, item);
    const fs::path folder = disk.scratch / "changed";
    must(write_exhibit(files, folder));
    CHECK(shell("bash '" + (disk.folder / "verify.sh").string() + "' " + disk.arguments + " '" + folder.string() + "'") ==
          1);
    fs::remove_all(folder);
  }
}

TEST_CASE("verify.sh refuses who was admitted without the key, and another case's items") {
  const OnDisk disk;
  const auto judged = [&](const BagFiles& files, const Fingerprint& root) {
    const fs::path folder = disk.scratch / "judged";
    must(write_exhibit(files, folder));
    const int code = shell("bash '" + (disk.folder / "verify.sh").string() + "' " + hex(root) + " '" +
                           (disk.scratch / "policy").string() + "' '" + folder.string() + "'");
    fs::remove_all(folder);
    return code;
  };
  BagFiles files = disk.exhibit.files;
  REQUIRE(judged(files, disk.exhibit.trust.root) == exit_verified_with_limits);
  files[part::admission("anna")] = admission_without_the_key(disk.exhibit.parts.admitted[0].admission).bytes();
  sign_again(files, disk.exhibit.parts.item.statement.hash());
  CHECK(judged(files, disk.exhibit.trust.root) == 1);
  const Exhibit claimed = claimed_elsewhere();
  CHECK(judged(claimed.files, claimed.trust.root) == 1);
}

TEST_CASE("sha256sum and ssh-keygen say the same") {
  const OnDisk disk;
  const std::string in = "cd '" + disk.folder.string() + "' && ";
  CHECK(shell(in + "sha256sum -c --strict manifest-sha256.txt && sha256sum -c --strict tagmanifest-sha256.txt") == 0);
  if (!is_installed("ssh-keygen")) {
    WARN("ssh-keygen is not installed: not asked");
  } else {
    const std::string verify = in + "ssh-keygen -Y verify -f allowed_signers -I counsel -n dokaz-exhibit -s "
                                    "tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt";
    CHECK(shell(verify) == 0);
    disk.flip("tagmanifest-sha256.txt", 3);
    CHECK(shell(verify) != 0);
    disk.flip("tagmanifest-sha256.txt", 3);
  }
  disk.flip("data/item/clean.jpg", 0);
  CHECK(shell(in + "sha256sum -c --strict manifest-sha256.txt") != 0);
  CHECK(disk.script() == 1);
}

TEST_CASE("sigsum-verify says the same") {
  if (!is_installed("sigsum-verify")) {
    WARN("sigsum-verify is not installed: not asked");
    return;
  }
  const OnDisk disk({.witness = true});
  for (const auto& [signer, statement] : {std::pair<std::string, std::string>{"anna", "data/item/statement"},
                                          {"server", "data/receive/statement"}}) {
    const std::string verify = "cd '" + disk.folder.string() + "' && sigsum-verify -k data/keys/" + signer +
                               ".pub -p data/policy " + statement + ".sigsum-proof < " + statement;
    CHECK(shell(verify) == 0);
    disk.flip(statement, 40);
    CHECK(shell(verify) != 0);
  }
}

TEST_CASE("dokaz-verify needs neither network, database nor media libraries") {
  const char* bin = std::getenv("DOKAZ_BIN");
  REQUIRE(bin != nullptr);
  const std::string program = std::string("'") + bin + "/dokaz-verify'";
  REQUIRE(shell("ldd " + program) == 0);
  for (const std::string library : {"boost", "asio", "sqlcipher", "exiv2", "libssl", "protobuf", "qrencode"})
    CHECK(shell("ldd " + program + " | grep -i " + library) == 1);
}

TEST_CASE("dokaz-verify ends with the number of what it found") {
  const char* bin = std::getenv("DOKAZ_BIN");
  REQUIRE(bin != nullptr);
  const OnDisk disk;
  const std::string start = std::string("'") + bin + "/dokaz-verify' '" + disk.folder.string() + "'";
  const std::string policy = " --policy " + (disk.scratch / "policy").string();
  CHECK(shell(start) == exit_verified_with_limits);  // never more without what comes by another way
  CHECK(shell(start + policy) == exit_verified_with_limits);
  CHECK(shell(start + policy + " --root 12") == exit_code(Errc::usage));
  CHECK(shell(start + policy + " --root " + std::string(64, 'a')) == exit_code(Errc::wrong_root));
  CHECK(shell(start + policy + " --root " + hex(disk.exhibit.trust.root)) == exit_verified_with_limits);
  CHECK(shell(start + policy + " --json --root " + hex(disk.exhibit.trust.root) + " | jq -e '.outcome'") == 0);
  disk.flip("data/item/clean.jpg", 0);
  CHECK(shell(start + policy + " --root " + hex(disk.exhibit.trust.root)) == exit_code(Errc::hash_mismatch));
}
