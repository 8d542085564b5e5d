// SPDX-License-Identifier: GPL-3.0-or-later
// The anchors: each stamped checkpoint is the log's own and of its history, each token holds at its own time.
#include <algorithm>

#include "crypto/encoding.hpp"
#include "proto/anchor/authorities.hpp"
#include "proto/anchor/time_trust.hpp"
#include "proto/format/checkpoint.hpp"
#include "sync-server/audit/audit_parts.hpp"

namespace dokaz::server::auditing {
namespace {

using Trusts = std::map<std::string, TimeTrust>;

/// The roots that the operator configured; an authority that is not in the file any more has none.
Trusts configured_trusts(Audit& audit) {
  Trusts out;
  const auto text = read_file(audit.folder / "authorities", max_authorities_file, Links::follow);
  if (!text && text.code() == Errc::not_found) return out;
  const auto all = text ? read_authorities(*text) : Result<std::vector<TimeAuthority>>(text.error());
  if (!all) {
    audit.find("anchors", "the list of authorities cannot be read");
    return out;
  }
  for (const TimeAuthority& each : *all) {
    const auto pem = read_file(audit.folder / each.ca_file, max_anchor_file, Links::follow);
    auto trust = pem ? TimeTrust::parse(*pem) : Result<TimeTrust>(pem.error());
    if (trust) out.emplace(each.name, std::move(*trust));
    else audit.find("anchors", "the roots of a listed authority cannot be read");
  }
  return out;
}

/// The last certificate of the chain that was kept: the token then holds by its own chain, which is all that can
/// be said without a configured root.
Result<TimeTrust> own_trust(const Bytes& chain) {
  const std::string_view text = text_of(chain);
  const auto last = text.rfind("-----BEGIN CERTIFICATE-----");
  return TimeTrust::parse(last == std::string_view::npos ? ByteView() : bytes_of(text.substr(last)));
}

/// Bytes of a file, none where it is not there; a finding's words where it cannot be read.
Result<Bytes> optional_file(const Path& path, std::uint64_t cap) {
  auto bytes = read_file(path, cap);
  if (!bytes && bytes.code() == Errc::not_found) return Bytes();
  return bytes;
}

Status check_token(Audit& audit, const Path& folder, std::uint64_t size, const std::string& authority,
                   const Bytes& checkpoint, const Trusts& trusts) {
  const auto response_bytes = read_file(folder / (authority + ".tsr"), max_anchor_file);
  const auto chain = optional_file(folder / (authority + ".chain.pem"), max_anchor_file);
  const auto lists = optional_file(folder / (authority + ".crl"), max_revocation_file);
  for (const auto* each : {&response_bytes, &chain, &lists})
    if (!*each && each->code() == Errc::io_error) return each->error();
  if (!response_bytes || !chain || !lists) {
    audit.find("anchors", "a file of the anchor at {} cannot be read", size);
    return {};
  }
  if (chain->empty()) audit.find("anchors", "the chain of the anchor at {} is missing", size);
  const auto configured = trusts.find(authority);
  const auto trust = configured == trusts.end() ? own_trust(*chain) : Result<TimeTrust>(configured->second);
  const auto response = TimeResponse::parse(*response_bytes);
  if (!trust || !response) {
    audit.find("anchors", "the anchor at {} cannot be read", size);
    return {};
  }
  const auto proved = trust->check(*response, checkpoint, {*chain, *lists});
  ++audit.report.anchors;
  if (!proved) audit.find("anchors", "the anchor at {} does not hold: {}", size, proved.error().detail);
  return {};
}

Status check_folder(Audit& audit, const Path& folder, std::uint64_t size, const PublicKey& log, const Trusts& trusts) {
  std::vector<std::string> authorities;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error), end;
  for (; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.ends_with(".tsr") && is_authority_name(name.substr(0, name.size() - 4)))
      authorities.push_back(name.substr(0, name.size() - 4));
  }
  if (error && error != std::errc::no_such_file_or_directory) return fail(Errc::io_error, "the folder of anchors");
  if (authorities.empty()) return {};  // under way, or half-made: the next start removes it
  std::ranges::sort(authorities);

  const auto bytes = read_file(folder / "checkpoint", max_note_size);
  if (!bytes && bytes.code() == Errc::io_error) return bytes.error();
  const auto note = bytes ? Note::parse(*bytes) : Result<Note>(bytes.error());
  const auto checkpoint = note ? parse_checkpoint(*note) : Result<Checkpoint>(note.error());
  if (!checkpoint || checkpoint->head.size != size || checkpoint->origin != log_origin(log) ||
      !note->verify(log_origin(log), log)) {
    audit.find("anchors", "the stamped checkpoint of size {} is not signed by this server's log key", size);
    return {};
  }
  audit.stamped.emplace(size, checkpoint->head.root);
  for (const std::string& authority : authorities)
    DOKAZ_TRY(check_token(audit, folder, size, authority, *bytes, trusts));
  return {};
}

}  // namespace

Status check_anchors(Audit& audit, const PublicKey& log) {
  const Path root = audit.folder / "log" / "anchors";
  std::vector<std::uint64_t> sizes;
  std::error_code error;
  std::filesystem::directory_iterator entry(root, error), end;
  if (error == std::errc::no_such_file_or_directory) return {};
  for (; !error && entry != end; entry.increment(error))
    if (const auto size = from_decimal(entry->path().filename().string())) sizes.push_back(*size);
  if (error) return fail(Errc::io_error, "the folder of anchors");
  std::ranges::sort(sizes);
  const Trusts trusts = configured_trusts(audit);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    audit.progress("anchors", i, sizes.size());
    DOKAZ_TRY(check_folder(audit, root / std::to_string(sizes[i]), sizes[i], log, trusts));
  }
  return {};
}

}  // namespace dokaz::server::auditing
