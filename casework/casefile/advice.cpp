// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/advice.hpp"

#include "casework/casefile/command_words.hpp"

namespace dokaz::casecli {
namespace {

std::string_view next_after(Command command, const CommandWords& words, Errc code) {
  switch (code) {
    case Errc::usage:
      return command == Command::export_ ? "See dokaz-case export --help; facts are for example note and capture.time."
                                         : "See dokaz-case --help, or dokaz-case COMMAND --help.";
    case Errc::not_found: return words.not_found;
    case Errc::not_regular_file: return "Give the file itself, not a link, a folder or a device.";
    case Errc::io_error: return "Check the disk and the permissions, then give the same command again.";
    case Errc::no_space: return "Free some space on that disk, or write to another one, then give the same command again.";
    case Errc::already_exists: return words.taken;
    case Errc::busy: return "Wait until the other dokaz-case command has ended, then try again.";
    case Errc::too_large: return "Check that this is the right file: no file of this kind is so large.";
    case Errc::interrupted: return "Give the same command again.";
    case Errc::internal:
      return "Close other programs and try again; if it happens again, report it with dokaz-case --version.";
    case Errc::wrong_passphrase:
      return command == Command::names ? "Try again. There is no way to open a table of names without its passphrase."
                                       : "Try again. There is no way to open a case without its passphrase.";
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
      return words.bad_evidence;
    case Errc::not_a_member:
      if (command == Command::export_)
        return "Ask counsel to list you (dokaz-case roster add), then run dokaz-case pull and give the same command again.";
      return words.bad_evidence;
    case Errc::chain_closed:
      return "take-over makes a case of a copy. Where the copy is lost and destroyed, hand-over --undo lets the folder of before "
             "work again.";
    case Errc::not_safe_yet: return "Run dokaz-case pull first, then give the same command again.";
    case Errc::bad_key:
      if (command == Command::roster || command == Command::revoke)
        return "dokaz-case roster shows who is there, and in which role.";
      return words.bad_evidence;
    case Errc::bad_signature:
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
    case Errc::wrong_epoch: return words.bad_evidence;
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
      return "Give a PDF that opens without a password, or print it to a new PDF, and keep the old one.";
    case Errc::wrong_forum: return "Choose a body that can hear this case.";
    case Errc::rule_unmet: return "Mend what is named, then give the same command again.";
    case Errc::leaves_traces:
      return "Take the file that is named out, or have it cleaned, then give the same command again.";
    case Errc::proxy_failed:
      return "Nothing was sent past the proxy, and no name was looked up. Start it, or name one: Tor is at --proxy "
             "socks5h://127.0.0.1:9050.";
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
  const CommandWords words = command_words(command);
  return {std::string(words.safe), std::string(next_after(command, words, code))};
}

}  // namespace dokaz::casecli
