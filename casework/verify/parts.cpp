// SPDX-License-Identifier: GPL-3.0-or-later
// A bag's files, each hashed once.
#include "casework/verify/checks.hpp"
#include "casework/verify/parallel.hpp"

namespace dokaz {
namespace {

constexpr std::string_view payload = "data/";

/// One reading, both hashes.
Result<Hashes::Of> hash_of(const BagFile& file, bool longer) {
  Sha256Stream hash;
  Sha512Stream longer_hash;
  DOKAZ_TRY(file.copy_to([&](ByteView bytes) -> Status {
    hash.update(bytes);
    if (longer) longer_hash.update(bytes);
    return {};
  }));
  Hashes::Of out{hash.finish(), {}, {}};
  if (longer) out.longer = longer_hash.finish();
  return out;
}

bool is_original(std::string_view path) {
  return path.substr(path.rfind('/') + 1).starts_with("original.");
}

}  // namespace

Hashes hash_all(const Bag& files, bool longer) {
  std::vector<const Bag::value_type*> all;
  all.reserve(files.size());
  for (const auto& one : files) all.push_back(&one);
  std::vector<Hashes::Of> of(all.size());
  in_parallel(all.size(), [&](std::size_t i) {
    const auto& [path, file] = *all[i];
    auto made = hash_of(file, is_original(path) || (longer && path.starts_with(payload)));
    if (made) of[i] = *made;
    else of[i].failure = made.error();
  });
  Hashes hashes;
  for (std::size_t i = 0; i < all.size(); ++i)
    hashes.files.emplace_hint(hashes.files.end(), all[i]->first, std::move(of[i]));
  return hashes;
}

const BagFile* Parts::find(std::string_view path) {
  at(path);
  const auto found = files_.find(std::string(path));
  if (found == files_.end()) return nullptr;
  used_.insert(found->first);
  return &found->second;
}

Result<Bytes> Parts::need(std::string_view path, std::uint64_t cap) {
  const BagFile* file = find(path);
  if (file == nullptr) return Errc::missing_part;
  DOKAZ_LET(content, file->bytes(cap));
  DOKAZ_TRY(pin(path, sha256(content)));
  return content;
}

Result<Sha256> Parts::hash(std::string_view path) {
  if (const auto known = hashes_.find(path); known != hashes_.end()) return known->second;
  DOKAZ_TRY(read(path, is_original(path)));
  return hashes_.find(path)->second;
}

Result<Sha512> Parts::longer_hash(std::string_view path) {
  if (!longer_hashes_.contains(path)) DOKAZ_TRY(read(path, true));
  return longer_hashes_.find(path)->second;
}

Status Parts::read(std::string_view path, bool longer) {
  const auto found = files_.find(std::string(path));
  if (found == files_.end()) return Errc::missing_part;
  if (known_ != nullptr) {
    const Hashes::Of& known = known_->files.at(path);
    if (known.failure) return *known.failure;
    if (!longer || known.longer) {
      DOKAZ_TRY(pin(path, known.hash));
      if (longer) longer_hashes_.emplace(path, *known.longer);
      return {};
    }
  }
  DOKAZ_LET(made, hash_of(found->second, longer));
  DOKAZ_TRY(pin(path, made.hash));
  if (longer) longer_hashes_.emplace(path, *made.longer);
  return {};
}

/// What is read twice is the same both times.
Status Parts::pin(std::string_view path, const Sha256& hash) {
  bool same = hashes_.emplace(path, hash).first->second == hash;
  if (known_ != nullptr) {
    const Hashes::Of& known = known_->files.at(path);
    same = same && (known.failure || known.hash == hash);
  }
  return same ? Status() : Status(fail(Errc::hash_mismatch, "the file changed while it was checked"));
}

std::string Parts::unused() const {
  for (const auto& [path, content] : files_)
    if (!used_.contains(path)) return path;
  return {};
}

}  // namespace dokaz
