// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/pull.hpp"

#include <set>

#include "casework/casefile/forks.hpp"
#include "casework/casefile/pulling.hpp"
#include "proto/transport/client.hpp"

namespace dokaz {
namespace {

constexpr int max_catching_up = 8;  // how often new members may come while we read
constexpr std::size_t read_step = 1 << 20;

class Pull {
 public:
  Pull(CaseFile& file, const ServerAddress& server, const ClaimedTime& now, const PullProgress& progress)
      : file_(file), server_(server), now_(now), progress_(progress) {}

  Result<Pulled> run() {
    DOKAZ_LET(client, connect());
    DOKAZ_LET(members, client.members());
    DOKAZ_TRY(accept_members(file_, members));
    DOKAZ_TRY(own(client, bring_own(file_, client, pulled_.own)));
    DOKAZ_TRY(entries(client));
    if (!pulled_.own_failure) DOKAZ_TRY(own(client, settle_own(file_, client, now_, pulled_.own)));
    DOKAZ_TRY(forks(client));
    DOKAZ_TRY(objects(client));
    return pulled_;
  }

 private:
  Result<Client> connect() {
    DOKAZ_LET(before, file_.trusted_head());
    const ClientIdentity identity{file_.fingerprint(), &file_.member(), {}};
    DOKAZ_LET(client, Client::connect(server_, file_.pins(), identity, before.size));
    DOKAZ_TRY(accept_welcome(file_, client.welcome()));
    return client;
  }

  /// What the server does not take now is no reason not to read, unless the line itself is gone.
  Status own(Client& client, const Status& brought) {
    if (brought) return {};
    const Errc code = brought.code();
    const bool is_line = code == Errc::connection_lost || code == Errc::timed_out || code == Errc::unreachable ||
                         code == Errc::proxy_failed || code == Errc::interrupted;
    const bool is_disk = code == Errc::no_space || code == Errc::io_error || code == Errc::damaged_store || code == Errc::busy;
    if (is_line || is_disk) return brought;
    pulled_.own_failure = brought.error();
    DOKAZ_LET(again, connect());
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
        DOKAZ_TRY(accept_members(file_, newer));
        DOKAZ_LET(grown, learned_by(file_));
        learned = std::move(grown);
        continue;
      }
      DOKAZ_TRY(accepted);
      pulled_.entries += answer.entries.size();
      progress_("statements", pulled_.entries, pulled_.entries);
      if (!answer.more) return {};
      if (answer.entries.empty()) return fail(Errc::out_of_turn, "promised more entries and gave none");
    }
  }

  /// Each time anew: what follows a fork may have grown.
  Status forks(Client& client) {
    DOKAZ_LET(all, file_.entries());
    DOKAZ_LET(places, forks_in(all));
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
    DOKAZ_LET(aside, file_.set_aside());
    pulled_.aside = aside.size();
    return {};
  }

  Status objects(Client& client) {
    DOKAZ_LET(all, file_.entries());
    std::set<ObjectRef> wanted;
    for (const CaseEntry& entry : all)
      for (const ObjectRef& object : entry.statement.fields().objects) {
        std::error_code error;
        if (!std::filesystem::exists(file_.object_path(object.id), error)) wanted.insert(object);
      }
    std::uint64_t done = 0;
    for (const ObjectRef& object : wanted) {
      progress_("objects", done++, wanted.size());
      DOKAZ_TRY(fetch(client, object));
    }
    return {};
  }

  Status fetch(Client& client, const ObjectRef& object) {
    const Path partial = file_.partial_object_path(object.id);
    auto opened = File::open(partial, File::Access::read_write);
    if (!opened && opened.code() == Errc::not_found) opened = File::open(partial, File::Access::create_new);
    if (!opened) return opened.error();
    File content = std::move(opened).value();
    DOKAZ_LET(offset, content.size());
    if (offset > object.size) {
      DOKAZ_TRY(content.truncate(0));
      offset = 0;
    }
    if (offset < object.size) {
      std::uint64_t received = offset;
      const auto fetched = client.fetch(object.id, offset, [&](ByteView bytes) -> Status {
        received += bytes.size();
        if (received > object.size) return Errc::hash_mismatch;
        return content.append(bytes);
      });
      if (!fetched && (fetched.code() == Errc::not_found || fetched.code() == Errc::missing_part)) {
        ++pulled_.waiting;
        if (offset != 0) return {};
        return remove_file_durably(partial);
      }
      DOKAZ_TRY(fetched);
    }
    return keep(std::move(content), object);
  }

  /// Under its name only if it is the object; otherwise nothing of it stays.
  Status keep(File content, const ObjectRef& object) {
    const Path partial = file_.partial_object_path(object.id);
    Sha256Stream hash;
    Bytes buffer(read_step);
    std::uint64_t offset = 0;
    while (true) {
      DOKAZ_LET(got, content.read_at(buffer, offset));
      if (got == 0) break;
      hash.update(ByteView(buffer).first(got));
      offset += got;
    }
    if (offset != object.size || hash.finish().raw() != object.id.raw()) {
      DOKAZ_TRY(remove_file_durably(partial));
      return Errc::hash_mismatch;
    }
    DOKAZ_TRY(content.sync());
    std::error_code error;
    std::filesystem::rename(partial, file_.object_path(object.id), error);
    if (error) return Errc::io_error;
    DOKAZ_TRY(sync_folder(partial.parent_path()));
    ++pulled_.objects;
    return {};
  }

  CaseFile& file_;
  const ServerAddress& server_;
  const ClaimedTime now_;
  const PullProgress& progress_;
  Pulled pulled_;
};

}  // namespace

Result<Pulled> pull(CaseFile& file, const ServerAddress& server, const ClaimedTime& now, const PullProgress& progress) {
  return Pull(file, server, now, progress).run();
}

}  // namespace dokaz
