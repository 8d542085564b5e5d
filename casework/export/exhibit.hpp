// SPDX-License-Identifier: GPL-3.0-or-later
// Writes exhibits: format.md section 12. What is put in is checked by the reader, not here.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "casework/export/texts/texts.hpp"
#include "casework/verify/bag.hpp"
#include "proto/format/case.hpp"
#include "proto/format/policy.hpp"
#include "proto/format/receipt.hpp"

namespace dokaz {

/// Ticket and admission of one member that the roster does not list.
struct AdmittedMember {
  Note ticket;
  Note admission;
};

struct ProvenStatement {
  Statement statement;
  Receipt receipt;
};

struct ShownFile {
  std::string extension;  // of clean.<ext> or original.<ext>
  BagFile content;
};

/// Everything that an exhibit of one item holds.
struct ExhibitParts {
  Note roster;
  std::vector<AdmittedMember> admitted;  // those that signed something here
  Policy policy;
  ProvenStatement item;
  std::vector<ProvenStatement> chain;  // every earlier statement, oldest first
  std::optional<StoredReceipt> stored;
  std::vector<Fact> disclosures;
  std::optional<ShownFile> clean, original;
  std::map<ObjectId, BagFile> objects;
  Bag anchors = {};  // data/anchors/…, as anchors_for gives it
};

/// The exhibit's files, signed by `exporter`, who is a member of the roster or admitted.
/// `day` is the date of export as YYYY-MM-DD. not_a_member if a signer is in neither.
Result<Bag> build_exhibit(const ExhibitParts& parts, const SigningKey& exporter, std::string_view day);

/// Told after each file: how many are written, of how many.
using WriteProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Writes the files beside `folder` and gives them its name when all of them are on the disk.
/// already_exists if there is something of that name; after a failure nothing is left behind. What a run
/// for the same name left when it was killed is removed first.
/// `before_name`, where there is one, is called when all is on the disk and nothing has its name; its failure ends it.
Status write_exhibit(const Bag& files, const std::filesystem::path& folder, const WriteProgress& progress = {},
                     const std::function<Status()>& before_name = {});

}  // namespace dokaz
