// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/pull.hpp"

#include "casework/casefile/fetching.hpp"
#include "casework/casefile/forks.hpp"
#include "casework/casefile/last_pull.hpp"
#include "casework/casefile/named_objects.hpp"
#include "proto/transport/client.hpp"

namespace dokaz {
namespace {

constexpr int max_catching_up = 8;  // how often new members may come while we read
constexpr int max_idle_rounds = 1;  // of new lines over which no object was settled, one after the other

/// Where the server is, and the way that every connection of one run takes.
struct Way {
  const ServerAddress& server;
  Line line;
};

Result<Way> way_of(CaseFile& file, const ServerAddress& server) {
  DOKAZ_LET(reached, file.reached());
  Route route;
  route.proxy_only = reached.rule == Network::tor_only;
  if (reached.proxy) {
    auto proxy = parse_proxy(*reached.proxy);
    if (!proxy) return fail(Errc::damaged_store, "the proxy in the settings");
    route.proxy = std::move(*proxy);
  }
  return Way{server, Line(std::move(route))};
}

Result<Client> connect_as(CaseFile& file, const Way& way, const SigningKey& member) {
  DOKAZ_LET(before, file.trusted_head());
  ClientIdentity identity{file.fingerprint(), &member, {}};
  if (&member == &file.member()) identity.admission = file.own_admission();
  DOKAZ_LET(client, Client::connect(way.server, file.pins(), identity, before.size, way.line));
  DOKAZ_TRY(accept_welcome(file, client.welcome()));
  return client;
}

struct RosterPut {
  bool known = false;           // the server has ours, byte for byte
  std::optional<Error> failure;  // what it answered instead; the connection may be gone then
};

/// Ours, where the server has an older one and would take it from us. wrong_root where it has another one of this number
/// or a later one: somebody else makes rosters of this case. Whatever else a server answers, also one with a full disk,
/// must not keep us from reading; its operator can be given the file instead.
Result<RosterPut> put_newer_roster(CaseFile& file, Client& client, const Members& members) {
  DOKAZ_LET(note, Note::parse(members.roster));
  DOKAZ_LET(theirs, parse_roster(note));
  if (note.bytes() == file.roster_note().bytes()) return RosterPut{true, {}};
  if (theirs.number >= file.roster()->number) return made_elsewhere(theirs);
  if (file.own_admission()) return RosterPut{};  // who was invited makes no rosters
  const auto taken = client.put_roster(file.roster_note().bytes());
  if (taken) return RosterPut{true, {}};
  if (is_line_failure(taken.code())) return taken.error();
  return RosterPut{false, taken.error()};
}

class Pull {
 public:
  Pull(CaseFile& file, Way way, const ClaimedTime& now, const PullProgress& progress, const PullOptions& options)
      : file_(file), way_(std::move(way)), now_(now), progress_(progress), options_(options) {}

  Result<Pulled> run() {
    DOKAZ_LET(client, connect());
    DOKAZ_TRY(people(client));
    const Status ended = all_after_people(std::move(client));
    if (!ended) pulled_.ended_by = ended.error();  // what was done before is said all the same
    DOKAZ_TRY(find_mismatched());
    if (ended) DOKAZ_TRY(keep_last_pull(file_, now_.unix_seconds));
    return pulled_;
  }

  /// Who is there and what was said, without what it is about: as much as a revocation has to know.
  Result<Pulled> run_without_objects() {
    DOKAZ_LET(client, connect());
    DOKAZ_TRY(people(client));
    DOKAZ_TRY(entries(client));
    return pulled_;
  }

 private:
  /// The key of before is forgotten once our own was let in, and not earlier.
  Result<Client> connect() {
    auto client = connect_as(file_, way_, file_.member());
    if (file_.former() != nullptr && !client && client.code() == Errc::refused) {
      DOKAZ_TRY(introduce());
      client = connect_as(file_, way_, file_.member());
    }
    if (!client && client.code() == Errc::key_revoked) DOKAZ_TRY(file_.set_key_ended(true));
    if (!client) return client;
    if (file_.former() != nullptr) DOKAZ_TRY(file_.forget_former());
    DOKAZ_LET(ended, file_.is_key_ended());
    if (ended) DOKAZ_TRY(file_.set_key_ended(false));
    return client;
  }

  /// After taking over, the server knows only the counsel before, and learns by their key who comes after them.
  Status introduce() {
    DOKAZ_LET(client, connect_as(file_, way_, *file_.former()));
    DOKAZ_LET(members, client.members());
    DOKAZ_TRY(take_over_roster(members));
    DOKAZ_LET(put, put_newer_roster(file_, client, members));
    if (put.known) return {};
    return fail(Errc::refused, "the server does not take the new roster" +
                                   (put.failure ? ", " + std::string(name_of(put.failure->code)) : std::string()) +
                                   ": its operator can grant the file roster");
  }

  /// And notes what is otherwise by it.
  Status take_over_roster(const Members& members) {
    const Roster before = *file_.roster();
    DOKAZ_TRY(accept_members(file_, members, options_.newer_roster));
    if (file_.roster()->number == before.number && !changes_between(before, *file_.roster()).any()) return {};
    // A later one of the same run takes the place of an earlier one.
    if (!before_) before_ = before;
    pulled_.roster_changes = changes_between(*before_, *file_.roster());
    return {};
  }

  Status people(Client& client) {
    DOKAZ_LET(members, client.members());
    DOKAZ_TRY(take_over_roster(members));
    DOKAZ_LET(put, put_newer_roster(file_, client, members));
    pulled_.roster_put = put.known;
    pulled_.roster_failure = put.failure;
    if (!put.failure) return {};
    DOKAZ_LET(again, connect_as(file_, way_, file_.member()));
    client = std::move(again);
    return {};
  }

  Status all_after_people(Client client) {
    // A folder that was handed over signs nothing more, and had brought all before.
    DOKAZ_LET(passed_on, file_.is_passed_on());
    if (!passed_on) DOKAZ_TRY(own(client, bring_own(file_, client, pulled_.own)));
    DOKAZ_TRY(entries(client));
    if (!passed_on && !pulled_.own_failure) DOKAZ_TRY(own(client, settle_own(file_, client, now_, pulled_.own)));
    DOKAZ_TRY(forks(client));
    return objects(std::move(client));
  }

  /// What the server does not take now is no reason not to read, unless the line itself is gone.
  Status own(Client& client, const Status& brought) {
    if (brought) return {};
    const Errc code = brought.code();
    const bool is_disk = code == Errc::no_space || code == Errc::io_error || code == Errc::damaged_store || code == Errc::busy;
    if (is_line_failure(code) || is_disk) return brought;
    pulled_.own_failure = brought.error();
    DOKAZ_LET(again, connect_as(file_, way_, file_.member()));
    client = std::move(again);
    return {};
  }

  Status entries(Client& client) {
    DOKAZ_LET(learned, learned_by(file_));
    for (int attempt = 0;;) {
      DOKAZ_LET(from, file_.next_index());
      DOKAZ_LET(seen, file_.trusted_head());
      DOKAZ_LET(answer, client.list(from, seen.size));
      const Status accepted = accept_entries(file_, answer, learned);
      if (!accepted && accepted.code() == Errc::not_a_member && ++attempt < max_catching_up) {
        DOKAZ_LET(newer, client.members());
        DOKAZ_TRY(take_over_roster(newer));
        DOKAZ_LET(grown, learned_by(file_));
        learned = std::move(grown);
        continue;
      }
      DOKAZ_TRY(accepted);
      pulled_.entries += answer.entries.size();
      DOKAZ_LET(now, file_.next_index());
      DOKAZ_LET(head, file_.trusted_head());
      progress_("statements", now, head.size);
      if (!answer.more) return {};
      if (answer.entries.empty()) return fail(Errc::out_of_turn, "promised more entries and gave none");
    }
  }

  /// Each time anew: what follows a fork may have grown.
  Status forks(Client& client) {
    DOKAZ_LET(found, file_.entries_of(Act::fork_found));
    DOKAZ_LET(places, forks_in(found));
    DOKAZ_LET(aside, file_.set_aside());
    pulled_.aside = aside.size();
    if (places.empty()) return {};
    DOKAZ_LET(members, file_.membership());
    for (const ForkPlace& place : places) {
      Bytes text;
      const auto fetched = client.fetch(ObjectId(place.other.raw()), 0, [&text](ByteView bytes) -> Status {
        if (text.size() + bytes.size() > max_second_statements_file) return Errc::too_large;
        append(text, bytes);
        return {};
      });
      if (!fetched && fetched.code() == Errc::not_found) continue;  // the check says that it is missing
      DOKAZ_TRY(fetched);
      // What does not hold is not kept, and the check says that it is missing: one member stops nobody else's evidence.
      if (check_second_statements(place, text, members)) DOKAZ_TRY(file_.keep_fork(place.other, text));
    }
    pulled_.forks = places.size();
    return {};
  }

  Status find_mismatched() {
    if (named_) DOKAZ_TRY(named_->look_again());
    else DOKAZ_TRY(read_named());
    pulled_.mismatched = named_->mismatched();
    return {};
  }

  Status read_named() {
    DOKAZ_LET(named, NamedObjects::read(file_));
    named_ = std::move(named);
    return {};
  }

  /// Where lines end, new ones go on with what is left, and last with those under which a line ended.
  Status objects(Client client) {
    DOKAZ_TRY(read_named());
    std::vector<ObjectRef> wanted = named_->wanted();
    const std::size_t total = wanted.size();
    std::size_t done = 0;
    for (int idle = 0; !wanted.empty();) {
      DOKAZ_LET(clients, enough_clients(std::move(client), wanted.size()));
      Fetched fetched =
          fetch_objects(file_.folder() / "objects", std::move(clients), wanted,
                        [&](std::uint64_t now, std::uint64_t) { progress_("objects", done + now, total); });
      done += fetched.settled();
      pulled_.objects += fetched.kept;
      pulled_.waiting += fetched.waiting;
      for (const FailedObject& one : fetched.failed) {
        const NamedObject* naming = named_->naming(one.id);
        DOKAZ_CHECK(naming != nullptr);
        pulled_.failed.push_back({*naming, one.why});
      }
      if (fetched.settled() + fetched.begun_anew > 0) idle = 0;
      else ++idle;
      if (fetched.ended && (!is_line_failure(fetched.ended->code) || idle > max_idle_rounds)) return *fetched.ended;
      wanted = std::move(fetched.left);
      if (wanted.empty()) break;
      DOKAZ_LET(another, connect_as(file_, way_, file_.member()));
      client = std::move(another);
    }
    return {};
  }

  /// One more connection for each 16 objects; without them it goes on over those that there are.
  Result<std::vector<Client>> enough_clients(Client first, std::size_t objects) {
    std::vector<Client> clients;
    clients.push_back(std::move(first));
    while (clients.size() < options_.connections && objects > clients.size() * 16) {
      auto another = connect_as(file_, way_, file_.member());
      if (!another) break;
      clients.push_back(std::move(*another));
    }
    return clients;
  }

  CaseFile& file_;
  const Way way_;
  const ClaimedTime now_;
  const PullProgress& progress_;
  const PullOptions options_;
  Pulled pulled_;
  std::optional<NamedObjects> named_;
  std::optional<Roster> before_;  // the folder's, before one that was made elsewhere
};

}  // namespace

Result<Pulled> pull(CaseFile& file, const ServerAddress& server, const ClaimedTime& now, const PullProgress& progress,
                    const PullOptions& options) {
  DOKAZ_LET(way, way_of(file, server));
  return Pull(file, std::move(way), now, progress, options).run();
}

Result<Pulled> put_roster(CaseFile& file, const ServerAddress& server) {
  DOKAZ_LET(way, way_of(file, server));
  const PullProgress nobody = [](std::string_view, std::uint64_t, std::uint64_t) {};
  return Pull(file, std::move(way), ClaimedTime{}, nobody, PullOptions{}).run_without_objects();
}

}  // namespace dokaz
