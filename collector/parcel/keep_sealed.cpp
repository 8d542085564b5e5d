// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/parcel/keep_sealed.hpp"

#include <algorithm>

#include "collector/vault/destroy.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::uint64_t room_for_texts = std::uint64_t{64} << 20;

Path random_name(const Path& into) { return into / hex(random_id<FixedBytes<struct ParcelNameTag, 8>>()); }

struct Waiting {
  bool anything = false;
  std::size_t items = 0;
  std::uint64_t bytes = 0;  // of objects
};
Result<Waiting> what_waits(Vault& vault) {
  DOKAZ_LET(all, vault.statements());
  Waiting waiting;
  for (const OwnStatement& own : all) {
    waiting.anything = waiting.anything || own.state() == CustodyState::sealed || (own.is_item() && !own.is_confirmed());
    if (own.is_confirmed() || !own.is_item()) continue;
    if (!own.sealed_again) ++waiting.items;
    for (const ObjectRef& object : own.signed_statement.statement.fields().objects) waiting.bytes += object.size;
  }
  return waiting;
}

/// Asked while nothing is lost yet. Parcels are padded by at most an eighth.
Status has_room(const Path& into, const Waiting& waiting) {
  std::error_code error;
  const auto space = std::filesystem::space(into, error);
  if (error) return fail(Errc::io_error, "the folder for the parcel");
  if (space.available < waiting.bytes + waiting.bytes / 8 + room_for_texts)
    return fail(Errc::no_space, "the folder for the parcel");
  return {};
}

struct Packed {
  std::vector<Path> parcels;
  std::set<std::uint64_t> lost;  // numbers of items
};

/// As many parcels as it takes, of names that say nothing: neither what they are, nor of whom, nor in which order.
Status pack_everything(Vault& vault, const Path& into, PackContents contents, const Waiting& waiting, std::uint64_t volume_size,
                       const std::function<void(std::uint64_t, std::uint64_t)>& progress, Packed& packed) {
  if (!waiting.anything) return {};
  PackOrder order;
  order.contents = contents;
  order.unconfirmed_too = true;
  order.volume_size = volume_size;
  while (true) {
    order.parcel = random_name(into);
    const auto report = pack(vault, order, [&](std::uint64_t done, std::uint64_t total) {
      progress(done, total);
      return Status();
    });
    // Something waits: so this is a folder that went away, as with a stick that is pulled.
    if (!report && report.code() == Errc::not_found) {
      const bool no_more = contents == PackContents::statements && std::filesystem::is_directory(into);
      return no_more ? Status() : Status(fail(Errc::io_error, "the folder for the parcel"));
    }
    if (!report) return report.error();
    for (const PackedVolume& volume : report->volumes) {
      const std::vector<Path> whole{volume.parcel};
      const std::vector<Path>& files = volume.parts.empty() ? whole : volume.parts;
      packed.parcels.insert(packed.parcels.end(), files.begin(), files.end());
    }
    for (const auto& [item, code] : report->lost) packed.lost.insert(item);
    if (!report->too_large.empty()) return fail(Errc::too_large, "an item does not fit into a parcel");
    if (report->left == 0) return {};
    order.first_statement = report->first_left;
  }
}

}  // namespace

Result<KeptSealed> keep_sealed(Vault& vault, const Path& folder, const Path& into,
                               const std::function<void(std::uint64_t, std::uint64_t)>& progress, std::uint64_t volume_size) {
  DOKAZ_LET(waiting, what_waits(vault));
  DOKAZ_TRY(has_room(into, waiting));
  Packed statements;
  const Status first = pack_everything(vault, into, PackContents::statements, waiting, volume_size, [](auto, auto) {}, statements);
  const Status destroyed = first ? destroy_keys(folder) : first;
  if (!destroyed) {
    for (const Path& parcel : statements.parcels) static_cast<void>(remove_file_durably(parcel).has_value());
    return destroyed.error();
  }

  Packed all;
  const Status done = pack_everything(vault, into, PackContents::all, waiting, volume_size, progress, all);
  KeptSealed kept;
  kept.parcels = all.parcels;
  if (!done) {
    kept.failure = done.error();
    kept.parcels.insert(kept.parcels.end(), statements.parcels.begin(), statements.parcels.end());
    return kept;
  }
  kept.items_lost = std::min(waiting.items, all.lost.size());
  kept.items_kept = waiting.items - kept.items_lost;
  for (const Path& parcel : statements.parcels) static_cast<void>(remove_file_durably(parcel).has_value());
  return kept;
}

}  // namespace dokaz
