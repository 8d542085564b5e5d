// SPDX-License-Identifier: GPL-3.0-or-later
// Looks for the marker of the traps in every form in which it could survive.
#pragma once

#include <string>
#include <vector>

#include "crypto/bytes.hpp"

namespace dokaz::test {

/// Where the canary of intake_pictures.hpp stands in `bytes`: as text in either case, in UTF-16 of both orders, in
/// base64 at any alignment, in hexadecimal digits, with its bits reversed or turned over; also within every zlib
/// stream that begins anywhere, up to 16 MiB each. Empty where it is in none; else the form.
std::string form_of_marker(ByteView bytes);

/// The same for markers of one's own, which are looked for together.
class MarkerSearch {
 public:
  explicit MarkerSearch(std::vector<std::string> markers);
  struct Found {
    std::size_t marker;  // the place in the list
    std::string form;
  };
  std::vector<Found> in(ByteView bytes) const;

 private:
  struct Form {
    std::size_t marker;
    std::string name, bytes;
  };
  void find(std::string_view text, const std::string& how, std::vector<Found>& found) const;
  std::vector<Form> forms_;
};

}  // namespace dokaz::test
