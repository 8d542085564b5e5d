// SPDX-License-Identifier: GPL-3.0-or-later
// run: one process, one folder, one port, until it is told to stop.
#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "proto/format/time.hpp"
#include "sync-server/daemon/anchors.hpp"
#include "sync-server/daemon/commands.hpp"
#include "sync-server/daemon/key_source.hpp"
#include "sync-server/daemon/lock_in.hpp"
#include "sync-server/daemon/publishing.hpp"
#include "sync-server/daemon/witnesses.hpp"
#include "sync-server/net/listener.hpp"
#include "sync-server/parcel/couriers.hpp"
#include "sync-server/parcel/local_door.hpp"
#include "sync-server/sandbox/sandbox.hpp"

namespace dokaz::server {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

/// From here on SIGTERM and SIGINT wait for StopOnSignal, in this thread and in those it starts. SIGHUP, which a
/// closed terminal sends, does nothing: there is nothing to read again.
void hold_stop_signals() {
  std::signal(SIGHUP, SIG_IGN);
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

/// A key as key_source gives it, for a process that holds the stop signals: whoever is asked for a passphrase can
/// still end it.
KeySource interruptible_source(const Order& order) {
  KeySource out = key_source(order);
  out.passphrase = [ask = std::move(out.passphrase)] {
    const sigset_t set = stop_signals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    auto passphrase = ask();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return passphrase;
  };
  return out;
}

/// Stops the listener when SIGTERM or SIGINT comes.
class StopOnSignal {
 public:
  explicit StopOnSignal(Listener& listener)
      : thread_([&listener] {
          const sigset_t set = stop_signals();
          int which = 0;
          sigwait(&set, &which);
          listener.stop();
        }) {}
  /// Ends the thread also when the listener stopped by itself.
  ~StopOnSignal() {
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
  }
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

 private:
  std::thread thread_;
};

/// With the port that was really taken.
std::string with_port(const std::string& address, std::uint16_t port) {
  return address.substr(0, address.rfind(':') + 1) + std::to_string(port);
}

Status announce(const Order& order, std::uint16_t port, const std::optional<HttpThread>& publishing,
                const std::optional<HttpThread>& metrics) {
  nlohmann::ordered_json document = {{"listening", with_port(order.listen, port)}};
  std::string text = "listening on " + with_port(order.listen, port) + "\n";
  if (publishing) {
    document["publishing"] = with_port(order.publish, publishing->port());
    text += "publishing on " + with_port(order.publish, publishing->port()) + "\n";
  }
  if (metrics) {
    document["metrics"] = with_port(order.metrics, metrics->port());
    text += "metrics on " + with_port(order.metrics, metrics->port()) + "\n";
  }
  return console::print(order.options.json ? document.dump() + "\n" : text);
}

Limits limits_of(const Order& order) {
  Limits limits;
  if (order.connections) limits.connections = *order.connections;
  return limits;
}

console::Advice advice_for_port(Errc code, const std::string& option, const std::string& example) {
  const std::string safe = "Everything in the server's folder is as before.";
  if (code == Errc::usage) return {safe, "Write " + option + " as HOST:PORT, for example " + example};
  if (code == Errc::busy)
    return {safe, "Another program listens there already. Stop it, or name another port with " + option + "."};
  if (code == Errc::too_large)
    return {safe, "Raise the limit of open files for the server (LimitNOFILE of its unit), or lower --connections."};
  return {safe, "Check that this machine has the address of " + option + ", and that the port is allowed."};
}

}  // namespace

Outcome run(const Order& order) {
  if (Status user = check_user(order); !user) return {std::move(user), advice_for_user()};
  hold_stop_signals();
  const auto note_event = [&](std::string_view event) {
    if (!order.options.quiet)
      std::fprintf(stderr, "dokaz-server: %s %.*s\n", format_time({console::now(), false}).c_str(),
                   static_cast<int>(event.size()), event.data());
  };
  auto authorities = load_authorities(order.data);
  if (!authorities) return {authorities.error(), advice_for_authorities(authorities.code())};
  if (Status locked = lock_in(order, *authorities, note_event); !locked) {
    const Errc code = locked.code();
    return {std::move(locked), code == Errc::not_found ? advice_for_store(code) : advice_for_lock()};
  }
  auto custody = Custody::open(order.data, console::now, interruptible_source(order));
  if (!custody) return {custody.error(), advice_for_store(custody.code())};
  custody->on_event(note_event);
  auto couriers = Couriers::open(order.data, *custody, console::now, note_event);
  if (!couriers) {
    console::Advice advice = advice_for_store(couriers.code());
    return {std::move(couriers).error(), std::move(advice)};
  }
  auto listener = Listener::open(order.listen, custody->tls_certificate(), custody->tls_key(), *custody,
                                 limits_of(order), note_event);
  if (!listener) {
    console::Advice advice = advice_for_port(listener.code(), "--listen", "127.0.0.1:7430");
    return {std::move(listener).error(), std::move(advice)};
  }
  auto door = LocalDoor::open(order.data, *custody);
  if (!door) {
    console::Advice advice = advice_for_store(door.code());
    return {door.error(), std::move(advice)};
  }
  listener->let_in(*couriers);
  std::optional<HttpThread> publishing;
  if (!order.publish.empty()) {
    auto opened = open_publication(order.publish, DataFolder{order.data}, custody->card().log);
    if (!opened) return {opened.error(), advice_for_port(opened.code(), "--publish", "127.0.0.1:8080")};
    publishing.emplace(std::move(*opened));
  }
  const auto witnesses = start_witnesses(order, *custody, note_event);
  if (!witnesses) return {witnesses.error(), advice_for_witnesses(witnesses.code())};
  const Lookups lookups = lookups_of(order, *authorities);
  // After the witnesses have said what they know: an older copy of the folder must not be stamped.
  const auto anchoring = start_anchoring(order, std::move(*authorities), *custody, note_event);
  if (!anchoring) return {anchoring.error(), advice_for_authorities(anchoring.code())};
  std::optional<HttpThread> metrics;
  if (!order.metrics.empty()) {
    auto opened = open_metrics(order.metrics, DataFolder{order.data}, *custody, *listener, **anchoring);
    if (!opened) return {opened.error(), advice_for_port(opened.code(), "--metrics", "127.0.0.1:9130")};
    metrics.emplace(std::move(*opened));
  }
  // The last before the first member: all that is to be opened and bound is.
  if (Status locked = confine_calls(lookups); !locked)
    return {std::move(locked), advice_for_lock()};
  if (Status announced = announce(order, listener->port(), publishing, metrics); !announced)
    return {std::move(announced),
            {"Everything in the server's folder is as before.",
             "Give the server a standard output that takes one line, then start it again."}};
  // Not before the witnesses have said what they know, and not unlocked.
  couriers->start();
  door->start();
  if (publishing) publishing->start([&] { note_event("publishing has ended; start the server again"); });
  if (metrics) metrics->start([&] { note_event("the metrics have ended; start the server again"); });
  const StopOnSignal stop(*listener);
  Status served = listener->run();
  if (served) return {};
  console::Advice advice{"Everything that was acknowledged is on the disk.", "Start the server again."};
  return {std::move(served), std::move(advice)};
}

}  // namespace dokaz::server
