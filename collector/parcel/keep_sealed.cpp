// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/parcel/keep_sealed.hpp"

#include "collector/vault/destroy.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

/// Says nothing: neither what it is, nor of whom, nor which of two was first.
PackOrder order_for(const Path& into, PackContents contents) {
  PackOrder order;
  order.parcel = into / hex(random_id<FixedBytes<struct ParcelNameTag, 8>>());
  order.contents = contents;
  return order;
}

/// Items that the server has not stored.
Result<std::size_t> waiting_items(Vault& vault) {
  DOKAZ_LET(all, vault.statements());
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const OwnStatement& own) {
    return own.is_item() && !own.stored && !own.sealed_again;
  }));
}

std::vector<Path> files_of(const PackReport& report) {
  std::vector<Path> files;
  for (const PackedVolume& volume : report.volumes) files.push_back(volume.parcel);
  return files;
}

/// No statements is no failure.
Result<std::vector<Path>> pack_statements(Vault& vault, const Path& into) {
  const auto packed = pack(vault, order_for(into, PackContents::statements), [](auto, auto) { return Status(); });
  if (!packed && packed.code() == Errc::not_found) return std::vector<Path>();
  if (!packed) return packed.error();
  return files_of(*packed);
}

}  // namespace

Result<KeptSealed> keep_sealed(Vault& vault, const Path& folder, const Path& into,
                               const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  DOKAZ_LET(waiting, waiting_items(vault));
  DOKAZ_LET(statements, pack_statements(vault, into));
  DOKAZ_TRY(destroy_keys(folder));

  KeptSealed kept;
  kept.parcels = statements;
  const auto packed = pack(vault, order_for(into, PackContents::all), [&](std::uint64_t done, std::uint64_t total) {
    progress(done, total);
    return Status();
  });
  if (!packed && packed.code() == Errc::not_found) return kept;
  if (!packed) {
    kept.failure = packed.error();
    return kept;
  }
  if (packed->left > 0) {  // more than the server takes at once: the rest is in no parcel
    kept.failure = fail(Errc::too_large, "more items wait than parcels can hold");
    return kept;
  }
  kept.items_lost = packed->lost.size();
  kept.items_kept = waiting - std::min(waiting, kept.items_lost);
  for (const Path& parcel : statements) static_cast<void>(remove_file_durably(parcel).has_value());
  kept.parcels = files_of(*packed);
  return kept;
}

}  // namespace dokaz
