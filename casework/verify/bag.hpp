// SPDX-License-Identifier: GPL-3.0-or-later
// The files of an exhibit or a dossier, and the BagIt texts about them: format.md sections 12 and 19.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "casework/verify/bag_file.hpp"
#include "casework/verify/manifest.hpp"
#include "crypto/hash.hpp"
#include "crypto/result.hpp"
#include "proto/format/statement.hpp"

namespace dokaz {

/// Path inside the bag, with "/", to content.
using Bag = std::map<std::string, BagFile>;

/// In bytes: clean copy, original and two objects, each of at most 8 GiB and padded.
inline constexpr std::uint64_t max_bag_size = std::uint64_t{36} << 30;
/// Of a file that is read as a whole: everything but clean copy, original and objects.
inline constexpr std::uint64_t max_bag_text = std::uint64_t{32} << 20;
/// The same of a dossier.
inline constexpr std::uint64_t max_dossier_size = std::uint64_t{1} << 44;
inline constexpr std::uint64_t max_dossier_manifest = std::uint64_t{128} << 20;

/// One to four names of A-Z a-z 0-9 . _ - that do not start with a dot, at most 200 bytes in all.
bool is_bag_path(std::string_view path);

/// Lists the folder; its files are read where they lie. A link, pipe or device is not_regular_file, a name that no exhibit has and an empty
/// folder are unlisted_part, too_large beyond the two caps. `where` (may be null) gets the part's path on failure.
Result<Bag> open_bag(const std::filesystem::path& folder, std::string* where);

/// A bag with several items, by its cover (section 19); anything else is taken for an exhibit.
bool is_dossier(const Bag& files);

/// Names of sections 12 and 19.
namespace part {
inline constexpr std::string_view bagit = "bagit.txt";
inline constexpr std::string_view bag_info = "bag-info.txt";
inline constexpr std::string_view manifest = "manifest-sha256.txt";
inline constexpr std::string_view long_manifest = "manifest-sha512.txt";
inline constexpr std::string_view tag_manifest = "tagmanifest-sha256.txt";
inline constexpr std::string_view signature = "tagmanifest-sha256.txt.sig";
inline constexpr std::string_view allowed_signers = "allowed_signers";
inline constexpr std::string_view script = "verify.sh";
inline constexpr std::string_view page = "README.html";
inline constexpr std::string_view policy = "data/policy";
inline constexpr std::string_view roster = "data/roster";
inline constexpr std::string_view item = "data/item/statement";
inline constexpr std::string_view disclosures = "data/item/disclosures";
inline constexpr std::string_view receive = "data/receive/statement";
inline constexpr std::string_view receive_disclosures = "data/receive/disclosures";
inline constexpr std::string_view cover = "data/dossier";
inline constexpr std::string_view chains = "data/chains/";
inline constexpr std::string_view documents = "data/documents/";
inline constexpr std::string_view anchors = "data/anchors/";
inline constexpr std::string_view tlog_proof = ".tlog-proof";
inline constexpr std::string_view sigsum_proof = ".sigsum-proof";

std::string ticket(std::string_view pseudonym);
std::string admission(std::string_view pseudonym);
std::string member_key(std::string_view pseudonym, std::uint32_t epoch = 0);
inline constexpr std::string_view log_key = "data/keys/log.pub";
std::string object(const ObjectId& id);
std::string chain(std::uint64_t seq);
/// "data/items/0001/"; `number` counts from 1.
std::string item_folder(std::size_t number);
/// "data/chains/<chain>/<seq>.statement"
std::string chain_of(const ChainId& chain, std::uint64_t seq);
}  // namespace part

/// The content of data/keys/<owner>.pub.
std::string key_file_text(const PublicKey& key, std::string_view owner);
std::string allowed_signers_text(std::string_view pseudonym, const PublicKey& key);
std::string bagit_text();
/// `day` as YYYY-MM-DD, claimed by the exporter.
/// `identifier`: of an exhibit the statement hash, of a dossier H(manifest-sha256.txt), in hex.
std::string bag_info_text(std::string_view day, std::string_view identifier, std::uint64_t payload_size,
                          std::uint64_t payload_files);
std::string bag_info_text(std::string_view day, const StatementHash& item, const Bag& payload_and_tags);
/// The Bagging-Date, if the text is exactly what bag_info_text gives for this identifier and these files.
Result<std::string> check_bag_info(ByteView text, std::string_view identifier, const Bag& files);

}  // namespace dokaz
