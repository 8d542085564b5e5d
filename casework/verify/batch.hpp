// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever a folder holds: an exhibit, a dossier, or several of them in folders of their own.
#pragma once

#include <variant>

#include "casework/verify/dossier.hpp"

namespace dokaz {

/// What the caller has from elsewhere; what is absent is taken from each bag itself, which is a limit.
struct Given {
  std::optional<Fingerprint> root = {};
  std::optional<Policy> policy = {};
  std::vector<TimeTrust> authorities = {};
  std::optional<std::int64_t> now = {};
};

struct CheckedBag {
  std::string name;  // of its folder, printable ASCII; empty where it is the folder that was given
  std::variant<Report, DossierReport> report;

  Outcome outcome() const;
  int exit_code() const;
  const std::vector<std::string>& limits() const;
};

struct BatchReport {
  bool many = false;              // the folder holds several
  std::vector<CheckedBag> bags;   // ascending by name, one at least
  std::size_t other_files = 0;    // beside them, and not checked

  /// The worst.
  Outcome outcome() const;
  /// 0, 3, or the number of the first failure.
  int exit_code() const;
};

/// Told before each bag, where there are several.
using BatchProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Never fails as such. A folder that has no part of a bag, but folders, holds several.
BatchReport verify_folder(const std::filesystem::path& folder, const Given& given, const BatchProgress& progress = {});

std::string render_text(const BatchReport& report);
/// One JSON object and a line feed: docs/schema/verify.json.
std::string render_json(const BatchReport& report);
std::string render_html(const BatchReport& report);

}  // namespace dokaz
