// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/take/known_originals.hpp"

#include <algorithm>

#include "collector/intake/original.hpp"

namespace dokaz {
namespace {

/// Up to here reading a file once more costs less than a hundredth of what cleaning it does.
constexpr std::uint64_t always_read = std::uint64_t{64} << 20;

}  // namespace

Result<KnownOriginals> KnownOriginals::of(Vault& vault) {
  DOKAZ_LET(tags, vault.original_tags());
  std::vector<std::uint64_t> sizes;
  DOKAZ_LET(all, vault.summaries());
  for (const OwnSummary& own : all) {
    std::uint64_t longest = 0;
    for (const ObjectRef& object : own.objects)
      longest = std::max(longest, object.size);
    if (longest > always_read / 2) sizes.push_back(longest);
  }
  std::sort(sizes.begin(), sizes.end());
  return KnownOriginals(vault, std::move(tags), std::move(sizes));
}

/// An object is as long as what it holds and at most an eighth longer; a clean copy is seldom much shorter than
/// its original.
bool KnownOriginals::may_be_one(std::uint64_t size) const {
  const auto near = std::lower_bound(sizes_.begin(), sizes_.end(), size - size / 8);
  return near != sizes_.end() && *near <= size + size / 4;
}

std::optional<Sha256> KnownOriginals::recognise(const Path& file, Form form) const {
  if (tags_.empty()) return std::nullopt;
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error || (size > always_read && !may_be_one(size))) return std::nullopt;
  const auto hash = hash_of_file(file);
  if (!hash || !tags_.contains(vault_->tag_of({*hash, form}))) return std::nullopt;
  return *hash;
}

std::optional<Sha256> KnownOriginals::recognise(const Path& file) const { return recognise(file, Form::cleaned); }
std::optional<Sha256> KnownOriginals::recognise_uncleaned(const Path& file) const {
  return recognise(file, Form::uncleaned);
}

Result<Sha256> hash_of_file(const Path& file) {
  DOKAZ_LET(original, intake::Original::open_in_place(file, IntakeLimits().film_size));
  Sha256Stream hash;
  DOKAZ_TRY(original->copy_to([&](ByteView bytes) -> Status {
    hash.update(bytes);
    return {};
  }));
  return hash.finish();
}

}  // namespace dokaz
