// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/parcel/relay.hpp"

#include "crypto/files_joined.hpp"

namespace dokaz {
namespace {

constexpr std::size_t chunk_size = std::size_t{256} << 10;

using Steps = std::function<Status(std::uint64_t, std::uint64_t)>;

struct Hashed {
  ObjectId id;  // what the pass names the parcel by
  std::uint64_t size = 0;
};

Result<Hashed> hash_of(const JoinedFiles& file) {
  Sha256Stream hash;
  DOKAZ_TRY(file.copy_to([&](ByteView bytes) {
    hash.update(bytes);
    return Status();
  }));
  return Hashed{ObjectId(hash.finish().raw()), file.size()};
}

Result<std::uint64_t> send(Client& client, const JoinedFiles& file, const Hashed& parcel, const Steps& progress) {
  auto offered = client.offer(parcel.id);
  // The pass names another hash: other bytes, a part too few, or parts in another order.
  if (!offered && offered.code() == Errc::not_found) return fail(Errc::hash_mismatch, "not the parcel of this pass");
  DOKAZ_LET(resume, std::move(offered));
  if (resume.complete) return std::uint64_t{0};
  if (resume.offset >= parcel.size) return fail(Errc::out_of_turn, "the server wants bytes after the end");
  Bytes room;
  for (std::uint64_t at = resume.offset; at < parcel.size; at += room.size()) {
    room.resize(static_cast<std::size_t>(std::min<std::uint64_t>(chunk_size, parcel.size - at)));
    DOKAZ_TRY(file.read(room, at));
    DOKAZ_TRY(client.send(at, room));
    DOKAZ_TRY(progress(at + room.size(), parcel.size));
  }
  DOKAZ_LET(kept, client.kept());
  if (kept.object != parcel.id) return fail(Errc::out_of_turn, "another parcel was acknowledged");
  return parcel.size - resume.offset;
}

/// While the server takes the parcel in it waits with its answer for a while, and then says `busy`.
Result<std::uint64_t> fetch(Client& client, const ObjectId& parcel, PendingFile& into, std::size_t tries) {
  while (true) {
    auto size = client.fetch(parcel, 0, [&](ByteView bytes) { return into.append(bytes); });
    if (size || size.code() != Errc::busy || --tries == 0) return size;
  }
}

}  // namespace

Result<RelayReport> relay(const CourierFile& courier, const RelayOrder& order, const Line& line,
                          const Steps& progress) {
  auto file = JoinedFiles::open(order.parcel);
  if (!file) return fail(file.code(), "the parcel");
  std::optional<PendingFile> answer;
  if (order.answer) {
    std::error_code unclear;
    if (std::filesystem::symlink_status(*order.answer, unclear).type() != std::filesystem::file_type::not_found)
      return fail(Errc::already_exists, "the answer");
    auto started = PendingFile::start(*order.answer);
    if (!started) return fail(started.code(), "the answer");
    answer = std::move(*started);
  }
  DOKAZ_LET(parcel, hash_of(*file));
  const ClientIdentity identity{Fingerprint(), &courier.courier, std::nullopt, courier.sealed_pass};
  DOKAZ_LET(client, Client::connect(order.server.value_or(courier.server), courier.pins, identity, 0, line));
  DOKAZ_LET(sent, send(client, *file, parcel, progress));
  RelayReport report{parcel.size, sent, 0};
  if (!answer) return report;
  DOKAZ_LET(size, fetch(client, parcel.id, *answer, order.tries));
  DOKAZ_TRY(answer->create());
  report.answer = size;
  return report;
}

}  // namespace dokaz
