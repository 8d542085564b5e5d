// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/export/anchors.hpp"

#include <algorithm>
#include <system_error>

#include "casework/verify/consistency.hpp"
#include "casework/verify/tile_folder.hpp"
#include "crypto/encoding.hpp"
#include "crypto/files.hpp"
#include "proto/anchor/authorities.hpp"
#include "proto/anchor/time_trust.hpp"

namespace dokaz {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_anchored = 64, max_authorities = 8;
constexpr std::string_view response_ending = ".tsr", chain_ending = ".chain.pem", lists_ending = ".crl";

struct Anchor {
  TreeHead head;
  std::map<std::string, Bytes> files;  // by name
};

/// Sizes of the anchored checkpoints, ascending.
Result<std::vector<std::uint64_t>> sizes_in(const fs::path& folder) {
  std::vector<std::uint64_t> sizes;
  std::error_code error;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error))
    if (const auto size = from_decimal(at->path().filename().string())) sizes.push_back(*size);
  if (error == std::errc::no_such_file_or_directory) return fail(Errc::not_found, "there is no folder of anchors");
  if (error) return Errc::io_error;
  std::sort(sizes.begin(), sizes.end());
  return sizes;
}

/// Nothing where no authority has answered yet, or where what lies there is half-made.
Result<std::optional<Anchor>> read_anchor(const fs::path& folder, const Policy& policy) {
  Anchor anchor;
  auto checkpoint_bytes = read_file(folder / "checkpoint", max_note_size);
  if (!checkpoint_bytes && checkpoint_bytes.code() == Errc::not_found) return std::optional<Anchor>();
  if (!checkpoint_bytes) return checkpoint_bytes.error();
  DOKAZ_LET(note, Note::parse(*checkpoint_bytes));
  DOKAZ_LET(checkpoint, policy.check_log(note));
  anchor.head = checkpoint->checkpoint.head;
  std::error_code error;
  std::set<std::string> authorities;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.ends_with(response_ending)) continue;
    const std::string authority = name.substr(0, name.size() - response_ending.size());
    if (is_authority_name(authority)) authorities.insert(authority);
  }
  if (error) return Errc::io_error;
  std::size_t answered = 0;
  for (const std::string& authority : authorities) {
    if (answered == max_authorities) break;
    DOKAZ_LET(response, read_file(folder / (authority + std::string(response_ending)), max_anchor_file));
    auto chain = read_file(folder / (authority + std::string(chain_ending)), max_anchor_file);
    if (!chain && chain.code() == Errc::not_found) continue;  // without it nobody could check it
    if (!chain) return chain.error();
    ++answered;
    anchor.files.emplace(authority + std::string(response_ending), std::move(response));
    anchor.files.emplace(authority + std::string(chain_ending), std::move(*chain));
    auto lists = read_file(folder / (authority + std::string(lists_ending)), max_revocation_file);
    if (lists) anchor.files.emplace(authority + std::string(lists_ending), std::move(*lists));
    else if (lists.code() != Errc::not_found) return lists.error();
  }
  if (anchor.files.empty()) return std::optional<Anchor>();
  anchor.files.emplace("checkpoint", std::move(*checkpoint_bytes));
  return std::optional(std::move(anchor));
}

/// The tiles, where they are there.
std::optional<TileFolder> tiles_of(const fs::path& log, const Policy& policy) {
  const auto note = read_checkpoint_file(log);
  if (!note) return std::nullopt;
  const auto checkpoint = policy.check_log(*note);
  if (!checkpoint) return std::nullopt;
  return TileFolder(log, (*checkpoint)->checkpoint.head.size);
}

std::optional<Consistency> cover(const TreeHead& head, const TreeHead& anchored, const std::optional<TileFolder>& tiles) {
  if (!tiles || head.size == 0 || head.size >= anchored.size) return std::nullopt;
  auto path = prove_consistency(head.size, anchored.size, tiles->reader());
  if (!path || !verify_consistency(head, anchored, *path)) return std::nullopt;
  return Consistency{head, anchored, std::move(*path)};
}

}  // namespace

Result<Bag> anchors_for(const fs::path& log, const Policy& policy, const std::vector<TreeHead>& heads) {
  DOKAZ_LET(sizes, sizes_in(log / "anchors"));
  std::vector<Anchor> anchors;
  for (const std::uint64_t size : sizes) {
    DOKAZ_LET(anchor, read_anchor(log / "anchors" / std::to_string(size), policy));
    if (anchor && anchor->head.size == size) anchors.push_back(std::move(*anchor));
  }
  const std::optional<TileFolder> tiles = tiles_of(log, policy);
  // By the anchor's place: the proofs that it needs, none for its own checkpoint.
  std::map<std::size_t, std::vector<Consistency>> chosen;
  const auto choose = [&](std::size_t first) {
    chosen.clear();
    for (const TreeHead& head : heads) {
      for (std::size_t i = first; i < anchors.size(); ++i) {
        if (anchors[i].head.size < head.size) continue;
        if (anchors[i].head == head) {
          chosen[i];
          break;
        }
        auto proof = cover(head, anchors[i].head, tiles);
        if (!proof) continue;
        chosen[i].push_back(std::move(*proof));
        break;
      }
    }
  };
  choose(0);
  // Too many: the newest ones cover everything, at a later time.
  if (chosen.size() > max_anchored) choose(anchors.size() - max_anchored);
  Bag bag;
  for (const auto& [i, proofs] : chosen) {
    const std::string folder = std::string(part::anchors) + std::to_string(anchors[i].head.size) + "/";
    for (const auto& [name, content] : anchors[i].files) bag.insert_or_assign(folder + name, BagFile(content));
    for (const Consistency& proof : proofs)
      bag.insert_or_assign(folder + "from." + std::to_string(proof.from.size), BagFile(write_consistency(proof)));
  }
  return bag;
}

}  // namespace dokaz
