// SPDX-License-Identifier: GPL-3.0-or-later
// How many statements a real dokaz-server takes in, verified, synced and covered by a signed checkpoint; and what
// a log of millions costs to start and to prove from. Client and server on one machine, loopback, fsync on.
//   dokaz-log-bench load DOKAZ-SERVER [SECONDS] [CONNECTIONS] [STATEMENTS A SUBMIT]
//   dokaz-log-bench big ENTRIES
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>

#include "crypto/encoding.hpp"
#include "crypto/files.hpp"
#include "proto/transport/client.hpp"
#include "sync-server/log/log.hpp"
#include "sync-server/store/custody.hpp"
#include "sync-server/store/data_folder.hpp"
#include "tests/bench/server_process.hpp"

namespace {
std::atomic<bool> building{false};
}
// While a log of millions is made, which no one waits for, nothing is synced.
extern "C" int fsync(int descriptor) { return building ? 0 : static_cast<int>(::syscall(SYS_fsync, descriptor)); }

namespace dokaz::server {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

using bench::Folder;
using bench::give_up;
using bench::must;

SigningKey key_number(std::uint32_t number) {
  std::array<Byte, 32> seed{};
  for (std::size_t i = 0; i < 4; ++i) seed[i] = static_cast<Byte>(number >> (8 * i));
  return SigningKey::from_seed(Secret<32>::copy_of(seed));
}

constexpr std::uint32_t root_number = 0x1000000;

std::int64_t unix_time() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// A server's folder with one case, whose members are those that will write.
ServerCard prepare(const Path& folder, std::uint32_t writers) {
  Custody custody = must(Custody::create(folder, unix_time), "create");
  const SigningKey root = key_number(root_number);
  Roster roster{root.public_key(), 1, {{"server", Role::server, custody.card().member}}, {}};
  for (std::uint32_t i = 0; i < writers; ++i)
    roster.members.push_back({fmt::format("writer-{:04}", i), Role::documenter, key_number(i + 1).public_key()});
  std::ranges::sort(roster.members, {}, &Member::pseudonym);
  const char* recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
  roster.recipients = {{Group::team, recipient}, {Group::legal, recipient}};
  must(custody.grant(must(sign_roster(roster, root), "roster"), std::uint64_t{1} << 40), "grant");
  return custody.card();
}

struct ServerProcess {
  pid_t pid = 0;
  std::uint16_t port = 0;
};

ServerProcess start_server(const char* program, const Path& folder) {
  int ends[2];
  if (::pipe(ends) != 0) give_up("pipe");
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::execl(program, program, "run", "--allow-root", "--data", folder.c_str(), "--listen", "127.0.0.1:0", "--quiet",
            static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string line;
  char letter = 0;
  while (::read(ends[0], &letter, 1) == 1 && letter != '\n') line += letter;
  ::close(ends[0]);
  const auto port = from_decimal(std::string_view(line).substr(line.rfind(':') + 1));
  if (pid < 0 || !port) give_up("the server did not start: " + line);
  return {pid, static_cast<std::uint16_t>(*port)};
}

double cpu_seconds(const rusage& usage) {
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec); };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Load {
  int seconds = 60;
  std::uint32_t connections = 32;
  std::size_t per_submit = 64;
};

/// One member's connection: her chain, as fast as the receipts come.
class Writer {
 public:
  Writer(std::uint32_t number, std::uint16_t port, const ServerCard& card)
      : key_(key_number(number + 1)), log_(card.log),
        client_(must(Client::connect({"127.0.0.1", port}, card.pin, {case_, &key_, {}}, 0), "connect")) {
    fields_.chain = chain_id(case_, key_.public_key(), 0);
    fields_.act = Act::genesis;
    fields_.time = {unix_time(), false};
    fields_.facts = {FactDigest(sha256(std::to_string(number)).raw())};
  }

  void run(const Load& load, SteadyClock::time_point from, SteadyClock::time_point to) {
    while (SteadyClock::now() < to) {
      Submit submit;
      for (std::size_t i = 0; i < load.per_submit; ++i) submit.items.push_back(next());
      const Bytes last = submit.items.back().statement;
      const auto sent = SteadyClock::now();
      const Submitted answer = must(client_.submit(std::move(submit)), "submit");
      const auto received = SteadyClock::now();
      for (const auto& outcome : answer.outcomes)
        if (outcome.failure) give_up(fmt::format("a statement was refused: {}", name_of(*outcome.failure)));
      // Counted is what was sent and answered within the time. Every hundredth receipt is checked to the log's key.
      if (sent < from || received > to) continue;
      accepted += answer.outcomes.size();
      waits.push_back(Seconds(received - sent).count());
      if (waits.size() % 100 == 1) check(last, answer.outcomes.back().tlog_proof);
    }
  }

  std::uint64_t accepted = 0;
  std::vector<double> waits;

 private:
  Submit::Item next() {
    const Statement statement = must(Statement::make(fields_), "statement");
    fields_.previous = statement.hash();
    ++fields_.seq;
    fields_.act = Act::note;
    return {statement.bytes(), sign_statement(statement, key_).signature};
  }
  void check(const Bytes& statement, const Bytes& proof) const {
    const Receipt receipt = must(read_tlog_proof(proof), "receipt");
    const auto trusted = must(Policy::log_only(log_).check(receipt.checkpoint), "checkpoint");
    const auto leaf = leaf_of(must(Statement::parse(statement), "statement").hash(), receipt.signature, receipt.member);
    must(verify_inclusion(leaf_hash(leaf), receipt.index, receipt.path, trusted->checkpoint.head), "inclusion");
  }

  Fingerprint case_ = fingerprint_of(key_number(root_number).public_key());
  SigningKey key_;
  PublicKey log_;
  Client client_;
  StatementFields fields_;
};

double at(const std::vector<double>& sorted, double part) {
  return sorted.empty() ? 0 : sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

void measure_load(const char* program, const Load& load) {
  const Folder temp;
  const ServerCard card = prepare(temp / "data", load.connections);
  const ServerProcess server = start_server(program, temp / "data");
  std::vector<std::unique_ptr<Writer>> writers;
  for (std::uint32_t i = 0; i < load.connections; ++i) writers.push_back(std::make_unique<Writer>(i, server.port, card));
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  const auto from = SteadyClock::now(), to = from + std::chrono::seconds(load.seconds);
  std::vector<std::thread> threads;
  for (auto& writer : writers) threads.emplace_back([&writer, &load, from, to] { writer->run(load, from, to); });
  for (auto& thread : threads) thread.join();
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  std::vector<double> waits;
  std::uint64_t accepted = 0;
  for (const auto& writer : writers) {
    accepted += writer->accepted;
    waits.insert(waits.end(), writer->waits.begin(), writer->waits.end());
  }
  writers.clear();
  ::kill(server.pid, SIGTERM);
  int status = 0;
  rusage served{};
  if (::wait4(server.pid, &status, 0, &served) != server.pid || status != 0) give_up("the server did not end well");

  std::ranges::sort(waits);
  double sum = 0;
  for (const double wait : waits) sum += wait;
  const double seconds = load.seconds;
  fmt::print("{} connections, {} statements a Submit, {} s, fsync on, client and server on {} processors\n",
             load.connections, load.per_submit, load.seconds, std::thread::hardware_concurrency());
  fmt::print("statements accepted    {:>9.0f} a second, each verified, synced and under a signed checkpoint\n",
             static_cast<double>(accepted) / seconds);
  fmt::print("integrated             {:>9.3f} s on average at most: the receipt's own, which waits for the checkpoint\n",
             waits.empty() ? 0 : sum / static_cast<double>(waits.size()));
  fmt::print("log-signed receipt     {:>9.3f} s p50, {:.3f} s p95, {:.3f} s at most\n", at(waits, 0.5), at(waits, 0.95),
             at(waits, 1));
  fmt::print("CPU                    {:>9.1f} s server, {:.1f} s client; server {:.0f} us a statement\n",
             cpu_seconds(served), cpu_seconds(after) - cpu_seconds(before),
             1e6 * cpu_seconds(served) / static_cast<double>(std::max<std::uint64_t>(accepted, 1)));
}

std::vector<Leaf> leaves_from(std::uint64_t first, std::size_t count) {
  std::mt19937_64 random(first);
  std::vector<Leaf> out(count);
  for (Leaf& leaf : out)
    for (std::size_t i = 0; i < Leaf::size; i += 8) {
      const std::uint64_t word = random();
      for (std::size_t k = 0; k < 8; ++k) leaf.raw()[i + k] = static_cast<Byte>(word >> (8 * k));
    }
  return out;
}

std::uint64_t bytes_below(const Path& folder) {
  std::uint64_t sum = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator(folder))
    if (each.is_regular_file()) sum += each.file_size();
  return sum;
}

/// Tiles and entry bundles of that many made-up leaves; of the database only the row that the newest leaf needs.
void make_big(const Path& folder, std::uint64_t entries) {
  constexpr std::size_t step = 4096;
  const DataFolder data{folder};
  prepare(folder, 1);
  Database database = must(open_database(data), "database");
  const Identity identity = must(load_identity(database), "identity");
  Log log = must(Log::open(data.log(), SigningKey::from_seed(identity.log.seed())), "log");
  building = true;
  for (std::uint64_t at = 0; at < entries; at += step)
    must(log.append(leaves_from(at, static_cast<std::size_t>(std::min<std::uint64_t>(step, entries - at)))), "append");
  building = false;
  ::sync();
  must(database.run("INSERT INTO statements(case_id, member, chain, seq, hash, bytes, signer, signature, leaf)"
                    " VALUES(1, x'00', x'00', 0, x'00', x'00', x'00', x'00', ?)", entries - 1), "row");
}

/// What was written is not in memory any more: as after the machine's start. Needs to be root, and a disk.
bool forget_cached_files(const Path& folder) {
  struct statfs info {};
  if (::statfs(folder.c_str(), &info) != 0 || info.f_type == TMPFS_MAGIC) return false;
  ::sync();
  std::ofstream file("/proc/sys/vm/drop_caches");
  file << "1\n";
  return file.flush().good();
}

void measure_proofs(const Path& folder, std::uint64_t entries, const Checkpoint& checkpoint) {
  const LogView view(TileFolder(DataFolder{folder}.log()), checkpoint);
  std::mt19937_64 random(1);
  std::vector<double> times;
  std::size_t hashes = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t index = random() % entries, first = index / 4096 * 4096;
    const auto leaves = leaves_from(first, static_cast<std::size_t>(std::min<std::uint64_t>(4096, entries - first)));
    const auto start = SteadyClock::now();
    const InclusionPath path = must(view.prove(index, leaves[index - first]), "prove");
    times.push_back(Seconds(SteadyClock::now() - start).count());
    hashes = std::max(hashes, path.size());
  }
  std::ranges::sort(times);
  fmt::print("proof of a random entry {:>8.2f} ms p50, {:.2f} ms p95, checked before it is given; {} hashes, {} bytes\n",
             1e3 * at(times, 0.5), 1e3 * at(times, 0.95), hashes, hashes * TreeHash::size);
}

void measure_big(std::uint64_t entries) {
  const Folder temp;
  make_big(temp / "data", entries);
  fmt::print("{} entries: {:.0f} MiB of tiles and bundles; of the database only the newest row\n", entries,
             static_cast<double>(bytes_below(temp / "data/log")) / 1048576);
  const bool cold = forget_cached_files(temp / "data");
  const auto start = SteadyClock::now();
  const Custody custody = must(Custody::open(temp / "data", unix_time), "open");
  fmt::print("start                  {:>9.3f} s ({})\n", Seconds(SteadyClock::now() - start).count(),
             cold ? "no file in memory" : "all files in memory");
  measure_proofs(temp / "data", entries, custody.checkpoint());
}

int run(int argc, char** argv) {
  const std::string_view mode = argc > 2 ? argv[1] : "";
  const auto number = [&](int index, std::uint64_t otherwise) {
    return argc > index ? must(from_decimal(argv[index]), "a number") : otherwise;
  };
  if (mode == "load") {
    measure_load(argv[2], Load{static_cast<int>(number(3, 60)), static_cast<std::uint32_t>(number(4, 32)),
                               static_cast<std::size_t>(number(5, 64))});
    return 0;
  }
  if (mode == "big") {
    measure_big(number(2, 10'000'000));
    return 0;
  }
  give_up("load DOKAZ-SERVER [SECONDS] [CONNECTIONS] [STATEMENTS A SUBMIT], or big ENTRIES");
}

}  // namespace
}  // namespace dokaz::server

int main(int argc, char** argv) { return dokaz::server::run(argc, argv); }
