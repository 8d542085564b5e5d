// SPDX-License-Identifier: GPL-3.0-or-later
// What an idle member costs a real dokaz-server, and how many it lets in for a second of processor time:
//   dokaz-idle-bench DOKAZ-SERVER [CONNECTIONS]
// Both ends on one machine, each in its own process; every connection has said Hello and been welcomed.
#include <chrono>

#include "proto/dialogue/client_dialogue.hpp"
#include "proto/transport/frame_stream.hpp"
#include "tests/bench/server_process.hpp"

namespace dokaz::bench {
namespace {

constexpr std::size_t at_once = 32;  // handshakes under way
constexpr std::size_t per_member = 4;
constexpr std::size_t first_ones = 1000;

/// One connection that is welcomed and then kept, silent.
struct Idle {
  Idle(Tcp::socket socket, const TlsContext& context, const TlsPin& pin)
      : watchdog(socket.get_executor(), [this] { stream.close(); }),
        stream(std::move(socket), context, pin),
        frames(stream, watchdog, [](FrameHeader) { return Status(); }, std::chrono::seconds(60)) {}
  Watchdog watchdog;
  TlsStream stream;
  FrameStream frames;
};

struct Crowd {
  asio::io_context& io;
  Tcp::endpoint server;
  TlsContext context;
  TlsPin pin;
  const std::vector<Case>& cases;
  std::size_t wanted;
  const ServerProcess* process;
  std::uint64_t memory_of_first = 0;  // with the caches that the first ones fill
  std::size_t started = 0;
  std::vector<std::unique_ptr<Idle>> inside = {};
};

asio::awaitable<void> come_in(Crowd* crowd) {
  while (crowd->started < crowd->wanted) {
    const std::size_t person = crowd->started++ / per_member;
    const Case& of = crowd->cases[person / Case::documenters];
    Tcp::socket socket(crowd->io);
    const auto [error] = co_await socket.async_connect(crowd->server, as_value);
    if (error) give_up("connect: " + error.message());
    auto idle = std::make_unique<Idle>(std::move(socket), crowd->context, crowd->pin);
    const auto shaken = co_await idle->stream.handshake();
    if (!shaken) give_up("handshake");
    const Request hello = sign_hello(of.id(), of.members[person % Case::documenters], idle->stream.channel(),
                                     crowd->pin, std::nullopt, 0);
    const auto frame = encode(hello);
    const auto sent = co_await idle->frames.write(*frame);
    if (!sent) give_up("Hello");
    const auto answer = co_await idle->frames.read(std::chrono::seconds(60));
    if (!answer || answer->type != FrameType::welcome) give_up("no Welcome");
    idle->watchdog.rest();
    crowd->inside.push_back(std::move(idle));
    if (crowd->inside.size() == first_ones) crowd->memory_of_first = crowd->process->resident();
  }
}

int run(const std::string& program, std::size_t count) {
  // With more than half of the 8,192 places taken, the server closes the quiet after 30 s.
  if (count <= first_ones) give_up("more than 1000 connections, please");
  Folder folder;
  std::vector<Case> cases;
  TlsPin pin;
  {
    Custody custody = must(Custody::create(folder.path() / "data", now), "init");
    pin = custody.card().pin;
    for (std::size_t people = (count + per_member - 1) / per_member; people > 0;) {
      const std::size_t some = std::min(people, Case::documenters);
      cases.push_back(Case::let_in(custody, some));
      people -= some;
    }
  }
  ServerProcess server(program, folder.path() / "data");
  asio::io_context io{1};
  Crowd crowd{io,  {asio::ip::make_address("127.0.0.1"), server.address().port}, must(TlsContext::client(), "TLS"), pin,
              cases, count, &server};
  const double cpu_before = server.cpu();
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < at_once; ++i) asio::co_spawn(io, come_in(&crowd), asio::detached);
  io.run();
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double cpu = server.cpu() - cpu_before;
  const double each =
      static_cast<double>(server.resident() - crowd.memory_of_first) / static_cast<double>(count - first_ones);
  std::size_t held = 0;
  for (const auto& idle : crowd.inside) held += idle->stream.input_waiting() ? 0 : 1;
  std::printf("idle members          %zu of %zu still held\n", held, count);
  std::printf("memory of the server  %.1f KiB for each after the first %zu, %.0f a GiB\n", each / 1024, first_ones,
              (1 << 30) / each);
  std::printf("memory of the server  %llu MiB in all with %zu\n",
              static_cast<unsigned long long>(server.resident() >> 20), count);
  std::printf("let in                %.0f per CPU second of the server (TLS handshake, signature, look-up, Welcome)\n",
              static_cast<double>(count) / cpu);
  std::printf("let in                %.0f a second by the clock, %zu at once\n", static_cast<double>(count) / wall,
              at_once);
  return held == count ? 0 : 1;
}

}  // namespace
}  // namespace dokaz::bench

int main(int argc, char** argv) {
  if (argc < 2) dokaz::bench::give_up("usage: dokaz-idle-bench DOKAZ-SERVER [CONNECTIONS]");
  return dokaz::bench::run(argv[1], argc > 2 ? std::stoull(argv[2]) : 4000);
}
