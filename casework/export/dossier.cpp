// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/export/dossier.hpp"

#include <algorithm>

#include "casework/export/signers.hpp"
#include "crypto/encoding.hpp"
#include "crypto/files.hpp"
#include "proto/format/sshsig.hpp"

namespace dokaz {
namespace {

constexpr std::string_view payload = "data/";

}  // namespace

Result<std::unique_ptr<DossierWriter>> DossierWriter::start(const std::filesystem::path& folder, Policy policy) {
  DOKAZ_LET(pending, PendingFolder::start(folder));
  return std::unique_ptr<DossierWriter>(new DossierWriter(std::move(pending), std::move(policy)));
}

Status DossierWriter::make_folders(const std::string& path) {
  for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    const std::scoped_lock lock(guard_);
    if (!folders_.insert(folder).second) continue;
    DOKAZ_TRY(make_private_folder(pending_.path() / folder));
  }
  return {};
}

Status DossierWriter::put(const std::string& path, const BagFile& content) {
  const bool is_payload = path.starts_with(payload);
  DOKAZ_TRY(make_folders(path));
  DOKAZ_LET(file, File::open(pending_.path() / path, File::Access::create_new));
  Sha256Stream hash;
  Sha512Stream longer;
  DOKAZ_TRY(content.copy_to([&](ByteView bytes) -> Status {
    hash.update(bytes);
    if (is_payload) longer.update(bytes);
    return file.append(bytes);
  }));
  const Sha256 is = hash.finish();
  const std::scoped_lock lock(guard_);
  (is_payload ? payload_ : tags_).emplace(path, is);
  if (!is_payload) return {};
  long_payload_.emplace(path, longer.finish());
  payload_size_ += content.size();
  return {};
}

Status DossierWriter::put_proven(const std::string& path, const ProvenStatement& proven, bool with_sigsum) {
  DOKAZ_TRY(put(path, proven.statement.bytes()));
  DOKAZ_TRY(put(path + std::string(part::tlog_proof), write_tlog_proof(proven.receipt)));
  if (!with_sigsum) return {};
  DOKAZ_LET(proof, write_sigsum_proof(proven.receipt, policy_));
  return put(path + std::string(part::sigsum_proof), proof);
}

Status DossierWriter::add_item(std::size_t number, const DossierItem& item) {
  const std::string folder = part::item_folder(number);
  DOKAZ_TRY(put_proven(folder + "statement", item.item, true));
  DOKAZ_TRY(put(folder + "disclosures", write_facts(item.disclosures)));
  if (item.clean) DOKAZ_TRY(put(folder + "clean." + item.clean->extension, item.clean->content));
  if (item.original) DOKAZ_TRY(put(folder + "original." + item.original->extension, item.original->content));
  for (const auto& [id, content] : item.objects) DOKAZ_TRY(put(folder + hex(id) + ".age", content));
  if (item.stored) {
    DOKAZ_TRY(put_proven(folder + "receive", {item.stored->receive, item.stored->receipt}, false));
    DOKAZ_TRY(put(folder + "receive.disclosures", write_facts({item.stored->answered})));
  }
  const std::scoped_lock lock(guard_);
  signers_.insert(item.item.receipt.member);
  if (item.stored) signers_.insert(item.stored->receipt.member);
  return {};
}

Status DossierWriter::add_document(const std::string& name, const BagFile& content) {
  const std::string path = std::string(part::documents) + name;
  if (!is_bag_path(path)) return fail(Errc::malformed, "a document's name: A-Z a-z 0-9 . _ - only, in one folder at most");
  return put(path, content);
}

Status DossierWriter::put_people(const DossierParts& parts, const SigningKey& exporter) {
  DOKAZ_LET(signers, Signers::of(parts.roster, parts.admitted));
  for (const AdmittedMember& admitted : parts.admitted) {
    DOKAZ_LET(ticket, parse_ticket(admitted.ticket));
    DOKAZ_TRY(put(part::ticket(ticket.pseudonym), admitted.ticket.bytes()));
    DOKAZ_TRY(put(part::admission(ticket.pseudonym), admitted.admission.bytes()));
  }
  std::vector<const ProvenStatement*> in_log;
  for (const ProvenStatement& one : parts.chains) in_log.push_back(&one);
  std::sort(in_log.begin(), in_log.end(), [](const auto* a, const auto* b) { return a->receipt.index < b->receipt.index; });
  for (const ProvenStatement* one : in_log) DOKAZ_TRY(signers.add_epoch(*one));
  signers_.insert(exporter.public_key().hash());
  for (const KeyHash& key : signers_) {
    DOKAZ_LET(signer, signers.find(key));
    DOKAZ_TRY(put(signer.key_file_path(), signer.key_file()));
  }
  DOKAZ_TRY(put(std::string(part::log_key), key_file_text(parts.policy.log(), "log")));
  DOKAZ_LET(exporting, signers.find(exporter.public_key().hash()));
  return put(std::string(part::allowed_signers), allowed_signers_text(exporting.member.pseudonym, exporting.member.key));
}

Status DossierWriter::put_tags(const SigningKey& exporter, std::string_view day) {
  const Bytes manifest = write_manifest(payload_);
  hash_ = sha256(manifest);
  DOKAZ_TRY(put(std::string(part::bagit), bagit_text()));
  DOKAZ_TRY(put(std::string(part::bag_info), bag_info_text(day, hex(hash_), payload_size_, payload_.size())));
  DOKAZ_TRY(put(std::string(part::script), script_text()));
  DOKAZ_TRY(put(std::string(part::page), page_text()));
  DOKAZ_TRY(put(std::string(part::manifest), manifest));
  DOKAZ_TRY(put(std::string(part::long_manifest), write_manifest(long_payload_)));
  const Bytes tag_manifest = write_manifest(tags_);
  DOKAZ_TRY(put(std::string(part::tag_manifest), tag_manifest));
  return put(std::string(part::signature), to_bytes(sign_sshsig(tag_manifest, exhibit_namespace, exporter)));
}

Status DossierWriter::finish(const DossierParts& parts, const SigningKey& exporter, std::string_view day) {
  DOKAZ_LET(cover, write_cover(parts.cover));
  DOKAZ_TRY(put(std::string(part::cover), cover));
  DOKAZ_TRY(put(std::string(part::policy), parts.policy.bytes()));
  DOKAZ_TRY(put(std::string(part::roster), parts.roster.bytes()));
  for (const ProvenStatement& one : parts.chains)
    DOKAZ_TRY(put_proven(part::chain_of(one.statement.fields().chain, one.statement.fields().seq), one, false));
  for (const auto& [path, content] : parts.anchors) DOKAZ_TRY(put(path, content));
  DOKAZ_TRY(put_people(parts, exporter));
  return put_tags(exporter, day);
}

Status DossierWriter::publish() {
  DOKAZ_TRY(pending_.sync_all());
  return pending_.publish();
}

}  // namespace dokaz
