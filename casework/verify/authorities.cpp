// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/authorities.hpp"

#include "crypto/files.hpp"
#include "proto/anchor/time_stamp.hpp"

namespace dokaz {

Result<std::vector<TimeTrust>> read_authorities(const std::vector<std::string>& files) {
  std::vector<TimeTrust> roots;
  for (const std::string& file : files) {
    const auto pem = read_file(file, max_anchor_file, Links::follow);
    if (!pem) return fail(pem.code(), "--authority");
    auto root = TimeTrust::parse(*pem);
    if (!root) return fail(root.code(), "--authority" + (root.error().detail.empty() ? std::string() : ": " + root.error().detail));
    roots.push_back(std::move(*root));
  }
  return roots;
}

}  // namespace dokaz
