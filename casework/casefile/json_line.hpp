// SPDX-License-Identifier: GPL-3.0-or-later
// One JSON value as one line of ASCII, whatever bytes a file name has.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace dokaz::casecli {

inline std::string json_line(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace dokaz::casecli
