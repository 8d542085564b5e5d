// SPDX-License-Identifier: GPL-3.0-or-later
// The log from its entries up. A tree of its own: a stack of subtrees, and a list of hashes for each level of tiles.
#include <array>
#include <map>

#include "proto/format/checkpoint.hpp"
#include "sync-server/audit/audit_parts.hpp"

namespace dokaz::server::auditing {
namespace {

constexpr std::uint64_t largest_checkpoint = 65536;
constexpr std::size_t hash_size = TreeHash::size, entry_size = 2 + Leaf::size;

/// A file of the log that must be there: in its partial form, or already in the full one. None where it is not, or where
/// the disk does not give it back.
Result<std::optional<Bytes>> part_of(const Path& log, const std::string& partial, const std::string& full,
                                     std::size_t size) {
  for (const std::string& name : {partial, full}) {
    auto bytes = read_file(log / name, tile_width * entry_size);
    if (!bytes && bytes.code() == Errc::not_found) continue;
    if (!bytes && bytes.code() == Errc::internal) return std::move(bytes).error();
    if (!bytes || bytes->size() < size || (name == partial && bytes->size() != size)) return std::optional<Bytes>();
    bytes->resize(size);
    return std::optional(std::move(*bytes));
  }
  return std::optional<Bytes>();
}

/// Grows by leaves; compares each tile as soon as its last hash is known.
class Tree {
 public:
  explicit Tree(Audit& audit) : audit_(audit) {}

  Status add(const TreeHash& leaf) {
    unsigned height = 0;
    TreeHash hash = leaf;
    DOKAZ_TRY(complete(height, hash));
    while (!stack_.empty() && stack_.back().first == height) {
      hash = node_hash(stack_.back().second, hash);
      stack_.pop_back();
      DOKAZ_TRY(complete(++height, hash));
    }
    stack_.emplace_back(height, hash);
    return {};
  }

  /// Compares the partial tiles at the right edge.
  Status finish() {
    for (unsigned level = 0; level < levels_.size(); ++level)
      if (!levels_[level].hashes.empty()) DOKAZ_TRY(compare(level));
    return {};
  }

  TreeHash root() const {
    if (stack_.empty()) return empty_root();
    TreeHash root = stack_.back().second;
    for (std::size_t i = stack_.size() - 1; i-- > 0;) root = node_hash(stack_[i].second, root);
    return root;
  }

 private:
  struct Level {
    std::uint64_t index = 0;  // of the tile under way
    Bytes hashes;
  };

  Status complete(unsigned height, const TreeHash& hash) {
    if (height % 8 != 0) return {};
    const unsigned level = height / 8;
    if (levels_.size() <= level) levels_.resize(level + 1);
    append(levels_[level].hashes, hash.view());
    return levels_[level].hashes.size() == tile_width * hash_size ? compare(level) : Status();
  }

  Status compare(unsigned level) {
    Level& at = levels_[level];
    const auto width = static_cast<unsigned>(at.hashes.size() / hash_size);
    DOKAZ_LET(written, part_of(audit_.folder / "log", tile_path({level, at.index, width}),
                               tile_path({level, at.index, tile_width}), at.hashes.size()));
    ++audit_.report.tiles;
    if (!written) audit_.find("tiles", "tile {} of level {} is missing or has a wrong length", at.index, level);
    else if (*written != at.hashes) audit_.find("tiles", "tile {} of level {} does not follow from the entries", at.index, level);
    at.hashes.clear();
    ++at.index;
    return {};
  }

  Audit& audit_;
  std::vector<std::pair<unsigned, TreeHash>> stack_;  // (height, root) of complete subtrees, left to right
  std::vector<Level> levels_;
};

/// The log key that the database holds; nothing, with a finding, where there is none.
Result<std::optional<PublicKey>> log_key(Audit& audit) {
  auto row = audit.database.prepare("SELECT log_seed FROM identity");
  DOKAZ_LET(there, row.step());
  if (!there) {
    audit.find("checkpoint", "the log's key is missing in the database");
    return std::optional<PublicKey>();
  }
  DOKAZ_LET(seed, row.secret<32>(0));
  return std::optional(SigningKey::from_seed(seed).public_key());
}

/// The signed head; nothing, with a finding, where it does not hold.
Result<std::optional<TreeHead>> signed_head(Audit& audit, const PublicKey& key) {
  const auto nothing = [&](const char* what) {
    audit.find("checkpoint", "{}", what);
    return std::optional<TreeHead>();
  };
  const auto bytes = read_file(audit.folder / "log" / "checkpoint", largest_checkpoint);
  if (!bytes && bytes.code() == Errc::io_error) return bytes.error();
  if (!bytes) return nothing("the checkpoint is missing");
  const auto note = Note::parse(*bytes);
  if (!note) return nothing("the checkpoint cannot be read");
  const auto checkpoint = parse_checkpoint(*note);
  if (!checkpoint || checkpoint->origin != log_origin(key) || !note->verify(log_origin(key), key))
    return nothing("the checkpoint is not signed by this server's log key");
  return std::optional(checkpoint->head);
}

/// What an authority stamped must have been the tree's root at that size.
void compare_stamped(Audit& audit, std::uint64_t size, const Tree& tree) {
  const auto stamped = audit.stamped.find(size);
  if (stamped != audit.stamped.end() && stamped->second != tree.root())
    audit.find("checkpoint", "the stamped checkpoint of size {} is not of this log's history", size);
}

}  // namespace

Status check_log(Audit& audit, const EachLeaf& each) {
  DOKAZ_LET(key, log_key(audit));
  if (!key) return {};
  DOKAZ_TRY(check_anchors(audit, *key));  // before the head is read: a running server stamps nothing newer than it
  DOKAZ_LET(head, signed_head(audit, *key));
  if (!head) return {};
  for (auto ahead = audit.stamped.upper_bound(head->size); ahead != audit.stamped.end(); ++ahead)
    audit.find("checkpoint", "the stamped checkpoint of size {} is ahead of the signed log", ahead->first);
  const std::uint64_t size = head->size;
  audit.report.log_size = size;
  Tree tree(audit);
  bool whole = true;
  for (std::uint64_t first = 0; first < size; first += tile_width) {
    audit.progress("entries", first, size);
    const auto width = static_cast<unsigned>(std::min<std::uint64_t>(tile_width, size - first));
    const std::uint64_t index = first / tile_width;
    DOKAZ_LET(bytes, part_of(audit.folder / "log", entries_path(index, width), entries_path(index, tile_width),
                             width * entry_size));
    const auto leaves = bytes ? read_entries(*bytes) : Result<std::vector<Leaf>>(Errc::malformed);
    if (!leaves) {
      // Without these entries nothing above them can be derived; the statements are still compared below.
      audit.find("entries", "the bundle of entries {} to {} is missing or damaged", first, first + width - 1);
      whole = false;
      break;
    }
    for (std::size_t i = 0; i < leaves->size(); ++i) {
      DOKAZ_TRY(tree.add(leaf_hash((*leaves)[i])));
      compare_stamped(audit, first + i + 1, tree);
      DOKAZ_TRY(each(first + i, (*leaves)[i]));
      ++audit.report.entries;
    }
  }
  if (!whole) return {};
  audit.progress("entries", size, size);
  DOKAZ_TRY(tree.finish());
  if (tree.root() != head->root) audit.find("checkpoint", "the entries do not lead to the signed root");
  return {};
}

}  // namespace dokaz::server::auditing
