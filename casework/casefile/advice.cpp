// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/advice.hpp"

namespace dokaz::casecli {
namespace {

/// True of a failed command, whatever the failure was.
std::string_view safe_after(Command command) {
  switch (command) {
    case Command::create: return "No case was made, and nothing that was there before was overwritten.";
    case Command::invite: return "No invitation was written, and nothing was overwritten.";
    case Command::pull: return "What was fetched and checked before is kept, and nothing of it was changed.";
    case Command::open: return "No decrypted file was left in the folder, and nothing was overwritten.";
    case Command::export_: return "No exhibit was written, and nothing was overwritten.";
    case Command::keys: return "No key left the case, and nothing was overwritten.";
    case Command::filing_plan: return "No table was written, and nothing was overwritten.";
    case Command::filing_write: return "No filing was written, and nothing was overwritten.";
    case Command::dossier: return "No dossier was written, and nothing was overwritten.";
    case Command::disclose: return "Nothing was written, and nothing was overwritten.";
    case Command::consent:
    case Command::withdraw:
    case Command::note: return "What was recorded before is kept. Whether this was recorded, dokaz-case acts shows.";
    case Command::hand_over: return "No copy was left, and the case is as it was.";
    case Command::take_over: return "No case was made, and the copy is as it was.";
    case Command::join: return "No case was made, and the invitation is as it was.";
    case Command::names: return "The table of names is as it was.";
    case Command::device_lost:
    case Command::revoke:
    case Command::rotate_recipients:
      return "What the case had before stays. dokaz-case roster shows whether a new roster was made.";
    case Command::root: return "The root is where it was before.";
    case Command::none:
    case Command::list:
    case Command::acts:
    case Command::verify:
    case Command::allowed:
    case Command::custody:
    case Command::ledger:
    case Command::filing_time_limit:
    case Command::roster:
    case Command::fingerprint: break;
  }
  return "Nothing was changed.";
}

std::string_view after_not_found(Command command) {
  switch (command) {
    case Command::open: return "dokaz-case list shows the items; without --case the usual case folder is used.";
    case Command::export_:
      return "dokaz-case list shows the items; leave out of --disclose what this item does not have; check --case too.";
    case Command::dossier:
      return "dokaz-case list shows the items; --anchors takes a folder that has one called anchors; check --case too.";
    case Command::disclose:
    case Command::consent:
    case Command::withdraw:
    case Command::note:
    case Command::allowed:
    case Command::custody:
    case Command::ledger: return "dokaz-case list shows the items; of facts an item has only some; check --case too.";
    case Command::verify: return "Run dokaz-case pull first; check --case too.";
    case Command::filing_write:
      return "Look at the row that is named: an item as dokaz-case list shows it, a fact that it has, a file beside the plan. For "
             "the font install fonts-dejavu-core.";
    case Command::invite:
    case Command::root:
    case Command::take_over:
    case Command::rotate_recipients:
      return "Where the officers hold the root, name two of their files with --officer-file; check --case too.";
    case Command::revoke:
    case Command::device_lost:
    case Command::roster:
      return "dokaz-case roster shows who is there; where the officers hold the root, name two of their files with "
             "--officer-file.";
    case Command::names: return "dokaz-case names list shows who is in the table; check --names.";
    case Command::hand_over:
    case Command::join:
    case Command::none:
    case Command::create:
    case Command::pull:
    case Command::list:
    case Command::acts:
    case Command::keys:
    case Command::filing_plan:
    case Command::filing_time_limit:
    case Command::fingerprint: break;
  }
  return "Check the names of the files and folders that you gave.";
}

std::string_view after_taken(Command command) {
  switch (command) {
    case Command::create:
    case Command::join: return "There is a case in this folder already: choose another folder with --case.";
    case Command::take_over:
      return "Choose another folder with --case, where there is none yet, and a pseudonym that nobody has.";
    case Command::names: return "--replace puts the new name in the place of the one that is there.";
    case Command::device_lost: return "Choose another file with --out, and a pseudonym that nobody has.";
    case Command::invite: return "Choose another file with --out; a pseudonym that was used once needs another name.";
    case Command::none:
    case Command::pull:
    case Command::list:
    case Command::acts:
    case Command::open:
    case Command::verify:
    case Command::export_:
    case Command::keys:
    case Command::consent:
    case Command::withdraw:
    case Command::note:
    case Command::allowed:
    case Command::custody:
    case Command::ledger:
    case Command::disclose:
    case Command::dossier:
    case Command::filing_plan:
    case Command::filing_write:
    case Command::filing_time_limit:
    case Command::roster:
    case Command::revoke:
    case Command::rotate_recipients:
    case Command::root:
    case Command::hand_over:
    case Command::fingerprint: break;
  }
  return "Choose a name with --out that does not exist yet.";
}

/// The evidence or a server's answer does not hold.
std::string_view after_bad_evidence(Command command) {
  switch (command) {
    case Command::create: return "Ask the operator, by a way you trust, for the server card again.";
    case Command::root:
    case Command::take_over:
      return "Take two files of one export, of this very case.";
    case Command::hand_over: break;
    case Command::join: return "Ask counsel, by a way you trust, for the invitation and the present key file again.";
    case Command::pull:
      return "Rely on nothing that was not accepted. Keep the case folder as it is, and ask the operator, by a way you "
             "trust, what happened to the server and its log.";
    case Command::none:
    case Command::invite:
    case Command::list:
    case Command::acts:
    case Command::open:
    case Command::verify:
    case Command::export_:
    case Command::keys:
    case Command::consent:
    case Command::withdraw:
    case Command::note:
    case Command::allowed:
    case Command::custody:
    case Command::ledger:
    case Command::disclose:
    case Command::dossier:
    case Command::filing_plan:
    case Command::filing_write:
    case Command::filing_time_limit:
    case Command::roster:
    case Command::revoke:
    case Command::device_lost:
    case Command::rotate_recipients:
    case Command::names:
    case Command::fingerprint: break;
  }
  return "Keep the case folder as it is, make a copy of it, and run dokaz-case verify: it names each item that does not "
         "hold.";
}

std::string_view next_after(Command command, Errc code) {
  switch (code) {
    case Errc::usage:
      return command == Command::export_ ? "See dokaz-case export --help; facts are for example note and capture.time."
                                         : "See dokaz-case --help, or dokaz-case COMMAND --help.";
    case Errc::not_found: return after_not_found(command);
    case Errc::not_regular_file: return "Give the file itself, not a link, a folder or a device.";
    case Errc::io_error: return "Check the disk and the permissions, then give the same command again.";
    case Errc::no_space: return "Free some space on that disk, or write to another one, then give the same command again.";
    case Errc::already_exists: return after_taken(command);
    case Errc::busy: return "Wait until the other dokaz-case command has ended, then try again.";
    case Errc::too_large: return "Check that this is the right file: no file of this kind is so large.";
    case Errc::interrupted: return "Give the same command again.";
    case Errc::internal:
      return "Close other programs and try again; if it happens again, report it with dokaz-case --version.";
    case Errc::wrong_passphrase: return "Try again. There is no way to open a case without its passphrase.";
    case Errc::no_passphrase: return "Type the passphrase at a terminal, or name a file with --passphrase-file.";
    case Errc::wrong_key:
      if (command == Command::join || command == Command::keys)
        return "Ask counsel for the present key file: dokaz-case keys --group team. The keys were changed, or it is another case's.";
      [[fallthrough]];
    case Errc::damaged_store:
      return "The case folder is damaged: copy all of it to another disk before anything else, then use your backup of "
             "it and pull again.";
    case Errc::malformed:
      if (command == Command::filing_write) return "Mend the row and column that are named, in the spreadsheet, and save it as UTF-8.";
      return command == Command::create ? "Check that this is the right file, and that all of it was copied, unchanged."
                                        : "Update dokaz-case; if it happens again, report it with dokaz-case --version.";
    case Errc::unsupported_version: return "Update dokaz-case to the version that wrote this.";
    case Errc::policy_unmet:
      if (command == Command::create) return "Use a policy about the log that the server card names.";
      return after_bad_evidence(command);
    case Errc::not_a_member:
      if (command == Command::export_)
        return "Ask counsel to list you (dokaz-case roster add), then run dokaz-case pull and give the same command again.";
      return after_bad_evidence(command);
    case Errc::bad_signature:
    case Errc::bad_key:
    case Errc::broken_chain:
    case Errc::forked_chain:
    case Errc::bad_inclusion:
    case Errc::bad_consistency:
    case Errc::wrong_root:
    case Errc::bad_disclosure:
    case Errc::server_rolled_back:
    case Errc::out_of_turn:
    case Errc::unknown_field:
    case Errc::frame_too_large:
    case Errc::bad_anchor:
    case Errc::wrong_epoch:
    case Errc::chain_closed: return after_bad_evidence(command);
    case Errc::key_revoked:
      return "Counsel has ended this key: the server lets it in no more. What was pulled stays. If you run this case, "
             "somebody took it over, or a roster was made elsewhere: ask them by a way you trust.";
    case Errc::missing_part: return "Run dokaz-case pull: a part of this is not here yet, or not on the server yet.";
    case Errc::hash_mismatch:
    case Errc::unlisted_part:
      return "Check the disk of the case folder, take your backup of it, and pull again.";
    case Errc::age_no_match:
      if (command == Command::open || command == Command::export_)
        return "What is sealed for the legal recipients, counsel alone opens. If you are counsel, the item was made for "
               "other keys: ask whoever signed it to seal it again.";
      [[fallthrough]];
    case Errc::age_header:
    case Errc::age_hmac:
    case Errc::age_payload:
    case Errc::age_armor:
    case Errc::age_unsupported:
    case Errc::age_work_factor:
    case Errc::not_recoverable:
      return "This object was made for other keys or made wrongly: ask whoever signed the item to seal it again.";
    case Errc::no_consent:
      return "dokaz-case allowed ITEM shows what was said of it. Only what somebody said to you is recorded with dokaz-case consent; or "
             "choose a use that was agreed to; where nobody can be asked, say why with --necessity, and in spite of a "
             "withdrawal or a refusal also --despite-withdrawal.";
    case Errc::bad_pdf:
      return "Nothing was written. Give a PDF that opens without a password, or print it to a new PDF, and keep the old one.";
    case Errc::wrong_forum: return "Nothing was written. Choose a body that can hear this case.";
    case Errc::rule_unmet: return "Nothing was written. Mend what is named, then give the same command again.";
    case Errc::leaves_traces:
      return "Nothing was written. Take the file that is named out, or have it cleaned, then give the same command again.";
    case Errc::proxy_failed: return "Nothing was sent past the proxy. Start it, then try again.";
    case Errc::unreachable:
    case Errc::connection_lost:
    case Errc::timed_out: return "Run dokaz-case pull again when the network is better; it goes on where it stopped.";
    case Errc::wrong_pin:
      return "Somebody may be between you and the server, or its key was changed. Nothing was sent: try another network, "
             "and compare the server card with the operator by a way you trust.";
    case Errc::refused: return "Give the operator the file roster of the case folder, so that the server knows the case.";
    case Errc::ticket_expired:
    case Errc::ticket_used:
      return "Two keys came with one invitation: ask the person whom you invited, by a way you trust.";
    case Errc::quota_exceeded:
    case Errc::server_full: return "Tell the operator that the server needs room.";
    case Errc::case_suspended:
      return "Ask the operator, by a way you trust, why, and until when; what is pulled already stays usable.";
    case Errc::writes_stopped: return "Tell the operator that the server's disk failed.";
    // Failures of a collector, which no command of this program has.
    case Errc::not_safe_yet:
    case Errc::review_over:
    case Errc::not_joined:
    case Errc::empty_file:
    case Errc::unknown_media:
    case Errc::unsupported_media:
    case Errc::truncated_media:
    case Errc::malformed_media:
    case Errc::parser_died:
    case Errc::not_clean:
    case Errc::already_sealed: return "Report this with dokaz-case --version.";
  }
  return {};
}

}  // namespace

console::Advice advice_for(Command command, Errc code) {
  return {std::string(safe_after(command)), std::string(next_after(command, code))};
}

}  // namespace dokaz::casecli
