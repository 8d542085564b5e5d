// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-fault-actor: a member at the server's door who does what she is told, a line of words at a time, and answers
// each by one line: "ok …", "failed NAME …", or "broken WHAT" for a promise that did not hold. While she
// loads the server, a line "at" says that one more item is stored.
//   dokaz-fault-actor roster CARD                      prints the case's roster
//   dokaz-fault-actor judge ADDRESS CARD JOURNAL …     prints a verdict
//   dokaz-fault-actor member NUMBER CARD [JOURNAL]     reads commands
#include <chrono>
#include <csignal>
#include <iostream>
#include <sstream>

#include "tests/fault/actor/actor.hpp"
#include "tests/fault/actor/judge.hpp"

namespace dokaz::fault {
namespace {

std::string answer_of(const Actor& actor, const Status& status, const std::string& more = {}) {
  if (status) return more.empty() ? "ok" : "ok " + more;
  if (!actor.broken().empty()) return "broken " + actor.broken();
  return "failed " + std::string(name_of(status.code())) + (more.empty() ? "" : " " + more);
}

/// Several connections of several members at once, held without a word.
class Crowd {
 public:
  Status add(const ServerAddress& address, const ServerCard& card, unsigned first, unsigned count) {
    const People people;
    for (unsigned n = 0; n < count; ++n) {
      const SigningKey key = Scribe::key_of(static_cast<std::uint8_t>(first + n));
      DOKAZ_LET(client, Client::connect(address, card.pin, {people.case_id(), &key, {}}, 0));
      held_.push_back(std::move(client));
    }
    return {};
  }
  std::size_t size() const { return held_.size(); }

 private:
  std::vector<Client> held_;
};

struct Stage {
  ServerCard card;
  Actor actor;
  Crowd crowd;
};

/// Microseconds that each of `count` submissions of one statement took.
Result<std::vector<std::int64_t>> time_notes(Actor& actor, unsigned count) {
  std::vector<std::int64_t> took;
  for (unsigned i = 0; i < count; ++i) {
    const auto from = std::chrono::steady_clock::now();
    DOKAZ_TRY(actor.note(1));
    took.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - from).count());
  }
  return took;
}

std::string text_of_times(const std::vector<std::int64_t>& took) {
  std::string out;
  for (const std::int64_t each : took) out += (out.empty() ? "" : " ") + std::to_string(each);
  return out;
}

std::string do_upload(Actor& actor, const Sealed& sealed, std::size_t piece) {
  Actor::Sent sent;
  const Status done = actor.upload(sealed, sent, piece);
  return answer_of(actor, done, sent.from ? std::to_string(*sent.from) + ' ' + std::to_string(sent.until) : "");
}

std::string do_command(Stage& stage, std::istringstream& words) {
  Actor& actor = stage.actor;
  std::string command;
  words >> command;
  if (command == "connect") {
    std::string address;
    std::int64_t until = 0;
    words >> address;
    const bool by_ticket = static_cast<bool>(words >> until);
    return answer_of(actor, actor.connect(parse_server_address(address).value(),
                                          by_ticket ? std::optional(until) : std::nullopt));
  }
  if (command == "hold") {
    std::string address;
    unsigned first = 0, count = 0;
    words >> address >> first >> count;
    const Status held = stage.crowd.add(parse_server_address(address).value(), stage.card, first, count);
    return answer_of(actor, held, std::to_string(stage.crowd.size()));
  }
  if (command == "leave") {
    actor.leave();
    return "ok";
  }
  if (!actor.is_connected()) return "failed connection_lost";
  std::uint64_t number = 0;
  if (command == "note") {
    words >> number;
    const Status done = actor.note(static_cast<std::uint32_t>(number));
    return answer_of(actor, done, std::to_string(actor.log_index()));
  }
  if (command == "seal") {
    words >> number;
    const auto sealed = actor.seal(number);
    if (!sealed) return answer_of(actor, sealed.error());
    return "ok " + hex(sealed->object.id);
  }
  if (command == "upload") {
    words >> number;
    return do_upload(actor, actor.newest(), number);
  }
  if (command == "offer") {
    const auto resume = actor.client().offer(actor.newest().object.id);
    if (!resume) return answer_of(actor, resume.error());
    return "ok " + std::to_string(resume->offset) + (resume->complete ? " whole" : "");
  }
  if (command == "send") {
    std::uint64_t from = 0;
    words >> from >> number;
    const Bytes content = content_of(actor.newest().object.size, actor.newest().seed);
    const auto count = std::min<std::uint64_t>(number, content.size() - from);
    return answer_of(actor, actor.client().send(from, ByteView(content).subspan(from, count)));
  }
  if (command == "kept") {
    const auto kept = actor.client().kept();
    if (kept) actor.kept(actor.newest());
    return answer_of(actor, kept ? Status() : Status(kept.error()));
  }
  if (command == "collect") return answer_of(actor, actor.collect(actor.newest()));
  if (command == "load") {
    words >> number;
    return answer_of(actor, actor.load(number, [] { std::cout << "at" << std::endl; }));
  }
  if (command == "time") {
    words >> number;
    const auto took = time_notes(actor, static_cast<unsigned>(number));
    return took ? "ok " + text_of_times(*took) : answer_of(actor, took.error());
  }
  if (command == "list") {
    const auto page = actor.client().list(0);
    return answer_of(actor, page ? Status() : Status(page.error()),
                     page ? std::to_string(page->entries.size()) : std::string());
  }
  if (command == "stop-reading") {
    std::string id;
    words >> id;
    const auto stop = [](ByteView) {
      std::raise(SIGSTOP);
      return Status();
    };
    const auto size = actor.client().fetch(id_from_hex<ObjectId>(id).value(), 0, stop);
    return answer_of(actor, size ? Status() : Status(size.error()));
  }
  if (command == "fetch") {
    std::string id;
    words >> id;
    const auto size = actor.client().fetch(id_from_hex<ObjectId>(id).value(), 0, [](ByteView) { return Status(); });
    return answer_of(actor, size ? Status() : Status(size.error()), size ? std::to_string(*size) : std::string());
  }
  return "failed usage";
}

ServerCard card_in(const char* path) { return read_server_card(read_file(path, 65536).value()).value(); }

int be_member(int argc, char** argv) {
  const ServerCard card = card_in(argv[3]);
  const auto number = static_cast<std::uint8_t>(from_decimal(argv[2]).value());
  Stage stage{card, Actor(number, card, Journal::open(argc > 4 ? argv[4] : "").value()), {}};
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::cout << do_command(stage, words) << std::endl;
  }
  return 0;
}

int be_judge(int argc, char** argv) {
  const auto verdict =
      judge(parse_server_address(argv[2]).value(), card_in(argv[3]), std::vector<std::string>(argv + 4, argv + argc));
  if (!verdict) {
    std::cout << "failed " << name_of(verdict.code()) << '\n';
    return 1;
  }
  if (!verdict->broken.empty()) {
    std::cout << "broken " << verdict->broken << '\n';
    return 1;
  }
  std::cout << "ok " << verdict->entries << ' ' << verdict->checkpoints << ' ' << verdict->receipts << ' '
            << verdict->kept << ' ' << verdict->stored << '\n';
  return 0;
}

}  // namespace
}  // namespace dokaz::fault

int main(int argc, char** argv) {
  const std::string role = argc > 2 ? argv[1] : "";
  if (role == "roster") {
    const auto note = dokaz::fault::roster_for(dokaz::fault::card_in(argv[2]));
    std::cout << dokaz::to_text(note.bytes());
    return 0;
  }
  if (role == "judge" && argc > 3) return dokaz::fault::be_judge(argc, argv);
  if (role == "member" && argc > 3) return dokaz::fault::be_member(argc, argv);
  return 2;
}
