// SPDX-License-Identifier: GPL-3.0-or-later
// What each command says in its own way of a failure, in one place for each command.
#include "casework/casefile/command_words.hpp"

namespace dokaz::casecli {

bool needs_case(Command command) {
  return command != Command::none && command != Command::create && command != Command::join && command != Command::take_over &&
         command != Command::names && command != Command::filing_time_limit;
}

console::Advice advice_without_case(Command command) {
  return {std::string(command_words(command).safe),
          "--case names another folder. A new case is made with dokaz-case create; with an invitation for you, dokaz-case join makes your folder."};
}

CommandWords command_words(Command command) {
  switch (command) {
    case Command::create:
      return {.safe = "No case was made, and nothing that was there before was overwritten.",
              .taken = "There is a case in this folder already: choose another folder with --case.",
              .bad_evidence = "Ask the operator, by a way you trust, for the server card again."};
    case Command::invite:
      return {.safe = "No invitation was written, and nothing was overwritten.",
              .not_found = "Where the officers hold the root, name two of their files with --officer-file; check "
                           "--case too.",
              .taken = "Choose another file with --out; a pseudonym that was used once needs another name."};
    case Command::pull:
      return {.safe = "What was fetched and checked before is kept, and nothing of it was changed.",
              .bad_evidence = "Rely on nothing that was not accepted. Keep the case folder as it is, and ask the "
                              "operator, by a way you trust, what happened to the server and its log."};
    case Command::open:
      return {.safe = "Nothing was written, and what was in the folder is as it was.",
              .not_found = "dokaz-case list shows the items; without --case the usual case folder is used."};
    case Command::verify:
      return {.safe = "Nothing in the case was changed, and no page was written.",
              .not_found = "Run dokaz-case pull first; check the files that you named, and --case.",
              .taken = "Choose another name for the page.",
              .bad_evidence = "Compare all 64 digits of --root, and the policy file, with what the legal team gave you. If they "
                              "are right, this is another case's folder, or somebody changed it: rely on nothing in it."};
    case Command::export_:
      return {.safe = "No exhibit was written, and nothing was overwritten.",
              .not_found = "dokaz-case list shows the items; leave out of --disclose what this item does not have; "
                           "check --case too."};
    case Command::keys:
      return {.safe = "No key left the case, and nothing was overwritten.",
              .not_found = "A reviewer's folder has the team's key alone. In any other folder check the names of the files that you gave."};
    case Command::consent:
    case Command::withdraw:
    case Command::note:
      return {.safe = "What was recorded before is kept. Whether this was recorded, dokaz-case acts shows.",
              .not_found = "dokaz-case list shows the items; of facts an item has only some; check --case too."};
    case Command::allowed:
    case Command::custody:
    case Command::ledger:
      return {.not_found = "dokaz-case list shows the items; of facts an item has only some; check --case too."};
    case Command::disclose:
      return {.safe = "Nothing was written, and nothing was overwritten.",
              .not_found = "dokaz-case list shows the items; of facts an item has only some; check --case too."};
    case Command::dossier:
      return {.safe = "No dossier was written, and nothing was overwritten.",
              .not_found = "dokaz-case list shows the items; --anchors takes a folder that has one called anchors; "
                           "check --case too."};
    case Command::filing_plan:
      return {.safe = "No table was written, and nothing was overwritten."};
    case Command::filing_write:
      return {.safe = "No filing was written, and nothing was overwritten.",
              .not_found = "Look at the row that is named: an item as dokaz-case list shows it, a fact that it has, "
                           "a file beside the plan. For the font install fonts-dejavu-core."};
    case Command::roster:
      return {.not_found = "dokaz-case roster shows who is there; where the officers hold the root, name two of "
                           "their files with --officer-file.",
              .taken = "dokaz-case roster shows who is listed."};
    case Command::revoke:
      return {.safe = "What the case had before stays. dokaz-case roster shows whether a new roster was made.",
              .not_found = "dokaz-case roster shows who is there; where the officers hold the root, name two of "
                           "their files with --officer-file.",
              .taken = "A revocation can be moved further back, and not forward."};
    case Command::device_lost:
      return {.safe = "What the case had before stays. dokaz-case roster shows whether a new roster was made.",
              .not_found = "dokaz-case roster shows who is there; where the officers hold the root, name two of "
                           "their files with --officer-file.",
              .taken = "Choose another file with --out, and a pseudonym that nobody has."};
    case Command::rotate_recipients:
      return {.safe = "What the case had before stays. dokaz-case roster shows whether a new roster was made.",
              .not_found = "Where the officers hold the root, name two of their files with --officer-file; check "
                           "--case too."};
    case Command::root:
      return {.safe = "The root is where it was before.",
              .not_found = "Where the officers hold the root, name two of their files with --officer-file; check "
                           "--case too.",
              .bad_evidence = "Take two files of one export, of this very case."};
    case Command::hand_over:
      return {.safe = "No copy was left, and the case is as it was.",
              .not_found = "dokaz-case roster says whether a copy of this case was handed over."};
    case Command::take_over:
      return {.safe = "No case was made, and the copy is as it was.",
              .not_found = "Where the officers hold the root, name two of their files with --officer-file; check "
                           "--case too.",
              .taken = "Choose another folder with --case, where there is none yet, and a pseudonym that nobody has.",
              .bad_evidence = "Take two files of one export, of this very case."};
    case Command::join:
      return {.safe = "No case was made, and the invitation is as it was.",
              .taken = "There is a case in this folder already: choose another folder with --case.",
              .bad_evidence = "Ask counsel, by a way you trust, for the invitation and the present key file again."};
    case Command::names:
      return {.safe = "The table of names is as it was.",
              .not_found = "dokaz-case names list shows who is in the table; check --names.",
              .taken = "--replace puts the new name in the place of the one that is there."};
    case Command::none:
    case Command::list:
    case Command::acts:
    case Command::fingerprint:
    case Command::filing_time_limit: break;
  }
  return {};
}

}  // namespace dokaz::casecli
