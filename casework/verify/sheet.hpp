// SPDX-License-Identifier: GPL-3.0-or-later
// The answers as questions and lines, the same for a terminal and for a page.
#pragma once

#include <string>
#include <vector>

#include "casework/verify/dossier.hpp"

namespace dokaz {

struct Sheet {
  struct Answer {
    std::string question;
    std::vector<std::string> lines;  // printable ASCII
  };
  Outcome outcome = Outcome::failed;
  std::string headline;  // "VERIFIED, for the case root and the policy that you gave."
  std::string name;      // of its folder, where there are several; may be empty
  std::vector<Answer> answers;
  std::vector<std::string> columns;            // of the table of items; empty for an exhibit
  std::vector<std::vector<std::string>> rows;
  std::vector<Answer> details;                 // of each item, behind the table
  std::string last;                            // what it comes to, in one line; may be empty

  void answer(std::string_view question, const std::string& line) { answers.push_back({std::string(question), {line}}); }
  void more(const std::string& line) { answers.back().lines.push_back(line); }
};

Sheet sheet_of(const Report& report);
Sheet sheet_of(const DossierReport& report);

std::string render_text(const Sheet& sheet);
/// One page that holds all it shows: no script, nothing from any network, and made for print. `program` and `again`: who
/// checked, and with what somebody else repeats it.
std::string render_html(const std::vector<Sheet>& sheets, std::string_view program = "dokaz-verify",
                        std::string_view again = "dokaz-verify or verify.sh");

}  // namespace dokaz
