// SPDX-License-Identifier: GPL-3.0-or-later
// Where `add` takes files from: the command line, phones and cards, a folder that is watched.
#pragma once

#include <optional>

#include "collector/cli/commands.hpp"
#include "collector/take/batch.hpp"

namespace dokaz::cli {

struct AddSources {
  std::vector<std::string> files;
  bool phone = false;
  std::optional<std::string> watch;  // a folder
};

/// `usage` unless exactly one of them is given; a watched folder makes no set.
Status check_sources(const AddSources& sources, bool as_one);

/// Not for a watched folder. Says which folders of phones were found. `not_found` where there is none.
Result<Given> given_by(const Common& common, const AddSources& sources);

/// Of 2 to `max_set` files: all of them have an item afterwards, or none that they had not before.
Batch take_as_one(Vault& vault, const Intake& intake, const KnownOriginals& known, const Given& given,
                  const TakeOptions& options);

/// Takes in what is in the folder and what comes into it, says each, and at SIGINT or SIGTERM the sum.
int watch_folder(const Common& common, Vault& vault, const Intake& intake, const KnownOriginals& known,
                 const std::string& folder, const TakeOptions& options);

}  // namespace dokaz::cli
