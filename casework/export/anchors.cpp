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
constexpr std::size_t of_unknown = 4;  // anchors for one checkpoint from each end, where nobody knows whose they are
constexpr std::string_view response_ending = ".tsr", chain_ending = ".chain.pem", lists_ending = ".crl";

struct Anchor {
  TreeHead head;
  std::map<std::string, Bytes> files;  // by name
  std::size_t tokens = 0, confirmed = 0;
};

/// Whether it leads to one of the roots that the exporter knows.
bool is_confirmed(const Bytes& response_bytes, const Bytes& checkpoint, const AnchorParts& beside,
                  const std::vector<TimeTrust>& authorities) {
  const auto response = TimeResponse::parse(response_bytes);
  return response && std::any_of(authorities.begin(), authorities.end(), [&](const TimeTrust& root) {
           return root.check(*response, checkpoint, beside).has_value();
         });
}

/// The certificates from its signer to the last one of its own chain, by which it holds: another one would make the whole bag
/// fail. What else lay beside them goes into no bag.
Result<Bytes> whole_chain(const Bytes& response_bytes, const Bytes& checkpoint, const AnchorParts& beside) {
  const std::string_view chain = text_of(beside.chain);
  const auto last = chain.rfind("-----BEGIN CERTIFICATE-----");
  if (last == std::string_view::npos) return fail(Errc::bad_anchor, "no certificates");
  DOKAZ_LET(own, TimeTrust::parse(bytes_of(chain.substr(last))));
  DOKAZ_LET(response, TimeResponse::parse(response_bytes));
  DOKAZ_LET(proved, own.check(response, checkpoint, beside));
  return proved->chain;
}

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

/// Nothing where no authority has answered yet; the failure of what lies there and is not as it must be.
Result<std::optional<Anchor>> read_anchor(const fs::path& folder, const Policy& policy, std::uint64_t size,
                                          const std::vector<TimeTrust>& authorities) {
  Anchor anchor;
  auto checkpoint_bytes = read_file(folder / "checkpoint", max_note_size);
  if (!checkpoint_bytes && checkpoint_bytes.code() == Errc::not_found) return std::optional<Anchor>();
  if (!checkpoint_bytes) return checkpoint_bytes.error();
  DOKAZ_LET(note, Note::parse(*checkpoint_bytes));
  DOKAZ_LET(checkpoint, policy.check_log(note));
  anchor.head = checkpoint->checkpoint.head;
  if (anchor.head.size != size) return fail(Errc::malformed, "another size than its folder's");
  std::error_code error;
  std::set<std::pair<bool, std::string>> names;  // those that lead to a known root first
  std::map<std::string, std::map<std::string, Bytes>> answers;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.ends_with(response_ending)) continue;
    const std::string authority = name.substr(0, name.size() - response_ending.size());
    if (!is_authority_name(authority)) continue;
    const auto response = read_file(at->path(), max_anchor_file);
    const auto chain = read_file(folder / (authority + std::string(chain_ending)), max_anchor_file);
    const auto lists = read_file(folder / (authority + std::string(lists_ending)), max_revocation_file);
    if (!response || !chain || (!lists && lists.code() != Errc::not_found)) continue;  // without it nobody could check it
    const AnchorParts beside{*chain, lists ? *lists : Bytes()};
    const auto whole = whole_chain(*response, *checkpoint_bytes, beside);
    if (!whole) continue;
    auto& files = answers[authority];
    files.emplace(name, *response);
    files.emplace(authority + std::string(chain_ending), *whole);
    if (lists) files.emplace(authority + std::string(lists_ending), *lists);
    names.emplace(!is_confirmed(*response, *checkpoint_bytes, {*whole, beside.revocation_lists}, authorities), authority);
  }
  if (error) return Errc::io_error;
  for (const auto& [unconfirmed, authority] : names) {
    if (anchor.tokens == max_authorities) break;
    ++anchor.tokens;
    anchor.confirmed += unconfirmed ? 0 : 1;
    anchor.files.merge(answers[authority]);
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

Result<AnchorsFor> anchors_for(const fs::path& log, const Policy& policy, const std::vector<TreeHead>& heads,
                               const std::vector<TimeTrust>& authorities) {
  DOKAZ_LET(sizes, sizes_in(log / "anchors"));
  AnchorsFor out;
  std::vector<Anchor> anchors;
  for (const std::uint64_t size : sizes) {
    auto anchor = read_anchor(log / "anchors" / std::to_string(size), policy, size, authorities);
    if (!anchor) ++out.broken;
    else if (*anchor) anchors.push_back(std::move(**anchor));
  }
  const std::optional<TileFolder> tiles = tiles_of(log, policy);
  // By the anchor's place: the proofs that it needs, none for its own checkpoint.
  std::map<std::size_t, std::vector<Consistency>> chosen;
  /// Whether the anchor covers it; then it is chosen for it.
  const auto take = [&](const TreeHead& head, std::size_t i) {
    if (anchors[i].head == head) {
      chosen[i];
      return true;
    }
    auto proof = cover(head, anchors[i].head, tiles);
    if (proof) chosen[i].push_back(std::move(*proof));
    return proof.has_value();
  };
  const auto choose = [&](std::size_t first) {
    chosen.clear();
    for (const TreeHead& head : heads) {
      bool is_confirmed = false;
      for (std::size_t i = first; i < anchors.size() && !is_confirmed; ++i)
        is_confirmed = anchors[i].head.size >= head.size && anchors[i].confirmed > 0 && take(head, i);
      if (is_confirmed) continue;
      // Whoever made the copy of the log can have put stamps of their own before and behind the others.
      std::size_t taken = 0, i = first;
      for (; i < anchors.size() && taken < of_unknown; ++i)
        if (anchors[i].head.size >= head.size && take(head, i)) ++taken;
      for (std::size_t end = anchors.size(), more = 0; end-- > i && more < of_unknown;)
        if (take(head, end)) ++more;
    }
  };
  choose(0);
  // Too many: the newest ones cover everything, at a later time.
  if (chosen.size() > max_anchored) choose(anchors.size() - max_anchored);
  for (const auto& [i, proofs] : chosen) {
    out.tokens += anchors[i].tokens;
    out.confirmed += anchors[i].confirmed;
    const std::string folder = std::string(part::anchors) + std::to_string(anchors[i].head.size) + "/";
    for (const auto& [name, content] : anchors[i].files) out.files.insert_or_assign(folder + name, BagFile(content));
    for (const Consistency& proof : proofs)
      out.files.insert_or_assign(folder + "from." + std::to_string(proof.from.size), BagFile(write_consistency(proof)));
  }
  return out;
}

}  // namespace dokaz
