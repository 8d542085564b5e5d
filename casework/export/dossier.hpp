// SPDX-License-Identifier: GPL-3.0-or-later
// Writes dossiers: format.md section 19. Each file is read once, hashed twice on the way, and forgotten: memory does not
// grow with what is shown, and time grows with it and nothing else. What is put in is checked by the reader, not here.
#pragma once

#include <memory>
#include <mutex>
#include <set>

#include "casework/export/exhibit.hpp"
#include "casework/export/pending_folder.hpp"
#include "casework/verify/cover.hpp"

namespace dokaz {

struct DossierItem {
  ProvenStatement item;
  std::optional<StoredReceipt> stored;
  std::vector<Fact> disclosures;
  std::optional<ShownFile> clean, original;
  std::map<ObjectId, BagFile> objects;
};

/// Everything but the items.
struct DossierParts {
  Note roster;
  std::vector<AdmittedMember> admitted;  // those that signed something here
  Policy policy;
  Cover cover;
  std::vector<ProvenStatement> chains;  // the statements of the shown chains that are no items, in any order
  Bag anchors = {};                     // data/anchors/…, as anchors_for gives it
};

class DossierWriter {
 public:
  /// already_exists, not_found, no_space; what an earlier run left when it was killed is removed.
  static Result<std::unique_ptr<DossierWriter>> start(const std::filesystem::path& folder, Policy policy);

  /// `number` from 1; each once. Several threads may add at a time.
  Status add_item(std::size_t number, const DossierItem& item);
  /// A document of the exporter's, "annex-1.pdf" or "foreign/letter.pdf": malformed for what no bag has, already_exists.
  Status add_document(const std::string& name, const BagFile& content);
  /// All the rest, signed. `day` as YYYY-MM-DD. not_a_member if a signer is in neither roster nor admitted.
  Status finish(const DossierParts& parts, const SigningKey& exporter, std::string_view day);

  /// Where it is before it is published; for whoever checks it then.
  const std::filesystem::path& path() const { return pending_.path(); }
  /// H(manifest-sha256.txt), after finish.
  const Sha256& hash() const { return hash_; }
  /// Durable, under its own name.
  Status publish();

 private:
  DossierWriter(PendingFolder pending, Policy policy) : pending_(std::move(pending)), policy_(std::move(policy)) {}
  Status put(const std::string& path, const BagFile& content);
  Status put(const std::string& path, const Bytes& content) { return put(path, BagFile(content)); }
  Status put(const std::string& path, std::string_view text) { return put(path, to_bytes(text)); }
  Status put_proven(const std::string& path, const ProvenStatement& proven, bool with_sigsum);
  Status put_people(const DossierParts& parts, const SigningKey& exporter);
  Status put_tags(const SigningKey& exporter, std::string_view day);
  Status make_folders(const std::string& path);

  PendingFolder pending_;
  Policy policy_;
  std::mutex guard_;
  std::set<std::string> folders_;
  Manifest payload_, tags_;
  LongManifest long_payload_;
  std::uint64_t payload_size_ = 0;
  std::set<KeyHash> signers_;  // of items and of the server's answers
  Sha256 hash_;
};

}  // namespace dokaz
