// SPDX-License-Identifier: GPL-3.0-or-later
// The audit of a published log from a copy of its files: a log that holds, and each thing that must not.
#include <catch2/catch.hpp>

#include "casework/verify/log_audit.hpp"
#include "crypto/files.hpp"
#include "proto/merkle/tiles.hpp"
#include "tests/unit/casework/small_exhibit.hpp"
#include "tests/unit/crypto/scratch.hpp"

using namespace dokaz;
using namespace dokaz::small;

namespace {

constexpr std::int64_t now = last_cosigned + 3600;

/// A log of `size` made-up leaves, published as tiles.
struct Published {
  explicit Published(std::uint64_t size) : policy(make_policy(key(log_key).public_key(), true)) {
    std::vector<std::vector<TreeHash>> levels(1);
    for (std::uint64_t i = 0; i < size; ++i) {
      const Sha256 part = sha256(std::to_string(i));
      Bytes bytes = to_bytes(part.view());
      for (int k = 0; k < 3; ++k) append(bytes, sha256(i % 2 == 0 ? "one" : "two").view());
      leaves.push_back(*Leaf::from(bytes));
      tree.append(leaf_hash(leaves.back()), [&](unsigned level, std::uint64_t, const TreeHash& hash) {
        if (level % tile_height == 0) {
          levels.resize(std::max<std::size_t>(levels.size(), level / tile_height + 1));
          levels[level / tile_height].push_back(hash);
        }
      });
    }
    for (unsigned level = 0; level < levels.size(); ++level)
      for (std::uint64_t at = 0; at < levels[level].size(); at += tile_width) {
        const auto width = static_cast<unsigned>(std::min<std::uint64_t>(tile_width, levels[level].size() - at));
        Bytes tile;
        for (unsigned i = 0; i < width; ++i) append(tile, levels[level][at + i].view());
        put(tile_path({level, at / tile_width, width}), tile);
        if (level != 0) continue;
        put(entries_path(at / tile_width, width),
            write_entries({leaves.begin() + static_cast<std::ptrdiff_t>(at), leaves.begin() + static_cast<std::ptrdiff_t>(at + width)}));
      }
    put("checkpoint", checkpoint(tree.root()));
  }
  Bytes checkpoint(const TreeHash& root, bool witnessed = true) const {
    const Checkpoint head = sign_checkpoint({tree.size(), root}, key(log_key));
    if (!witnessed) return head.note.bytes();
    return must(head.note.with_line(cosign(head, "north", last_cosigned, key(witness_key)))).bytes();
  }
  void put(const std::string& path, const Bytes& content) const {
    std::filesystem::create_directories((scratch / path).parent_path());
    must(write_file_durably(scratch / path, content));
  }
  std::string audit() const {
    const LogReport report = audit_log(scratch.path(), policy, now);
    if (!report.failure) return std::string(name_of(report.outcome()));
    return std::string(name_of(report.failure->error.code)) + " " + report.failure->where;
  }
  void flip(const std::string& path, std::size_t at) const {
    Bytes content = must(read_file(scratch / path, 1 << 20));
    content.at(at) ^= 1;
    put(path, content);
  }

  static constexpr unsigned tile_height = 8;
  test::Scratch scratch;
  Policy policy;
  RightEdge tree;
  std::vector<Leaf> leaves;
};

}  // namespace

TEST_CASE("a published log that holds") {
  for (const std::uint64_t size : {1u, 255u, 256u, 257u, 700u}) {
    const Published log(size);
    const LogReport report = audit_log(log.scratch.path(), log.policy, now);
    CHECK(log.audit() == "verified");
    CHECK(report.size == size);
    CHECK(report.entries == size);
    CHECK(report.signers == (size > 1 ? 2 : 1));
    CHECK(report.twice == 0);
  }
}

TEST_CASE("whatever is changed in a published log is found where it is") {
  const Published log(700);
  log.flip("tile/entries/001", 40);
  CHECK(log.audit() == "bad_inclusion tile entries/1");
  log.flip("tile/entries/001", 40);
  log.flip("tile/0/002.p/188", 40);
  CHECK(log.audit() == "bad_inclusion tile entries/2");
  log.flip("tile/0/002.p/188", 40);
  log.flip("tile/1/000.p/2", 40);
  CHECK(log.audit() == "bad_inclusion tile 1/0");
  log.flip("tile/1/000.p/2", 40);
  CHECK(log.audit() == "verified");
  log.put("checkpoint", log.checkpoint(empty_root()));
  CHECK(log.audit() == "bad_consistency checkpoint");
  log.put("checkpoint", log.checkpoint(log.tree.root(), false));
  CHECK(log.audit() == "policy_unmet checkpoint");
  must(remove_file_durably(log.scratch / "checkpoint"));
  CHECK(log.audit() == "missing_part checkpoint");
  log.put("checkpoint", log.checkpoint(log.tree.root()));
  must(remove_file_durably(log.scratch / "tile/0/001"));
  CHECK(log.audit() == "missing_part tile 0/1");
}

TEST_CASE("a log without its entries is audited from its tiles, and that is said") {
  const Published log(300);
  std::filesystem::remove_all(log.scratch / "tile/entries");
  CHECK(log.audit() == "verified_with_limits");
}

TEST_CASE("stamped checkpoints must be of the same history") {
  const Published log(300);
  const Published older(200);
  log.put("anchors/200/checkpoint", older.checkpoint(older.tree.root()));
  CHECK(audit_log(log.scratch.path(), log.policy, now).anchored == 0);  // nobody answered yet
  log.put("anchors/0/checkpoint", to_bytes("x"));
  log.put("anchors/0/north.tsr", to_bytes("x"));
  log.put("anchors/200/north.tsr", to_bytes("x"));
  CHECK(log.audit() == "verified");
  CHECK(audit_log(log.scratch.path(), log.policy, now).anchored == 1);
  log.put("anchors/200/checkpoint", older.checkpoint(empty_root()));
  CHECK(log.audit() == "bad_consistency anchors/200");
  std::filesystem::remove_all(log.scratch / "anchors");
  const Published newer(400);
  log.put("anchors/400/checkpoint", newer.checkpoint(newer.tree.root()));
  log.put("anchors/400/north.tsr", to_bytes("x"));
  CHECK(log.audit() == "bad_consistency anchors/400");
}

TEST_CASE("a witness of the future is refused") {
  const Published log(3);
  CHECK(audit_log(log.scratch.path(), log.policy, last_cosigned - 2 * 86'400).failure->error.code == Errc::bad_signature);
}
