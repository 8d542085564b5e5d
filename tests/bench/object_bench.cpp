// SPDX-License-Identifier: GPL-3.0-or-later
// What taking objects in costs a real dokaz-server, in processor time of its process: TLS, SHA-256, the write,
// every fsync, and the receipt's leaf.
//   dokaz-object-bench DOKAZ-SERVER COUNT BYTES CONNECTIONS
// The client is the one that the programs use; objects differ in their first 8 bytes.
#include <atomic>
#include <chrono>
#include <thread>

#include "crypto/hash.hpp"
#include "tests/bench/server_process.hpp"

namespace dokaz::bench {
namespace {

constexpr std::size_t chunk = 256 << 10;  // as the collector sends
constexpr std::size_t objects_a_statement = 128;

struct Content {
  explicit Content(std::size_t size) : bytes(size) {
    for (std::size_t at = 0; at < size; at += 64) random_fill(std::span(bytes).subspan(at, std::min<std::size_t>(64, size - at)));
  }
  void number(std::uint64_t n) {
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<Byte>(n >> 8 * i);
  }
  ObjectRef ref() const { return {ObjectId(sha256(bytes).raw()), bytes.size()}; }
  Bytes bytes;
};

/// Statements that name a share of the objects, submitted before anything is measured.
void name(Client& client, const Case& of, std::size_t member, const std::vector<ObjectRef>& objects) {
  const SigningKey& key = of.members[member];
  StatementFields fields;
  fields.chain = chain_id(of.id(), key.public_key(), 0);
  fields.time = {now(), false};
  fields.facts = {FactDigest(sha256("n").raw())};
  fields.act = Act::genesis;
  const auto submit = [&] {
    const Statement statement = must(Statement::make(fields), "statement");
    fields.previous = statement.hash();
    ++fields.seq;
    const auto answer = must(client.submit({{{statement.bytes(), sign_statement(statement, key).signature}}}), "submit");
    if (answer.outcomes[0].failure) give_up("not logged: " + std::string(name_of(*answer.outcomes[0].failure)));
  };
  submit();
  fields.act = Act::seal;
  for (std::size_t from = 0; from < objects.size(); from += objects_a_statement) {
    const auto count = std::min(objects_a_statement, objects.size() - from);
    fields.objects.assign(objects.begin() + static_cast<std::ptrdiff_t>(from),
                          objects.begin() + static_cast<std::ptrdiff_t>(from + count));
    std::sort(fields.objects.begin(), fields.objects.end());
    submit();
  }
}

void send(Client& client, const Content& content, const ObjectRef& object) {
  if (must(client.offer(object.id), "offer").complete) give_up("it was there");
  for (std::size_t at = 0; at < content.bytes.size(); at += chunk)
    must(client.send(at, ByteView(content.bytes).subspan(at, std::min(chunk, content.bytes.size() - at))), "send");
  must(client.kept(), "kept");
}

int run(const std::string& program, std::size_t count, std::size_t size, std::size_t connections) {
  Folder folder;
  std::optional<Case> people;
  TlsPin pin;
  {
    Custody custody = must(Custody::create(folder.path() / "data", now), "init");
    pin = custody.card().pin;
    people = Case::let_in(custody, connections);
  }
  ServerProcess server(program, folder.path() / "data");
  struct Lane {
    Content content;
    std::vector<ObjectRef> objects;
    std::optional<Client> client;
  };
  std::vector<Lane> lanes;
  for (std::size_t i = 0; i < connections; ++i) {
    Lane lane{Content(size), {}, {}};
    for (std::size_t n = i; n < count; n += connections) {
      lane.content.number(n);
      lane.objects.push_back(lane.content.ref());
    }
    lane.client = must(Client::connect(server.address(), pin, {people->id(), &people->members[i], {}}, 0), "connect");
    name(*lane.client, *people, i, lane.objects);
    lanes.push_back(std::move(lane));
  }
  const double cpu_before = server.cpu();
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < connections; ++i)
    threads.emplace_back([&, i] {
      Lane& lane = lanes[i];
      for (std::size_t k = 0; k < lane.objects.size(); ++k) {
        lane.content.number(i + k * connections);
        send(*lane.client, lane.content, lane.objects[k]);
      }
    });
  for (std::thread& thread : threads) thread.join();
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double cpu = server.cpu() - cpu_before;
  const double gib = static_cast<double>(count) * static_cast<double>(size) / (1 << 30);
  std::printf("{\"objects\": %zu, \"bytes\": %zu, \"connections\": %zu, \"server_cpu\": %.3f, \"wall\": %.3f, "
              "\"cpu_per_gib\": %.3f, \"objects_per_cpu\": %.1f, \"objects_per_second\": %.1f, \"peak_kib\": %llu}\n",
              count, size, connections, cpu, wall, cpu / gib, static_cast<double>(count) / cpu,
              static_cast<double>(count) / wall, static_cast<unsigned long long>(server.resident() / 1024));
  return 0;
}

}  // namespace
}  // namespace dokaz::bench

int main(int argc, char** argv) {
  if (argc != 5) dokaz::bench::give_up("usage: dokaz-object-bench DOKAZ-SERVER COUNT BYTES CONNECTIONS");
  return dokaz::bench::run(argv[1], std::stoull(argv[2]), std::stoull(argv[3]), std::stoull(argv[4]));
}
