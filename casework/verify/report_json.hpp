// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of the answers for machines, which every check words alike: docs/schema/verify.json.
#pragma once

#include <nlohmann/json.hpp>

#include "casework/verify/dossier.hpp"

namespace dokaz::report_json {

using Json = nlohmann::ordered_json;

/// item, bytes, signed, time, chain, log: what was answered.
void add_answers(Json& out, const Report& report);
Json json_of(const Report::Person& person);
Json json_of(const Report::Failure& failure);
Json json_of(const std::vector<Report::Stamp>& stamps);
Json json_of(const DossierReport::LogAnswer& log);
/// One line of ASCII.
std::string line_of(const Json& out);

}  // namespace dokaz::report_json
