// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/log_audit.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "casework/verify/limits.hpp"
#include "casework/verify/tile_folder.hpp"
#include "crypto/encoding.hpp"
#include "crypto/files.hpp"

namespace dokaz {
namespace {

constexpr std::int64_t clock_slack = 24 * 60 * 60;

/// Eight bytes tell leaves apart well enough to count those that come again.
std::uint64_t beginning_of(const TreeHash& hash) {
  std::uint64_t out = 0;
  for (const Byte byte : hash.view().first(sizeof out)) out = out << 8 | byte;
  return out;
}

class Audit {
 public:
  Audit(const std::filesystem::path& folder, const Policy& policy, std::int64_t now, const LogProgress& progress)
      : folder_(folder), policy_(policy), now_(now), progress_(progress) {}

  LogReport run() {
    if (const Status outcome = steps(); !outcome) report_.failure = Report::Failure{outcome.error(), where_};
    return std::move(report_);
  }

 private:
  Status steps() {
    where_ = "checkpoint";
    auto note = read_checkpoint_file(folder_);
    if (!note && note.code() == Errc::not_found) return fail(Errc::missing_part, "there is no checkpoint in this folder");
    if (!note) return note.error();
    DOKAZ_LET(head, check_checkpoint(*note));
    DOKAZ_TRY(read_stamped());
    const TileFolder tiles(folder_, head.size);
    RightEdge tree;
    DOKAZ_TRY(check_entries(tiles, head.size, tree));
    where_ = "checkpoint";
    if (tree.root() != head.root) return fail(Errc::bad_consistency, "the entries do not lead to the signed root");
    DOKAZ_TRY(check_upper_tiles(tiles, head.size));
    if (!stamped_.empty()) {
      where_ = "anchors/" + std::to_string(stamped_.begin()->first);
      return fail(Errc::bad_consistency, "a stamped checkpoint is ahead of the signed one");
    }
    std::sort(leaves_.begin(), leaves_.end());
    for (std::size_t i = 1; i < leaves_.size(); ++i) report_.twice += leaves_[i] == leaves_[i - 1] ? 1 : 0;
    report_.signers = signers_.size();
    if (report_.witnesses.empty()) report_.limits.emplace_back(limit::one_log);
    if (report_.entries == 0 && head.size != 0)
      report_.limits.emplace_back("The entries are not in this copy: the tree was derived from its lowest tiles.");
    return {};
  }

  Result<TreeHead> check_checkpoint(const Note& note) {
    DOKAZ_LET(checkpoint, policy_.check(note));
    report_.origin = checkpoint->checkpoint.origin;
    report_.size = checkpoint->checkpoint.head.size;
    for (const Cosignature& witness : checkpoint->witnesses) {
      if (witness.unix_time > static_cast<std::uint64_t>(now_ + clock_slack))
        return fail(Errc::bad_signature, "a witness's time is yet to come");
      report_.witnesses.push_back({witness.witness, witness.unix_time});
    }
    return checkpoint->checkpoint.head;
  }

  /// The roots that authorities stamped: by the log's own signature; whether the stamps hold is another question.
  Status read_stamped() {
    std::error_code error;
    for (auto at = std::filesystem::directory_iterator(folder_ / "anchors", error);
         !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
      const auto size = from_decimal(at->path().filename().string());
      if (!size || *size == 0 || !has_response(at->path())) continue;
      where_ = "anchors/" + std::to_string(*size);
      auto note = read_checkpoint_file(at->path());
      if (!note && note.code() == Errc::not_found) continue;  // half-made
      if (!note) return note.error();
      DOKAZ_LET(checkpoint, policy_.check_log(*note));
      if (checkpoint->checkpoint.head.size != *size) return fail(Errc::malformed, "another size than its folder's");
      stamped_.emplace(*size, checkpoint->checkpoint.head.root);
    }
    where_ = "anchors";
    if (error && error != std::errc::no_such_file_or_directory) return fail(Errc::io_error, "the folder of anchors cannot be read");
    return {};
  }

  /// Without an authority's response it is no anchor.
  static bool has_response(const std::filesystem::path& folder) {
    std::error_code error;
    for (auto at = std::filesystem::directory_iterator(folder, error);
         !error && at != std::filesystem::directory_iterator(); at.increment(error))
      if (at->path().extension() == ".tsr") return true;
    return false;
  }

  /// The lowest tiles, each compared with what its entries hash to, and the tree over them.
  Status check_entries(const TileFolder& tiles, std::uint64_t size, RightEdge& tree) {
    const auto ignore = [](unsigned, std::uint64_t, const TreeHash&) {};
    for (std::uint64_t bundle = 0; bundle * tile_width < size; ++bundle) {
      if (progress_) progress_(bundle * tile_width, size);
      where_ = "tile 0/" + std::to_string(bundle);
      auto tile = tiles.tile(0, bundle);
      if (!tile && tile.code() == Errc::not_found) return fail(Errc::missing_part, "a tile is not in this copy");
      if (!tile) return tile.error();
      ++report_.tiles;
      auto leaves = tiles.entries(bundle);
      const bool absent = !leaves && leaves.code() == Errc::not_found;
      where_ = "tile entries/" + std::to_string(bundle);
      if (absent && report_.entries != 0) return fail(Errc::missing_part, "entries are not in this copy");
      if (!absent && !leaves) return leaves.error();
      if (!absent && bundle != 0 && report_.entries == 0) return fail(Errc::missing_part, "earlier entries are not in this copy");
      for (std::size_t i = 0; i < tile->size() / TreeHash::size; ++i) {
        const TreeHash hash = *TreeHash::from(ByteView(*tile).subspan(i * TreeHash::size, TreeHash::size));
        if (!absent) {
          const Leaf& leaf = (*leaves)[i];
          if (leaf_hash(leaf) != hash) return fail(Errc::bad_inclusion, "an entry is not the one that its tile has");
          signers_.insert(*KeyHash::from(leaf.view().last(KeyHash::size)));
          ++report_.entries;
        }
        leaves_.push_back(beginning_of(hash));
        tree.append(hash, ignore);
        DOKAZ_TRY(compare_stamped(tree));
      }
    }
    if (progress_) progress_(size, size);
    return {};
  }

  Status compare_stamped(const RightEdge& tree) {
    const auto stamped = stamped_.begin();
    if (stamped == stamped_.end() || stamped->first != tree.size()) return {};
    where_ = "anchors/" + std::to_string(stamped->first);
    if (tree.root() != stamped->second) return fail(Errc::bad_consistency, "a stamped checkpoint is of another history");
    ++report_.anchored;
    stamped_.erase(stamped);
    return {};
  }

  /// Each tile above follows from those below it, which follow from the entries.
  Status check_upper_tiles(const TileFolder& tiles, std::uint64_t size) {
    constexpr unsigned tile_height = 8;
    for (unsigned level = 1; level * tile_height < 64 && (size >> (level * tile_height)) != 0; ++level) {
      const std::uint64_t hashes = size >> (level * tile_height);
      for (std::uint64_t index = 0; index * tile_width < hashes; ++index) {
        where_ = "tile " + std::to_string(level) + "/" + std::to_string(index);
        auto tile = tiles.tile(level, index);
        if (!tile && tile.code() == Errc::not_found) return fail(Errc::missing_part, "a tile is not in this copy");
        if (!tile) return tile.error();
        ++report_.tiles;
        for (std::size_t i = 0; i < tile->size() / TreeHash::size; ++i) {
          DOKAZ_LET(below, whole_tile(tiles, level - 1, index * tile_width + i));
          if (!std::equal(below.view().begin(), below.view().end(), tile->begin() + static_cast<std::ptrdiff_t>(i * TreeHash::size)))
            return fail(Errc::bad_inclusion, "a tile does not follow from those below it");
        }
      }
    }
    return {};
  }

  /// The root of a full tile.
  Result<TreeHash> whole_tile(const TileFolder& tiles, unsigned level, std::uint64_t index) {
    DOKAZ_LET(bytes, tiles.tile(level, index));
    RightEdge tree;
    for (std::size_t i = 0; i < bytes.size() / TreeHash::size; ++i)
      tree.append(*TreeHash::from(ByteView(bytes).subspan(i * TreeHash::size, TreeHash::size)),
                  [](unsigned, std::uint64_t, const TreeHash&) {});
    return tree.root();
  }

  const std::filesystem::path& folder_;
  const Policy& policy_;
  std::int64_t now_;
  const LogProgress& progress_;
  std::map<std::uint64_t, TreeHash> stamped_;
  std::vector<std::uint64_t> leaves_;  // the first eight bytes of each leaf's hash
  std::set<KeyHash> signers_;
  LogReport report_;
  std::string where_;
};

}  // namespace

Outcome LogReport::outcome() const {
  if (failure) return Outcome::failed;
  return limits.empty() ? Outcome::verified : Outcome::verified_with_limits;
}

int LogReport::exit_code() const {
  if (failure) return dokaz::exit_code(failure->error.code);
  return limits.empty() ? exit_ok : exit_verified_with_limits;
}

LogReport audit_log(const std::filesystem::path& folder, const Policy& policy, std::int64_t now, const LogProgress& progress) {
  return Audit(folder, policy, now, progress).run();
}

std::string render_text(const LogReport& report) {
  std::string out;
  if (report.failure) {
    out = "FAILED: " + std::string(words_of(report.failure->error.code)) + ".\n";
    out += "Where       " + report.failure->where + "\n";
    out += "Reason      " + std::string(name_of(report.failure->error.code)) +
           (report.failure->error.detail.empty() ? "" : ": " + report.failure->error.detail) + "\n";
    out += "Next        Fetch a fresh copy of the log. If that fails the same way, keep both copies and tell the legal team.\n";
  } else {
    out = report.limits.empty() ? "VERIFIED, for the policy that you gave.\n" : "VERIFIED WITH LIMITS, for the policy that you gave.\n";
  }
  for (const std::string& limit : report.limits) out += "Limit       " + limit + "\n";
  out += "Log         " + report.origin + ", " + std::to_string(report.size) + " entries\n";
  out += "            " + std::to_string(report.entries) + " entries and " + std::to_string(report.tiles) +
         " tiles read; all of them lead to the signed root\n";
  if (report.failure) out.erase(out.rfind("; all of them"), std::string_view("; all of them lead to the signed root").size());
  out += "            " + std::to_string(report.signers) + " keys signed; " + std::to_string(report.twice) +
         " entries are in it once more\n";
  for (const auto& witness : report.witnesses) out += "Witness     " + witness.witness + " " + utc(witness.unix_time) + "\n";
  out += "Anchors     " + std::to_string(report.anchored) + " anchored checkpoints are of this history; their tokens are not checked here\n";
  out += "Not proved  what was signed: a log has no statement, only what one hashes to\n";
  return out;
}

std::string render_json(const LogReport& report) {
  nlohmann::ordered_json out = {{"kind", "log"}, {"outcome", name_of(report.outcome())}, {"code", report.exit_code()}};
  if (report.failure)
    out["failure"] = {{"error", name_of(report.failure->error.code)},
                      {"what", words_of(report.failure->error.code)},
                      {"where", report.failure->where},
                      {"detail", report.failure->error.detail}};
  out["limits"] = report.limits;
  out["origin"] = report.origin;
  out["size"] = report.size;
  out["entries"] = report.entries;
  out["tiles"] = report.tiles;
  out["signers"] = report.signers;
  out["twice"] = report.twice;
  out["anchored"] = report.anchored;
  out["witnesses"] = nlohmann::ordered_json::array();
  for (const auto& one : report.witnesses) out["witnesses"].push_back({{"witness", one.witness}, {"time", utc(one.unix_time)}});
  return out.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace dokaz
