// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/parcel/pack.hpp"

#include "collector/parcel/contents.hpp"
#include "collector/parcel/parts.hpp"
#include "collector/parcel/plan.hpp"
#include "crypto/age/envelope.hpp"
#include "proto/format/courier.hpp"

namespace dokaz {
namespace {

constexpr std::size_t chunk_size = std::size_t{256} << 10;

using Steps = std::function<Status(std::uint64_t more)>;

Result<Parcel> parcel_of(Vault& vault, const PlannedVolume& volume, const SentParcel& sent) {
  Parcel parcel{sent.id,   vault.view().root.fingerprint(), vault.first_key(),
                sent.reply.recipient().format(), sent.seen, Parcel::Admission{vault.ticket(), vault.admission()}, {},
                volume.objects, vault.rotations()};
  for (const std::uint64_t number : volume.statements) {
    DOKAZ_LET(own, vault.statement(number));
    parcel.items.push_back({own.signed_statement.statement.bytes(), own.signed_statement.signature});
  }
  return parcel;
}

Status write_object(const File& file, const ObjectRef& object, age::Writer& envelope, const Steps& step) {
  Sha256Stream hash;
  Bytes chunk;
  for (std::uint64_t at = 0; at < object.size; at += chunk.size()) {
    chunk.resize(static_cast<std::size_t>(std::min<std::uint64_t>(chunk_size, object.size - at)));
    DOKAZ_TRY(file.read_exactly_at(chunk, at));
    hash.update(chunk);
    DOKAZ_TRY(envelope.write(chunk));
    DOKAZ_TRY(step(chunk.size()));
  }
  if (ObjectId(hash.finish().raw()) != object.id) return fail(Errc::hash_mismatch, "a sealed object was changed");
  return {};
}

Status write_zeros(std::uint64_t count, age::Writer& envelope) {
  const Bytes zeros(chunk_size);
  for (; count > 0; count -= std::min<std::uint64_t>(count, zeros.size()))
    DOKAZ_TRY(envelope.write(ByteView(zeros).first(static_cast<std::size_t>(std::min<std::uint64_t>(count, zeros.size())))));
  return {};
}

struct Written {
  ParcelHash hash;
  std::uint64_t size = 0;
};

Result<Written> write_volume(Vault& vault, const Parcel& parcel, Parts& into, const Steps& step) {
  Sha256Stream hash;
  Written written;
  DOKAZ_LET(recipient, age::Recipient::parse(vault.parcels()));
  DOKAZ_LET(envelope, age::Writer::create(std::span(&recipient, 1), [&](ByteView bytes) -> Status {
    hash.update(bytes);
    written.size += bytes.size();
    return into.append(bytes);
  }));
  DOKAZ_LET(text, write_parcel_text(parcel, vault.member_key()));
  DOKAZ_TRY(envelope.write(text));
  for (const ObjectRef& object : parcel.objects) {
    DOKAZ_LET(file, vault.outbox().open(object));
    DOKAZ_TRY(write_object(file, object, envelope, step));
  }
  DOKAZ_TRY(write_zeros(parcel_padding(text.size(), parcel.objects), envelope));
  DOKAZ_TRY(envelope.finish());
  written.hash = ParcelHash(hash.finish().raw());
  return written;
}

/// The pass in the hands of a courier who cannot read it.
Status write_courier(Vault& vault, const Path& file, const Written& parcel, ClaimedTime until) {
  SigningKey courier = SigningKey::generate();
  const CourierPass pass{vault.view().root.fingerprint(), vault.first_key(), courier.public_key(),
                         parcel.hash, parcel.size, until};
  const Bytes papers =
      write_pass_papers({sign_pass(pass, vault.member_key()), {vault.ticket(), vault.admission()}, vault.rotations()});
  DOKAZ_LET(recipient, age::Recipient::parse(vault.parcels()));
  DOKAZ_LET(sealed, age::encrypt(papers, std::span(&recipient, 1)));
  DOKAZ_LET(route, vault.route());
  const SecretBytes text =
      write_courier_file({vault.server(), vault.pins(), std::move(courier), std::move(sealed),
                          route.by_case ? Network::tor_only : Network::any});
  return text.reveal([&](ByteView bytes) { return create_file_durably(file, bytes); });
}

bool is_there(const Path& path) {
  std::error_code unclear;
  return std::filesystem::symlink_status(path, unclear).type() != std::filesystem::file_type::not_found;
}

/// Also one that an earlier parcel left: it would be found only when all is written.
bool some_part_is_there(const Path& parcel) {
  for (std::size_t number = 1; number <= Parts::most; ++number)
    if (is_there(part_name(parcel, number))) return true;
  return false;
}

Path numbered(Path path, std::size_t volume, std::size_t volumes) {
  if (volumes > 1) path += "." + std::to_string(volume + 1);
  return path;
}

/// The key of the answer is kept before the parcel has its name: a parcel that is there can be answered.
Result<PackedVolume> pack_volume(Vault& vault, const PackOrder& order, const PlannedVolume& volume, PackedVolume out,
                                 const Steps& step) {
  DOKAZ_LET(seen, vault.seen());
  SentParcel sent{random_id<ParcelId>(), age::Identity::generate(), seen, {}};
  DOKAZ_LET(parcel, parcel_of(vault, volume, sent));
  Contents contents;
  for (const Parcel::Item& item : parcel.items) contents.add(StatementHash(sha256(item.statement).raw()));
  sent.statements = contents.finish();
  Parts file(out.parcel, volume.cut ? order.volume_size : std::nullopt);
  DOKAZ_LET(written, write_volume(vault, parcel, file, step));
  DOKAZ_TRY(vault.keep_parcel(sent));
  if (out.courier) DOKAZ_TRY(write_courier(vault, *out.courier, written, order.pass_until));
  auto published = file.create();
  if (!published) {
    if (out.courier) static_cast<void>(remove_file_durably(*out.courier).has_value());
    static_cast<void>(vault.forget_parcel(sent.id).has_value());
    return published.error();
  }
  if (volume.cut) out.parts = std::move(*published);
  out.size = written.size;
  out.statements = parcel.items.size();
  out.objects = parcel.objects.size();
  return out;
}

}  // namespace

Result<PackReport> pack(Vault& vault, const PackOrder& given,
                        const std::function<Status(std::uint64_t, std::uint64_t)>& progress) {
  PackOrder order = given;
  constexpr std::uint64_t too_large_for_fat = std::uint64_t{4} << 30;
  if (order.volume_size && *order.volume_size > 0 && *order.volume_size % too_large_for_fat == 0) --*order.volume_size;
  DOKAZ_LET(plan, plan_volumes(vault, order));
  PackReport report{{}, std::move(plan.lost), std::move(plan.too_large), plan.left, plan.first_left};
  if (plan.volumes.empty()) {
    if (!report.lost.empty() || !report.too_large.empty()) return report;
    return fail(Errc::not_found, "nothing waits for the server");
  }
  std::uint64_t total = 0, done = 0;
  for (std::size_t i = 0; i < plan.volumes.size(); ++i) {
    PackedVolume volume;
    volume.parcel = numbered(order.parcel, i, plan.volumes.size());
    if (order.courier) volume.courier = numbered(*order.courier, i, plan.volumes.size());
    if (is_there(volume.parcel) || (plan.volumes[i].cut && some_part_is_there(volume.parcel)) || (volume.courier && is_there(*volume.courier))) return Errc::already_exists;
    for (const ObjectRef& object : plan.volumes[i].objects) total += object.size;
    report.volumes.push_back(std::move(volume));
  }
  const Steps step = [&](std::uint64_t more) { return progress(done += more, total); };
  for (std::size_t i = 0; i < plan.volumes.size(); ++i) {
    DOKAZ_LET(packed, pack_volume(vault, order, plan.volumes[i], report.volumes[i], step));
    report.volumes[i] = std::move(packed);
  }
  return report;
}

}  // namespace dokaz
