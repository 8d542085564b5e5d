// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/batch.hpp"

#include <algorithm>
#include <system_error>

#include "casework/verify/checks.hpp"
#include "casework/verify/sheet.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

namespace fs = std::filesystem;

template <class Any>
Any failed(const Given& given, const Error& error, const std::string& where) {
  Any report;
  if (given.root) report.root = hex(*given.root);
  report.root_given = given.root.has_value();
  report.policy_given = given.policy.has_value();
  report.failure = Report::Failure{error, where};
  return report;
}

/// The bag's own words where the caller has none.
Result<Trust> trust_for(const Bag& files, const Given& given, std::string& where) {
  where = part::roster;
  DOKAZ_LET(root, given.root ? Result<Fingerprint>(*given.root) : claimed_root(files));
  where = part::policy;
  DOKAZ_LET(policy, given.policy ? Result<Policy>(*given.policy) : claimed_policy(files));
  return Trust{root, std::move(policy), given.root.has_value(), given.policy.has_value(), given.authorities, given.now};
}

/// Of another case, or with a digit typed wrongly: the one that the bag names is said, so that both can be compared.
template <class Any>
Any named(Any report, const Bag& files) {
  if (!report.failure || report.failure->error.code != Errc::wrong_root || report.failure->where != part::roster) return report;
  if (const auto other = claimed_root(files)) report.failure->error.detail = "this names the case " + hex(*other);
  return report;
}

std::variant<Report, DossierReport> verify_one(const fs::path& folder, const Given& given) {
  std::string where;
  auto files = open_bag(folder, &where);
  if (!files) return failed<Report>(given, files.error(), where);
  const bool many = is_dossier(*files);
  // The files as they are listed come first, also where nothing was given.
  const Hashes hashes = hash_all(*files, many);
  Parts parts(*files, &hashes);
  if (const Status listed = check_manifests(parts); !listed) {
    if (many) return failed<DossierReport>(given, listed.error(), parts.here());
    return failed<Report>(given, listed.error(), parts.here());
  }
  const auto trust = trust_for(*files, given, where);
  if (!trust && many) return failed<DossierReport>(given, trust.error(), where);
  if (!trust) return failed<Report>(given, trust.error(), where);
  if (many) return named(verify_dossier(*files, hashes, *trust), *files);
  return named(verify_exhibit(*files, hashes, *trust), *files);
}

/// Names on a stick may be anything.
std::string plain(const std::string& name) {
  constexpr std::size_t most = 100;
  std::string out;
  for (const char c : name.substr(0, most)) out += c >= 0x20 && c <= 0x7e ? c : '?';
  return out;
}

struct Listing {
  bool is_bag = true;
  std::vector<fs::path> folders;
  std::size_t files = 0;
};

/// A bag has files of a bag, or nothing at all; what has folders and none of these holds several.
Listing list(const fs::path& folder) {
  Listing listing;
  std::error_code error;
  const auto status = fs::symlink_status(folder, error);
  if (!fs::is_directory(status)) return listing;
  bool has_part = false;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::error_code ignored;
    const bool is_folder = fs::is_directory(at->symlink_status(ignored));
    for (const std::string_view part : {part::bagit, part::bag_info, part::manifest, part::long_manifest,
                                        part::tag_manifest, part::signature, part::allowed_signers})
      has_part = has_part || name == part;
    has_part = has_part || name == "data";
    if (is_folder || fs::is_symlink(at->symlink_status(ignored))) listing.folders.push_back(at->path());
    else ++listing.files;
  }
  listing.is_bag = error || has_part || listing.folders.empty();
  std::sort(listing.folders.begin(), listing.folders.end());
  return listing;
}

}  // namespace

Outcome CheckedBag::outcome() const {
  return std::visit([](const auto& one) { return one.outcome(); }, report);
}
int CheckedBag::exit_code() const {
  return std::visit([](const auto& one) { return one.exit_code(); }, report);
}
const std::vector<std::string>& CheckedBag::limits() const {
  return std::visit([](const auto& one) -> const std::vector<std::string>& { return one.limits; }, report);
}

Outcome BatchReport::outcome() const {
  Outcome worst = other_files == 0 ? Outcome::verified : Outcome::verified_with_limits;
  for (const CheckedBag& bag : bags) worst = std::max(worst, bag.outcome());
  return worst;
}

int BatchReport::exit_code() const {
  for (const CheckedBag& bag : bags)
    if (bag.outcome() == Outcome::failed) return bag.exit_code();
  return outcome() == Outcome::verified ? exit_ok : exit_verified_with_limits;
}

BatchReport verify_folder(const fs::path& folder, const Given& given, const BatchProgress& progress) {
  BatchReport report;
  const Listing listing = list(folder);
  if (listing.is_bag) {
    report.bags.push_back({{}, verify_one(folder, given)});
    return report;
  }
  report.many = true;
  report.other_files = listing.files;
  for (const fs::path& one : listing.folders) {
    if (progress) progress(report.bags.size(), listing.folders.size());
    report.bags.push_back({plain(one.filename().string()), verify_one(one, given)});
  }
  if (progress) progress(listing.folders.size(), listing.folders.size());
  return report;
}

namespace {

std::vector<Sheet> sheets_of(const BatchReport& report) {
  std::vector<Sheet> sheets;
  for (const CheckedBag& bag : report.bags) {
    sheets.push_back(std::visit([](const auto& one) { return sheet_of(one); }, bag.report));
    sheets.back().name = bag.name;
  }
  return sheets;
}

}  // namespace

std::string render_text(const BatchReport& report) {
  std::string out;
  for (const Sheet& sheet : sheets_of(report)) {
    if (report.many) out += "== " + sheet.name + "\n";
    out += render_text(sheet);
    if (report.many) out += "\n";
  }
  if (report.other_files != 0)
    out += "Limit       " + std::to_string(report.other_files) + " files beside these folders were not checked.\n";
  return out;
}

std::string render_html(const BatchReport& report) { return render_html(sheets_of(report)); }

}  // namespace dokaz
