// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/export/exhibit.hpp"

#include "casework/export/signers.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/sshsig.hpp"

namespace dokaz {
namespace {

class Builder {
 public:
  Builder(const ExhibitParts& parts, const SigningKey& exporter) : parts_(parts), exporter_(exporter) {}

  Result<Bag> build(std::string_view day) {
    DOKAZ_LET(signers, Signers::of(parts_.roster, parts_.admitted));
    signers_ = std::move(signers);
    DOKAZ_TRY(put_admitted());
    put(part::policy, parts_.policy.bytes());
    put(part::roster, parts_.roster.bytes());
    for (const ProvenStatement& earlier : parts_.chain) DOKAZ_TRY(signers_.add_epoch(earlier));
    DOKAZ_TRY(put_proven(std::string(part::item), parts_.item.statement, parts_.item.receipt, true));
    for (const ProvenStatement& earlier : parts_.chain)
      DOKAZ_TRY(put_proven(part::chain(earlier.statement.fields().seq), earlier.statement, earlier.receipt, false));
    put(part::disclosures, write_facts(parts_.disclosures));
    if (parts_.clean) put("data/item/clean." + parts_.clean->extension, parts_.clean->content);
    if (parts_.original) put("data/item/original." + parts_.original->extension, parts_.original->content);
    for (const auto& [id, content] : parts_.objects) put(part::object(id), content);
    for (const auto& [path, content] : parts_.anchors) put(path, content);
    if (parts_.stored) {
      DOKAZ_TRY(put_proven(std::string(part::receive), parts_.stored->receive, parts_.stored->receipt, true));
      put(part::receive_disclosures, write_facts({parts_.stored->answered}));
    }
    put(part::log_key, key_file_text(parts_.policy.log(), "log"));
    DOKAZ_LET(exporter, put_key(exporter_.public_key().hash()));
    DOKAZ_TRY(put_tags(exporter, day));
    return std::move(files_);
  }

 private:
  void put(std::string_view path, BagFile content) { files_.insert_or_assign(std::string(path), std::move(content)); }
  void put(std::string_view path, ByteView content) { put(path, BagFile(to_bytes(content))); }
  void put(std::string_view path, const Bytes& content) { put(path, ByteView(content)); }
  void put(std::string_view path, std::string_view text) { put(path, bytes_of(text)); }

  Status put_admitted() {
    for (const AdmittedMember& admitted : parts_.admitted) {
      DOKAZ_LET(ticket, parse_ticket(admitted.ticket));
      put(part::ticket(ticket.pseudonym), admitted.ticket.bytes());
      put(part::admission(ticket.pseudonym), admitted.admission.bytes());
    }
    return {};
  }

  Result<Member> put_key(const KeyHash& key) {
    DOKAZ_LET(signer, signers_.find(key));
    put(signer.key_file_path(), signer.key_file());
    return signer.member;
  }

  Status put_proven(const std::string& path, const Statement& statement, const Receipt& receipt, bool with_sigsum) {
    put(path, statement.bytes());
    put(path + std::string(part::tlog_proof), write_tlog_proof(receipt));
    if (with_sigsum) {
      DOKAZ_LET(proof, write_sigsum_proof(receipt, parts_.policy));
      put(path + std::string(part::sigsum_proof), proof);
      DOKAZ_TRY(put_key(receipt.member));
    }
    const auto signer = signers_.find(receipt.member);
    return signer ? Status() : Status(signer.error());
  }

  Result<Bytes> manifest_of(bool payload) const {
    Manifest manifest;
    for (const auto& [path, content] : files_) {
      if (path.starts_with("data/") != payload) continue;
      DOKAZ_LET(hash, content.hash());
      manifest.emplace(path, hash);
    }
    return write_manifest(manifest);
  }

  Status put_tags(const Member& exporter, std::string_view day) {
    put(part::bagit, bagit_text());
    put(part::bag_info, bag_info_text(day, parts_.item.statement.hash(), files_));
    put(part::allowed_signers, allowed_signers_text(exporter.pseudonym, exporter.key));
    put(part::script, script_text());
    put(part::page, page_text());
    DOKAZ_LET(manifest, manifest_of(true));
    put(part::manifest, manifest);
    DOKAZ_LET(tag_manifest, manifest_of(false));
    put(part::tag_manifest, tag_manifest);
    put(part::signature, sign_sshsig(tag_manifest, exhibit_namespace, exporter_));
    return {};
  }

  const ExhibitParts& parts_;
  const SigningKey& exporter_;
  Signers signers_;
  Bag files_;
};

}  // namespace

Result<Bag> build_exhibit(const ExhibitParts& parts, const SigningKey& exporter, std::string_view day) {
  return Builder(parts, exporter).build(day);
}

}  // namespace dokaz
