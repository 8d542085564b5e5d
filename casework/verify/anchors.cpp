// SPDX-License-Identifier: GPL-3.0-or-later
// Time stamps in a bag: which checkpoint each is over, which statements that covers, and whose word it is.
#include <algorithm>

#include "casework/verify/checks.hpp"
#include "casework/verify/consistency.hpp"
#include "crypto/encoding.hpp"
#include "proto/anchor/authorities.hpp"

namespace dokaz {
namespace {

constexpr std::size_t max_anchored = 64, max_authorities = 8;
constexpr std::string_view response_ending = ".tsr", chain_ending = ".chain.pem", lists_ending = ".crl", from = "from.";
constexpr std::int64_t clock_slack = 24 * 60 * 60;
constexpr std::int64_t microseconds = 1'000'000;

/// The names in one folder of an anchor.
struct Folder {
  std::string path;  // with its slash
  std::uint64_t size = 0;
  std::vector<std::string> authorities;  // that have a response
  std::vector<std::uint64_t> older;
};

/// The folders, ascending by name: malformed for anything that has no place there.
Result<std::vector<Folder>> folders_of(Parts& parts) {
  std::vector<Folder> folders;
  for (auto at = parts.all().lower_bound(std::string(part::anchors));
       at != parts.all().end() && at->first.starts_with(part::anchors); ++at) {
    parts.at(at->first);
    const std::string_view rest = std::string_view(at->first).substr(part::anchors.size());
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) return fail(Errc::malformed, "a part that has no place in an exhibit");
    const std::string path = std::string(part::anchors) + std::string(rest.substr(0, slash + 1));
    if (folders.empty() || folders.back().path != path) {
      const auto size = from_decimal(rest.substr(0, slash));
      if (!size || folders.size() == max_anchored) return fail(Errc::malformed, "not the folder of an anchor");
      folders.push_back({path, *size, {}, {}});
    }
    const std::string_view name = rest.substr(slash + 1);
    const auto authority_before = [&](std::string_view ending) {
      return name.ends_with(ending) && is_authority_name(name.substr(0, name.size() - ending.size()))
                 ? std::string(name.substr(0, name.size() - ending.size()))
                 : std::string();
    };
    if (const std::string authority = authority_before(response_ending); !authority.empty()) {
      folders.back().authorities.push_back(authority);
    } else if (name.starts_with(from)) {
      DOKAZ_LET(size, from_decimal(name.substr(from.size())));
      folders.back().older.push_back(size);
    } else if (name != "checkpoint") {
      std::string authority_beside = authority_before(chain_ending);
      if (authority_beside.empty()) authority_beside = authority_before(lists_ending);
      if (authority_beside.empty()) return fail(Errc::malformed, "a part that has no place in an exhibit");
      if (!parts.all().contains(path + authority_beside + std::string(response_ending)))
        return fail(Errc::malformed, "a file of an authority whose response is not here");
    }
  }
  return folders;
}

/// Shown on terminals and pages.
std::string plain(std::string_view text) {
  constexpr std::size_t most = 200;
  std::string out;
  for (const char c : text.substr(0, most)) out += c >= 0x20 && c <= 0x7e ? c : '?';
  return out;
}

/// The last certificate of a token's own chain: by it the token is whole or it is not, whoever made it.
Result<TimeTrust> own_root(const Bytes& chain) {
  const std::string_view text = text_of(chain);
  const auto last = text.rfind("-----BEGIN CERTIFICATE-----");
  if (last == std::string_view::npos) return fail(Errc::bad_anchor, "no certificates");
  return TimeTrust::parse(bytes_of(text.substr(last)));
}

Result<Report::Stamp> check_token(Parts& parts, const Trust& trust, const Folder& folder, const std::string& authority,
                                  const Bytes& checkpoint) {
  const std::string where = folder.path + authority + std::string(response_ending);
  AnchorParts beside;
  DOKAZ_LET(chain, parts.need(folder.path + authority + std::string(chain_ending), max_anchor_file));
  beside.chain = std::move(chain);
  const std::string lists = folder.path + authority + std::string(lists_ending);
  if (parts.find(lists) != nullptr) {
    DOKAZ_LET(bytes, parts.need(lists, max_revocation_file));
    beside.revocation_lists = std::move(bytes);
  }
  DOKAZ_LET(bytes, parts.need(where, max_anchor_file));
  DOKAZ_LET(response, TimeResponse::parse(bytes));
  DOKAZ_LET(own, own_root(beside.chain));
  DOKAZ_LET(whole, own.check(response, checkpoint, beside));
  const TimeClaims& claims = whole->claims;
  if (trust.now) {
    const auto accuracy = static_cast<std::int64_t>(
        std::min<std::uint64_t>(claims.accuracy_us.value_or(0), std::uint64_t{1} << 60) / microseconds);
    if (claims.unix_time - accuracy > *trust.now + clock_slack)
      return fail(Errc::bad_anchor, "a time stamp of a time that is yet to come");
  }
  Report::Stamp stamp{where, folder.size, plain(whole->authority), plain(claims.policy), claims.latest(), false,
                      whole->revocation == Revocation::not_revoked};
  for (const TimeTrust& root : trust.authorities) {
    const auto confirmed = root.check(response, checkpoint, beside);
    if (!confirmed) continue;
    stamp.confirmed = true;
    stamp.not_revoked = (*confirmed)->revocation == Revocation::not_revoked;
    break;
  }
  return stamp;
}

Result<Anchored> check_folder(Parts& parts, const Trust& trust, const Folder& folder,
                              const std::set<std::pair<std::uint64_t, TreeHash>>& items) {
  DOKAZ_LET(bytes, parts.need(folder.path + "checkpoint", max_note_size));
  DOKAZ_LET(note, Note::parse(bytes));
  DOKAZ_LET(checkpoint, trust.policy.check_log(note));
  Anchored anchor{checkpoint->checkpoint.head, {}, {}};
  if (anchor.head.size != folder.size) return fail(Errc::malformed, "another size than its folder's");
  anchor.covers.emplace(anchor.head.size, anchor.head.root);
  for (const std::uint64_t size : folder.older) {
    DOKAZ_LET(text, parts.need(folder.path + std::string(from) + std::to_string(size), max_bag_text));
    DOKAZ_LET(proof, read_consistency(text));
    if (proof.from.size != size || proof.to != anchor.head || size >= folder.size || size == 0)
      return fail(Errc::malformed, "about other checkpoints than its place says");
    if (!items.contains({proof.from.size, proof.from.root}))
      return fail(Errc::malformed, "from a checkpoint that no receipt here ends with");
    DOKAZ_TRY(verify_consistency(proof.from, proof.to, proof.path));
    anchor.covers.emplace(proof.from.size, proof.from.root);
  }
  parts.at(folder.path + "checkpoint");
  const bool covers_one = std::any_of(anchor.covers.begin(), anchor.covers.end(),
                                      [&](const auto& head) { return items.contains(head); });
  if (!covers_one) return fail(Errc::malformed, "it covers nothing here");
  if (folder.authorities.empty()) return fail(Errc::missing_part, "no authority's response");
  if (folder.authorities.size() > max_authorities) return fail(Errc::malformed, "more authorities than an anchor may have");
  for (const std::string& authority : folder.authorities) {
    DOKAZ_LET(stamp, check_token(parts, trust, folder, authority, bytes));
    anchor.stamps.push_back(std::move(stamp));
  }
  return anchor;
}

}  // namespace

Result<std::vector<Anchored>> check_anchors(Parts& parts, const Trust& trust,
                                            const std::set<std::pair<std::uint64_t, TreeHash>>& items) {
  std::vector<Anchored> anchors;
  DOKAZ_LET(folders, folders_of(parts));
  for (const Folder& folder : folders) {
    DOKAZ_LET(anchor, check_folder(parts, trust, folder, items));
    anchors.push_back(std::move(anchor));
  }
  return anchors;
}

}  // namespace dokaz
