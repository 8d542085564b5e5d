// SPDX-License-Identifier: GPL-3.0-or-later
// The program `dokaz` as a person meets it: what it prints, its exit codes, and what it leaves.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/unit/collector/case_fixture.hpp"
#include "tests/unit/collector/running_server.hpp"
#include "tests/unit/collector/tiny_photo.hpp"
#include "tests/unit/crypto/shell.hpp"

using namespace dokaz;
using namespace dokaz::test;
using nlohmann::json;

namespace {

struct Ran {
  int code = -1;
  std::string out, err;
};

void write(const std::filesystem::path& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary) << text_of(bytes);
}

/// A folder with an invitation and a passphrase, and `dokaz` run in it without a terminal.
class Desk {
 public:
  Desk() {
    of.until = ClaimedTime{253'370'764'800, false};  // 9999: the program reads the clock itself
    write(at / "invitation", of.invitation_text());
    write(at / "pass", bytes_of("correct horse\n"));
  }

  std::string program() const {
    const char* bin = std::getenv("DOKAZ_BIN");
    return std::filesystem::absolute(bin == nullptr ? "build/bin" : bin) / "dokaz";
  }
  int run_to(const std::string& out, const std::string& arguments) const {
    const std::string line = "cd '" + at.path().string() + "' && HOME='" + at.path().string() +
                             "' XDG_DATA_HOME= setsid '" + program() +
                             "' --vault vault --passphrase-file pass " + arguments + " >" + out +
                             " 2>err </dev/null";
    return shell(line);
  }
  Ran run(const std::string& arguments) const {
    const int code = run_to("out", arguments);
    Ran ran{code, whole_file(at / "out"), whole_file(at / "err")};
    std::filesystem::remove(at / "out");
    std::filesystem::remove(at / "err");
    return ran;
  }

  /// The signal is there before the program is, and waits until the program hears signals.
  std::pair<int, std::string> add_while_asked_to_stop(int which) const {
    const std::string self = program(), vault = at / "vault", pass = at / "pass", photo = at / "photo.jpg",
                      out = at / "asked";
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      sigset_t only;
      sigemptyset(&only);
      sigaddset(&only, which);
      ::sigprocmask(SIG_BLOCK, &only, nullptr);
      ::kill(::getpid(), which);
      ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
      ::execl(self.c_str(), "dokaz", "--vault", vault.c_str(), "--passphrase-file", pass.c_str(), "--json", "add",
              photo.c_str(), photo.c_str(), nullptr);
      ::_exit(127);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, whole_file(out)};
  }

  TestCase of;
  Scratch at;
};

}  // namespace

TEST_CASE("Before joining, each command says so and makes nothing") {
  const Desk desk;
  write(desk.at / "photo.jpg", tiny_jpeg());
  for (const char* command : {"add photo.jpg", "list", "status", "sync", "receipt 1 --out r"}) {
    const Ran ran = desk.run(command);
    CHECK(ran.code == exit_code(Errc::not_joined));
    CHECK(ran.err.find("dokaz join INVITATION") != std::string::npos);
    CHECK(ran.out.empty());
  }
  CHECK(desk.at.entries() == 3);
}

TEST_CASE("A command line that is not understood is refused with 2") {
  const Desk desk;
  CHECK(desk.run("").code == 2);
  CHECK(desk.run("add").code == 2);
  CHECK(desk.run("sned").code == 2);
  CHECK(desk.run("list --all").code == 2);
  CHECK(desk.run("--help").code == 0);
  CHECK(desk.run("add --help").out.find("Example:") != std::string::npos);
  CHECK(desk.run("--version").out.substr(0, 6) == "dokaz ");
}

TEST_CASE("An invitation that does not hold makes no vault") {
  const Desk desk;
  CHECK(desk.run("join nothing-here").code == exit_code(Errc::not_found));
  write(desk.at / "cut", ByteView(desk.of.invitation_text()).first(200));
  const Ran cut = desk.run("join cut");
  CHECK(cut.code == exit_code(Errc::malformed));
  CHECK(cut.err.find("What is safe:") != std::string::npos);
  CHECK(cut.err.find("What to do:") != std::string::npos);
  TestCase old;
  old.until = ClaimedTime{1, false};
  write(desk.at / "old", old.invitation_text());
  const Ran expired = desk.run("join old --json");
  CHECK(expired.code == exit_code(Errc::ticket_expired));
  CHECK(json::parse(expired.out)["error"] == "ticket_expired");
  CHECK_FALSE(std::filesystem::exists(desk.at / "vault"));
}

TEST_CASE("A lost object is told apart, and orphans are counted") {
  const Desk desk;
  REQUIRE(desk.run("join invitation").code == 0);
  write(desk.at / "a.jpg", tiny_jpeg());
  REQUIRE(desk.run("add a.jpg").code == 0);
  CHECK(desk.run("add a.jpg").out.find("1 given = 0 sealed + 1 already there") != std::string::npos);
  const bool first = std::filesystem::is_empty(desk.at / "vault" / "room-1" / "outbox");
  const auto outbox = desk.at / "vault" / (first ? "room-0" : "room-1") / "outbox";
  for (const auto& object : files_under(outbox)) std::filesystem::remove(object);
  CHECK(desk.run("add a.jpg").code == 0);
  const json items = json::parse(desk.run("list --json").out)["items"];
  REQUIRE(items.size() == 2);
  CHECK(items[0]["sealed_again"] == true);
  CHECK(items[1]["sealed_again"] == false);

  write(outbox / (std::string(64, 'a') + ".age"), bytes_of("of nobody"));
  CHECK(desk.run("status").out.find("Set aside 1 sealed object that") != std::string::npos);
  const json status = json::parse(desk.run("status --json").out);
  CHECK(status["orphans"] == 1);
  CHECK(status["forked"] == false);
  CHECK(desk.run("receipt 1 --out nowhere/z").code == exit_code(Errc::not_found));
}

TEST_CASE("Photos are sealed each on its own, and the sum adds up") {
  const Desk desk;
  REQUIRE(desk.run("join invitation").code == 0);
  CHECK(desk.run("join invitation").code == exit_code(Errc::already_exists));
  CHECK(json::parse(desk.run("list --json").out)["items"].empty());

  write(desk.at / "no-photo.txt", bytes_of("words"));
  write(desk.at / "empty.jpg", {});
  const std::string name = std::string(marker) + ".jpg";
  write(desk.at / name, tiny_jpeg_with_comment(std::string(marker) + " comment"));

  const Ran added =
      desk.run("add no-photo.txt " + name + " empty.jpg gone.jpg --note '" + std::string(marker) + " note'");
  CHECK(added.code == exit_code(Errc::unknown_media));
  CHECK(added.out.find("4 given = 1 sealed + 3 refused (1 empty_file, 1 not_found, 1 unknown_media)") !=
        std::string::npos);
  CHECK(added.err.find("refused  empty.jpg") != std::string::npos);

  const Ran again = desk.run("add " + name + " --json");
  CHECK(again.code == exit_ok);
  const json document = json::parse(again.out);
  CHECK(document["given"] == 1);
  CHECK(document["already_there"] == 1);
  CHECK(document["refused"] == 0);
  CHECK(document["items"][0]["outcome"] == "already_there");
  CHECK(document["items"][0]["number"] == 1);
  CHECK(again.err.empty());

  const json items = json::parse(desk.run("list --json").out)["items"];
  REQUIRE(items.size() == 1);
  CHECK(items[0]["number"] == 1);
  CHECK(items[0]["item"].get<std::string>().size() == 64);
  CHECK(items[0]["state"] == "sealed");
  const json status = json::parse(desk.run("status --json").out);
  CHECK(status["pseudonym"] == "aspen");
  CHECK(status["items"] == 1);
  CHECK(desk.run("receipt 1 --out r").code == exit_code(Errc::not_found));
  CHECK(desk.run("receipt 7 --out r").code == exit_code(Errc::not_found));

  std::size_t objects = 0;
  for (const auto& file : files_under(desk.at / "vault")) {
    CHECK(whole_file(file).find(marker) == std::string::npos);
    CHECK(file.filename().string().find(marker) == std::string::npos);
    objects += file.extension() == ".age" ? 1 : 0;
  }
  CHECK(objects == 2);
}

TEST_CASE("A wrong passphrase, two runs and an unreachable server are named, and nothing changes") {
  const Desk desk;
  REQUIRE(desk.run("join invitation --quiet").out.empty());
  write(desk.at / "photo.jpg", tiny_jpeg());
  REQUIRE(desk.run("add photo.jpg").code == 0);
  {
    const auto other_run = FolderLock::take(desk.at / "vault").value();
    CHECK(desk.run("list").code == exit_code(Errc::busy));
  }
  // A closed port of this machine: nobody listens where the kernel gives no port.
  const Ran synced = desk.run("sync --server 127.0.0.1:1 --json");
  CHECK(synced.code == exit_code(Errc::unreachable));
  CHECK(json::parse(synced.out)["waiting"] == 1);
  CHECK(desk.run("sync --server nonsense").code == 2);

  write(desk.at / "pass", bytes_of("wrong\n"));
  CHECK(desk.run("list").code == exit_code(Errc::wrong_passphrase));
  std::filesystem::remove(desk.at / "pass");
  CHECK(desk.run("list").code == exit_code(Errc::not_found));
}

TEST_CASE("What cannot be printed is a failure") {
  const Desk desk;
  REQUIRE(desk.run("join invitation").code == 0);
  for (const char* command : {"list", "list --json", "status", "status --json"})
    CHECK(desk.run_to("/dev/full", command) == exit_code(Errc::no_space));
  write(desk.at / "photo.jpg", tiny_jpeg());
  CHECK(desk.run_to("/dev/full", "add photo.jpg") == exit_code(Errc::no_space));
  CHECK(json::parse(desk.run("list --json").out)["items"].size() == 1);  // it was sealed
}

TEST_CASE("Without --vault and HOME, nothing is put into the working folder") {
  const Desk desk;
  const std::size_t before = desk.at.entries();
  const std::string line = "cd '" + desk.at.path().string() + "' && env -i '" + desk.program() +
                           "' --passphrase-file pass join invitation >/dev/null 2>&1";
  CHECK(shell(line) == exit_code(Errc::usage));
  CHECK(desk.at.entries() == before);
}

TEST_CASE("A request to stop is heard between two files") {
  const Desk desk;
  REQUIRE(desk.run("join invitation").code == 0);
  write(desk.at / "photo.jpg", tiny_jpeg());
  for (const int which : {SIGINT, SIGTERM}) {
    const auto [code, out] = desk.add_while_asked_to_stop(which);
    CHECK(code == exit_code(Errc::interrupted));
    const json document = json::parse(out);
    CHECK(document["given"] == 2);
    CHECK(document["sealed"] == 0);
    CHECK(document["not_reached"] == 2);
    CHECK(document["error"] == "interrupted");
  }
  CHECK(json::parse(desk.run("list --json").out)["items"].empty());
}

TEST_CASE("A note comes from a file or the argument, not both") {
  const Desk desk;
  REQUIRE(desk.run("join invitation").code == 0);
  write(desk.at / "photo.jpg", tiny_jpeg());
  write(desk.at / "note", bytes_of("said quietly\n"));
  CHECK(desk.run("add photo.jpg --note a --note-file note").code == 2);
  const Ran missing = desk.run("add photo.jpg --note-file missing");
  CHECK(missing.code == exit_code(Errc::not_found));
  CHECK(missing.err.find("(note file)") != std::string::npos);
  write(desk.at / "long", Bytes(8193, 'a'));
  CHECK(desk.run("add photo.jpg --note-file long").code == exit_code(Errc::too_large));
  CHECK(desk.run("add photo.jpg --note-file note").code == 0);
  CHECK(desk.run("add photo.jpg --note-file -").out.find("already there") != std::string::npos);
}

TEST_CASE("After a sync the receipts are there for other people's tools, and nothing is overwritten") {
  Desk desk;
  auto custody = server::Custody::create(desk.at / "server", [] { return noon.unix_seconds; }).value();
  desk.of.card = custody.card();
  desk.of.pin = custody.card().pin;
  REQUIRE(custody.grant(desk.of.roster_note(), std::uint64_t{1} << 30));
  { const server::Custody closed = std::move(custody); }
  const RunningServer server(desk.at / "server");
  desk.of.port = server.port();
  write(desk.at / "invitation", desk.of.invitation_text());
  write(desk.at / "photo.jpg", tiny_jpeg());

  REQUIRE(desk.run("join invitation").code == 0);
  REQUIRE(desk.run("add photo.jpg").code == 0);
  const json synced = json::parse(desk.run("sync --json").out);
  CHECK(synced["statements_logged"] == 2);
  CHECK(synced["items_received"] == 1);
  CHECK(desk.run("sync").out.find("every item is received") != std::string::npos);
  CHECK(desk.run("list --receipts").out.find("stored: entry") != std::string::npos);

  const Ran written = desk.run("receipt 1 --out item");
  CAPTURE(written.err);
  REQUIRE(written.code == 0);
  CHECK(desk.run("receipt 1 --out item").code == exit_code(Errc::already_exists));

  const auto bytes_in = [&](const std::string& name) { return to_bytes(whole_file(desk.at / name)); };
  const Policy policy = Policy::parse(bytes_in("item.policy")).value();
  const CaseRoot root(fingerprint_of(desk.of.root.public_key()));
  Membership members(root.check_roster(desk.of.roster_note()).value());
  const Statement statement = Statement::parse(bytes_in("item")).value();
  const Receipt receipt = read_tlog_proof(bytes_in("item.tlog-proof")).value();
  // The collector is admitted by its ticket, not by the roster: alone, the roster does not suffice.
  CHECK(check_receipt(statement, receipt, members, policy).code() == Errc::not_a_member);

  const std::string answered = whole_file(desk.at / "item.receive.disclosures");
  const StoredReceipt stored{Statement::parse(bytes_in("item.receive")).value(),
                             Fact::parse(answered.substr(0, answered.size() - 1)).value(),
                             read_tlog_proof(bytes_in("item.receive.tlog-proof")).value()};
  CHECK(check_stored(statement, stored, members, policy));
  if (is_installed("sigsum-verify"))
    for (const std::string name : {"item", "item.receive"}) {
      const std::string base = (desk.at / name).string();
      CHECK(runs("sigsum-verify -k " + base + ".pub -p " + (desk.at / "item.policy").string() + " " + base + ".sigsum-proof < " + base));
    }
}
