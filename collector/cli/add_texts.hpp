// SPDX-License-Identifier: GPL-3.0-or-later
// What `add` says of the files that it was given: for people, and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "collector/cli/commands.hpp"
#include "collector/take/batch.hpp"

namespace dokaz::cli {

/// 0 where every file has an item, and where its removal was asked for, is removed; else the code of what ended the
/// batch, of the first refusal, or of the first file that is still there.
int code_of(const Batch& batch);
/// "464 given = 460 sealed + 1 already there + 3 refused (2 unsupported_media, 1 truncated_media)"
std::string summary_of(const Batch& batch);
/// What was sealed to stdout; then what was not, with reasons, to stderr; and the summary. Returns the exit code.
int print_text(const Common& common, const Batch& batch);
nlohmann::ordered_json json_of(const Batch& batch);
/// One file that has an item.
std::string text_of(const Taken& taken);
/// "refused  FILE"
std::string refused_line(const std::string& file);
void print_refused(const Common& common, const Batch& batch);
/// The counts alone.
std::string sums_of(const Batch& batch);

}  // namespace dokaz::cli
