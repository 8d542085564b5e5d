// SPDX-License-Identifier: GPL-3.0-or-later
// Ten thousand items: what a person looks at stays quick and small. Figures, with the hidden tag: "[.bench]".
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "collector/vault/schema.hpp"
#include "collector/vault/unlock.hpp"
#include "tests/unit/collector/field.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

/// A vault as add and sync leave it, but appended at once and with empty objects: of three items one is received, one
/// logged, one sealed.
class ManyItems {
 public:
  explicit ManyItems(std::uint64_t count) {
    field_.add("first");
    {
      const RunningServer server(field_.data());
      REQUIRE_FALSE(field_.sync_to(server.port()).failure);
    }
    append(count);
    receive(count);
    std::ofstream(field_.scratch / "pass") << "correct horse\n";
  }

  struct Cost {
    int code = -1;
    double cpu = 0, wall = 0;  // seconds
    double mebibytes = 0;      // resident, at most
  };
  Cost run(std::vector<std::string> arguments) const {
    const char* bin = std::getenv("DOKAZ_BIN");
    const std::string program = std::string(bin == nullptr ? "build/bin" : bin) + "/dokaz";
    arguments.insert(arguments.begin(), {program, "--vault", field_.at->folder(), "--passphrase-file", field_.scratch / "pass"});
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const std::string out = field_.scratch / "out";
    const auto begun = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) {
      if (std::freopen(out.c_str(), "w", stdout) != nullptr) ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    int status = 0;
    rusage used{};
    REQUIRE(::wait4(child, &status, 0, &used) == child);
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, seconds(used.ru_utime) + seconds(used.ru_stime),
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(),
            static_cast<double>(used.ru_maxrss) / 1024};
  }
  std::string printed() const { return whole_file(field_.scratch / "out"); }

 private:
  /// As long as that of a log of ten thousand entries and more.
  static Bytes long_proof(const Bytes& tlog_proof) {
    Receipt receipt = read_tlog_proof(tlog_proof).value();
    while (receipt.path.size() < 15) receipt.path.push_back(TreeHash(sha256(std::to_string(receipt.path.size())).raw()));
    return write_tlog_proof(receipt);
  }

  void append(std::uint64_t count) const {
    const Path outbox = field_.at->outbox();
    Vault vault = field_.at->open();
    const OwnStatement first = vault.statement(1).value();
    StatementFields fields = first.signed_statement.statement.fields();
    StatementHash last = first.signed_statement.statement.hash();
    std::vector<NewStatement> all;
    for (std::uint64_t i = 1; i < count; ++i) {
      ++fields.seq;
      fields.previous = last;
      for (ObjectRef& object : fields.objects) {
        object = {random_id<ObjectId>(), 100'000};
        std::ofstream(outbox / (hex(object.id) + ".age"));
      }
      all.push_back({sign_statement(Statement::make(fields).value(), vault.member_key()), {{random_id<Sha256>()}}, {}});
      last = all.back().signed_statement.statement.hash();
    }
    REQUIRE(vault.append(all));
  }

  /// What the vault would keep after it checked a log of so many entries.
  void receive(std::uint64_t count) const {
    const OwnStatement first = field_.at->open().statement(1).value();
    const Bytes proof = long_proof(first.tlog_proof), received = long_proof(first.stored->tlog_proof);
    Database database = Database::open(field_.at->database(), field_.at->room_key().key).value();
    Transaction transaction = database.begin().value();
    for (std::uint64_t seq = 2; seq <= count; ++seq) {
      if (seq % 3 == 0) continue;
      const bool whole = seq % 3 == 1;
      const auto of_whole = [&](const auto& value) { return whole ? std::optional(value) : std::nullopt; };
      REQUIRE(database.run("INSERT INTO receipt (seq, tlog_proof, receive, answered, receive_proof) VALUES (?, ?, ?, ?, ?)", seq,
                           proof, of_whole(first.stored->receive), of_whole(first.stored->answered), of_whole(received)));
      REQUIRE(database.run("UPDATE statement SET logged_index = 7, logged_size = 9, stored_index = ?, stored_size = ? WHERE seq = ?",
                           of_whole(8), of_whole(9), seq));
    }
    REQUIRE(transaction.commit());
  }

  Field field_;
};

}  // namespace

TEST_CASE("With ten thousand items, opening, list and status are quick, small, and add up") {
  const ManyItems many(10'000);
  for (const auto& command : std::vector<std::vector<std::string>>{
           {"settings"}, {"status"}, {"list"}, {"list", "--json"}, {"list", "--receipts"}}) {
    const auto cost = many.run(command);
    CAPTURE(command, cost.cpu, cost.mebibytes);
    CHECK(cost.code == 0);
    if (sanitized) continue;
    CHECK(cost.cpu < 0.9);  // three times the aim: the machine may have other work
    CHECK(cost.mebibytes < 100);
  }
  REQUIRE(many.run({"status"}).code == 0);
  CHECK(many.printed().find("10000 = 6666 sealed + 0 waiting + 0 sending + 3334 received + 0 failed") != std::string::npos);
}

TEST_CASE("Ten thousand items, measured", "[.bench]") {
  const ManyItems many(10'000);
  for (const auto& command : std::vector<std::vector<std::string>>{
           {"settings"}, {"status"}, {"list"}, {"list", "--json"}, {"list", "--receipts"}}) {
    std::vector<ManyItems::Cost> costs;
    for (int i = 0; i < 5; ++i) {
      costs.push_back(many.run(command));
      REQUIRE(costs.back().code == 0);
    }
    std::sort(costs.begin(), costs.end(), [](const auto& a, const auto& b) { return a.cpu < b.cpu; });
    std::string words;
    for (const std::string& word : command) words += " " + word;
    std::printf("dokaz%-18s %6.3f CPU s  %6.3f s  %6.1f MiB   (median of 5 by CPU)\n", words.c_str(), costs[2].cpu, costs[2].wall,
                costs[2].mebibytes);
  }
}
