// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/uploads.hpp"

#include <algorithm>

namespace dokaz {
namespace {

constexpr std::size_t chunk_size = std::size_t{256} << 10;  // a slow line still shows progress
static_assert(chunk_size <= max_chunk);

Result<Bytes> read_chunk(const File& file, std::uint64_t offset, std::uint64_t size) {
  Bytes chunk(static_cast<std::size_t>(std::min<std::uint64_t>(chunk_size, size - offset)));
  DOKAZ_TRY(file.read_exactly_at(chunk, offset));
  return chunk;
}

Status send_from(Client& client, const File& file, const ObjectRef& object, std::uint64_t offset,
                 const std::function<void(std::uint64_t)>& at) {
  while (offset < object.size) {
    DOKAZ_LET(chunk, read_chunk(file, offset, object.size));
    DOKAZ_TRY(client.send(offset, chunk));
    offset += chunk.size();
    at(offset);
  }
  DOKAZ_LET(answer, client.kept());
  if (answer.object != object.id) return fail(Errc::out_of_turn, "another object was acknowledged");
  return {};
}

Status upload(Client& client, const File& file, const ObjectRef& object,
              const std::function<void(std::uint64_t)>& at) {
  DOKAZ_LET(resume, client.offer(object.id));
  if (resume.complete) return {};
  // A whole object that was not acknowledged would leave nothing to send and nothing to wait for.
  if (resume.offset >= object.size) return fail(Errc::out_of_turn, "the server wants bytes after the end");
  return send_from(client, file, object, resume.offset, at);
}

}  // namespace

Result<std::vector<WaitingObject>> waiting_objects(Vault& vault) {
  DOKAZ_LET(all, vault.statements());
  std::vector<WaitingObject> waiting;
  for (const OwnStatement& own : all) {
    if (own.state() != CustodyState::logged) continue;
    for (const ObjectRef& object : own.signed_statement.statement.fields().objects)
      waiting.push_back({object, own.number(), own.sealed_again});
  }
  std::stable_sort(waiting.begin(), waiting.end(),
                   [](const auto& a, const auto& b) { return a.object.size < b.object.size; });
  return waiting;
}

Uploads upload_objects(Vault& vault, Client& client, const std::vector<WaitingObject>& objects,
                       const Progress& progress) {
  std::uint64_t total = 0, done = 0;
  for (const WaitingObject& waiting : objects) total += waiting.object.size;
  Uploads uploads;
  for (const auto& [object, item, sealed_again] : objects) {
    auto file = vault.outbox().open(object);
    if (file) {
      const Status sent =
          upload(client, *file, object, [&](std::uint64_t offset) { progress(done + offset, total); });
      if (!sent) {
        uploads.outcome = sent;
        return uploads;
      }
      uploads.kept.insert(object.id);
    } else if (!sealed_again) {
      uploads.lost.emplace(item, file.code());
    }
    done += object.size;
    progress(done, total);
  }
  return uploads;
}

}  // namespace dokaz
