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

/// Rows as add and sync leave them, written at once: of three items one is received, one logged, one sealed.
class ManyItems {
 public:
  explicit ManyItems(std::uint64_t count) {
    field_.add("first");
    {
      const RunningServer server(field_.data());
      REQUIRE_FALSE(field_.sync_to(server.port()).failure);
    }
    std::optional<OwnStatement> first;
    std::optional<SigningKey> member;
    {
      Vault vault = field_.at->open();
      first = vault.statement(1).value();
      member = SigningKey::from_seed(vault.member_key().seed());
    }
    fill(count, *first, *member);
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

  void fill(std::uint64_t count, const OwnStatement& first, const SigningKey& member) {
    const Path folder = field_.at->folder();
    const auto lock = FolderLock::take(folder).value();
    const RoomKey key = unlock(folder, passphrase(), lock).value().room;
    const Path room = room_folder(folder, key.room);
    Database database = Database::open(room / vault_layout::database_file, key.key).value();
    Transaction transaction = database.begin().value();
    const Bytes proof = long_proof(first.tlog_proof), received = long_proof(first.stored->tlog_proof);
    StatementFields fields = first.signed_statement.statement.fields();
    StatementHash last = first.signed_statement.statement.hash();
    for (std::uint64_t i = 1; i < count; ++i) {
      ++fields.seq;
      fields.previous = last;
      for (ObjectRef& object : fields.objects) {
        object = {random_id<ObjectId>(), 100'000};
        std::ofstream(room / "outbox" / (hex(object.id) + ".age"));
      }
      const SignedStatement made = sign_statement(Statement::make(fields).value(), member);
      last = made.statement.hash();
      REQUIRE(database.run("INSERT INTO statement (seq, bytes, signature) VALUES (?, ?, ?)", fields.seq,
                           made.statement.bytes(), made.signature));
      REQUIRE(database.run("INSERT INTO original (tag, seq) VALUES (?, ?)", random_id<HmacTag>(), fields.seq));
      if (i % 3 == 0) continue;
      const bool whole = i % 3 == 1;
      const auto of_whole = [&](const auto& value) { return whole ? std::optional(value) : std::nullopt; };
      REQUIRE(database.run("INSERT INTO receipt (seq, tlog_proof, receive, answered, receive_proof) VALUES (?, ?, ?, ?, ?)",
                           fields.seq, proof, of_whole(first.stored->receive), of_whole(first.stored->answered), of_whole(received)));
      REQUIRE(database.run("UPDATE statement SET logged_index = 7, logged_size = 9, stored_index = ?, stored_size = ? WHERE seq = ?",
                           of_whole(8), of_whole(9), fields.seq));
    }
    REQUIRE(transaction.commit());
  }

  Field field_;
};

}  // namespace

TEST_CASE("With three thousand items, list and status are quick, small, and add up") {
  const ManyItems many(3000);
  for (const auto& command : std::vector<std::vector<std::string>>{{"status"}, {"list"}, {"list", "--json"}, {"list", "--receipts"}}) {
    const auto cost = many.run(command);
    CAPTURE(command, cost.cpu, cost.mebibytes);
    CHECK(cost.code == 0);
    CHECK(cost.cpu < 2.0);  // also with a sanitizer, on a slow machine
    CHECK(cost.mebibytes < 300);
  }
  REQUIRE(many.run({"status"}).code == 0);
  CHECK(many.printed().find("3000 = 1999 sealed + 0 waiting + 0 sending + 1001 received + 0 failed") != std::string::npos);
}

TEST_CASE("Ten thousand items, measured", "[.bench]") {
  const ManyItems many(10'000);
  for (const auto& command : std::vector<std::vector<std::string>>{
           {"settings"}, {"status"}, {"list"}, {"list", "--json"}, {"list", "--receipts"}}) {
    std::vector<ManyItems::Cost> costs;
    for (int i = 0; i < 5; ++i) costs.push_back(many.run(command));
    std::sort(costs.begin(), costs.end(), [](const auto& a, const auto& b) { return a.cpu < b.cpu; });
    std::string words;
    for (const std::string& word : command) words += " " + word;
    std::printf("dokaz%-18s %6.3f CPU s  %6.3f s  %6.1f MiB   (median of 5 by CPU)\n", words.c_str(), costs[2].cpu, costs[2].wall,
                costs[2].mebibytes);
  }
}
