// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/vectors/make/format_vector.hpp"

namespace dokaz::format_vectors {

void Maker::bad_lines(const std::string& good_text, const std::string& first_line) {
  const std::string rest = good_text.substr(first_line.size());
  const std::size_t digits = first_line.size() - 2;
  DOKAZ_CHECK(good_text.starts_with(first_line) && first_line[digits] == '1');
  bad("version-2", "unsupported_version", "An unknown version of a known kind is unsupported_version",
      first_line.substr(0, digits) + "2\n" + rest);
  bad("version-01", "Decimal numbers have no sign and no leading zero", first_line.substr(0, digits) + "01\n" + rest);
  bad("other-kind", "The first line of a text names its kind and version", "other/v1\n" + rest);
  bad("no-first-line", "The first line of a text names its kind and version", rest);
  bad("empty", "The first line of a text names its kind and version", "");
  bad("no-last-lf", "Each line ends with LF, the last one too", good_text.substr(0, good_text.size() - 1));
  bad("crlf", "Text format: bytes 0x20 to 0x7E and LF only",
      first_line.substr(0, first_line.size() - 1) + "\r\n" + rest);
  bad("empty-line-inside", "No empty line unless stated", first_line + "\n" + rest);
  bad("empty-line-at-end", "No empty line unless stated", good_text + "\n");
  bad("trailing-space", "No trailing space", good_text.substr(0, good_text.size() - 1) + " \n");
  bad("extra-line", "Nothing may follow the end", good_text + "more 1\n");
  bad("byte-order-mark", "Text format: bytes 0x20 to 0x7E and LF only", "\xef\xbb\xbf" + good_text);
}

std::vector<Vector> all_vectors() {
  std::vector<Vector> out;
  for (auto make : {statement_vectors, chain_vectors, fact_vectors, object_vectors, note_vectors, case_vectors, invitation_vectors,
                    key_slots_vectors, parcel_vectors, policy_vectors})
    for (Vector& vector : make()) out.push_back(std::move(vector));
  return out;
}

}  // namespace dokaz::format_vectors
