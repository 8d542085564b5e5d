// SPDX-License-Identifier: GPL-3.0-or-later
// An exhibit's files, and the BagIt texts that list them: format.md section 12.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "casework/verify/bag_file.hpp"
#include "crypto/hash.hpp"
#include "crypto/result.hpp"
#include "proto/format/statement.hpp"

namespace dokaz {

/// Path inside the exhibit, with "/", to content.
using Bag = std::map<std::string, BagFile>;

/// In bytes: clean copy, original and two objects, each of at most 8 GiB and padded.
inline constexpr std::uint64_t max_bag_size = std::uint64_t{36} << 30;
/// Of a file that is read as a whole: everything but clean copy, original and objects.
inline constexpr std::uint64_t max_bag_text = std::uint64_t{32} << 20;
/// Also the limit of folders, and of a manifest's lines.
inline constexpr std::size_t max_bag_files = 20'000;

/// One to four names of A-Z a-z 0-9 . _ - that do not start with a dot, at most 200 bytes in all.
bool is_bag_path(std::string_view path);

/// Lists the folder; its files are read where they lie. A link, pipe or device is not_regular_file, a name that no exhibit has and an empty
/// folder are unlisted_part, too_large beyond the two caps. `where` (may be null) gets the part's path on failure.
Result<Bag> open_bag(const std::filesystem::path& folder, std::string* where);

using Manifest = std::map<std::string, Sha256>;
/// malformed unless lines "<64 hex>  <path>", ascending by path, without duplicates; too_large.
Result<Manifest> read_manifest(ByteView bytes);
Bytes write_manifest(const Manifest& manifest);

/// Names of section 12.
namespace part {
inline constexpr std::string_view bagit = "bagit.txt";
inline constexpr std::string_view bag_info = "bag-info.txt";
inline constexpr std::string_view manifest = "manifest-sha256.txt";
inline constexpr std::string_view tag_manifest = "tagmanifest-sha256.txt";
inline constexpr std::string_view signature = "tagmanifest-sha256.txt.sig";
inline constexpr std::string_view allowed_signers = "allowed_signers";
inline constexpr std::string_view script = "verify.sh";
inline constexpr std::string_view page = "README.html";
inline constexpr std::string_view policy = "data/policy";
inline constexpr std::string_view roster = "data/roster";
inline constexpr std::string_view item = "data/item/statement";
inline constexpr std::string_view disclosures = "data/item/disclosures";
inline constexpr std::string_view original_stem = "data/item/original.";
inline constexpr std::string_view receive = "data/receive/statement";
inline constexpr std::string_view receive_disclosures = "data/receive/disclosures";
inline constexpr std::string_view tlog_proof = ".tlog-proof";
inline constexpr std::string_view sigsum_proof = ".sigsum-proof";

std::string ticket(std::string_view pseudonym);
std::string admission(std::string_view pseudonym);
std::string member_key(std::string_view pseudonym, std::uint32_t epoch = 0);
inline constexpr std::string_view log_key = "data/keys/log.pub";
std::string object(const ObjectId& id);
std::string chain(std::uint64_t seq);
}  // namespace part

/// The content of data/keys/<owner>.pub.
std::string key_file_text(const PublicKey& key, std::string_view owner);
std::string allowed_signers_text(std::string_view pseudonym, const PublicKey& key);
std::string bagit_text();
/// `day` as YYYY-MM-DD, claimed by the exporter.
std::string bag_info_text(std::string_view day, const StatementHash& item, const Bag& payload_and_tags);
/// The Bagging-Date, if the text is exactly what bag_info_text gives for this item and these files.
Result<std::string> check_bag_info(ByteView text, const StatementHash& item, const Bag& files);

}  // namespace dokaz
