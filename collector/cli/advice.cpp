// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/advice.hpp"

#include <nlohmann/json.hpp>

#include "collector/cli/refusals.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

using console::say_text;

/// True of a failed command, whatever the failure was.
std::string_view safe_after(Command command) {
  switch (command) {
    case Command::join: return "No vault was made, and nothing that was there before was changed.";
    case Command::add:
      return "Nothing of this file was kept, the file itself was not touched, and everything sealed before "
             "is as it was.";
    case Command::close:
    case Command::consent:
    case Command::heartbeat:
    case Command::key_rotate:
    case Command::note:
    case Command::withdraw: return "Nothing was added to the chain, and everything sealed before is as it was.";
    case Command::show: return "Nothing was written, and the vault is as it was.";
    case Command::review: return "Nothing that is sealed was changed.";
    case Command::testify: return "Nothing of what you said was kept, and everything sealed before is as it was.";
    case Command::drop: return "Nothing of it was freed, and its receipts are as they were.";
    case Command::restart: return "The vault that was there is as it was, and no other folder was changed.";
    case Command::inspect: return "Nothing was changed and nothing was kept.";
    case Command::clean: return "No clean copy was written, nothing was overwritten, and the file itself was not touched.";
    case Command::list:
    case Command::status: return "Nothing was changed.";
    case Command::lock:
    case Command::unlock: return "The vault is as it was.";
    case Command::panic: return "What the server has stored is safe with it.";
    case Command::passphrase:
      return "No item was changed, and a change of passphrase is done whole or not at all.";
    case Command::sync:
      return "Nothing was removed from the vault, and what the server has confirmed stays confirmed.";
    case Command::settings: return "Nothing was changed, and nothing was connected to.";
    case Command::receipt: return "The vault was not changed, and no file was overwritten.";
    case Command::pack: return "Nothing was removed from the vault, and no file was overwritten.";
    case Command::relay: return "The parcel was not changed, and no file was overwritten.";
    case Command::unpack:
      return "Nothing was removed from the vault, and what the server has confirmed stays confirmed.";
  }
  DOKAZ_CHECK(false);
  return {};
}

bool takes_files(Command command) {
  return command == Command::add || command == Command::inspect || command == Command::clean;
}

/// A courier has no vault, no invitation and perhaps no counsel: they have whoever gave them the parcel.
std::optional<std::string_view> next_for_courier(Errc code) {
  if (code == Errc::refused)
    return "The pass is over, or the server does not know it. Ask whoever gave you the parcel for a new one.";
  if (code == Errc::busy)
    return "The server has the parcel and is still taking it in. Give the same command again later, for the answer.";
  if (code == Errc::unreachable || code == Errc::connection_lost || code == Errc::timed_out || code == Errc::interrupted)
    return "Give the same command again when the network is better; it goes on where it stopped.";
  if (code == Errc::wrong_pin)
    return "Somebody may be between you and the server, so nothing was sent. Try another network.";
  if (code == Errc::hash_mismatch || code == Errc::malformed || code == Errc::missing_part)
    return "The parcel or the pass was changed on its way, or they do not belong together. If the parcel is in parts, name all of them in their order; else copy both again.";
  if (code == Errc::quota_exceeded || code == Errc::server_full)
    return "The server has no room for this parcel now. Try later, and tell whoever gave it to you.";
  return std::nullopt;
}

std::string_view next_after(Command command, Errc code) {
  if (command == Command::relay)
    if (const auto next = next_for_courier(code)) return *next;
  switch (code) {
    case Errc::usage:
      return command == Command::passphrase ? "Give the same command again, with another passphrase or number." : "See dokaz --help.";
    case Errc::not_found:
      switch (command) {
        case Command::join: return "Check the invitation's file name.";
        case Command::add:
        case Command::inspect:
        case Command::clean: return "Check the names of the files that you gave.";
        case Command::consent:
        case Command::note:
        case Command::withdraw: return "dokaz list shows the numbers of your items; a note's file must be there.";
        case Command::testify: return "Check the names of the form and of the answers' file.";
        case Command::review:
        case Command::show:
        case Command::drop: return "dokaz list shows the numbers of your items.";
        case Command::receipt:
          return "dokaz list shows the numbers of your items; a folder given with --out must be there already.";
        case Command::pack:
          return "dokaz list shows what waits; where a folder was named for the parcel, it must be there already.";
        case Command::unpack: return "Check the name of the answer's file.";
        case Command::relay: return "Check the names of the parcel and the pass: they belong together.";
        case Command::panic: return "Name a folder that is there, for example on a stick; or leave --keep-sealed away.";
        case Command::close:
        case Command::heartbeat:
        case Command::key_rotate:
        case Command::restart:
        case Command::list:
        case Command::lock:
        case Command::passphrase:
        case Command::status:
        case Command::unlock:
        case Command::settings:
        case Command::sync: return "Check the names given with --passphrase-file and --vault.";
      }
      break;
    case Errc::not_regular_file: return "Give the file itself, not a link or a folder.";
    case Errc::io_error: return "Check the disk or card and the permissions, then try again.";
    case Errc::no_space:
      return command == Command::clean || command == Command::pack ? "Free some space on that disk, then give the same command again."
                                       : "Free some space on the disk of the vault, then give the same command again.";
    case Errc::already_exists:
      return command == Command::restart ? "Name a folder that is not there yet."
             : command == Command::join
                 ? "This collector has joined already; use another folder with --vault to join another case."
             : command == Command::relay ? "Choose another name with --answer."
             : command == Command::pack  ? "Choose another name for the parcel and the courier's file."
             : command == Command::clean ? "Choose a name with -o that does not exist yet, or a folder."
                                         : "Choose another name with --out.";
    case Errc::not_safe_yet:
      if (command == Command::key_rotate)
        return "Eight changes of the key wait for the server, and no more can. Run dokaz sync first, or dokaz pack.";
      return "Run dokaz sync first; dokaz list shows what the server holds.";
    case Errc::busy: return "Wait until the other dokaz command has ended, then try again.";
    case Errc::too_large:
      if (command == Command::unpack) return "This is no answer of a server. Give the file that the server's operator made.";
      return "Give a smaller file, or a shorter note or passphrase.";
    case Errc::interrupted:
      return command == Command::add ? "Give the same command again; what is sealed already is noticed."
                                     : "Give the same command again.";
    case Errc::internal:
      return "Close other programs and try again; if it happens again, report it with the version of dokaz.";
    case Errc::wrong_passphrase: return "Try again. There is no way to open a vault without its passphrase.";
    case Errc::no_passphrase:
      return "Type the passphrase at a terminal, or name a file with --passphrase-file.";
    case Errc::wrong_key:
    case Errc::damaged_store:
      return "Copy the whole vault folder to another disk before anything else, and tell your counsel: what "
             "was stored is safe with them.";
    case Errc::review_over: return "Only the legal team can open it now; ask your counsel.";
    case Errc::not_joined: return "Ask your counsel for an invitation, then: dokaz join INVITATION";
    case Errc::malformed:
      return command == Command::testify ? "Correct the line or the answer that is named, then give the same command again."
             : command == Command::add || command == Command::note || command == Command::consent || command == Command::withdraw
                 ? "Write the text as plain UTF-8, the note not empty, a pseudonym on one line."
             : command == Command::unpack ? "Have the answer made again; if it happens again, tell your counsel."
             : command == Command::join
                 ? "Ask your counsel to send the invitation again; copy all of it, unchanged."
                 : "Update dokaz; if it happens again, tell your counsel.";
    case Errc::unsupported_version:
      return "Update dokaz to the version that wrote this. If it is your vault, and you have just updated: an older dokaz "
             "made it. Sync or pack with that one; nothing is lost.";
    case Errc::bad_signature:
    case Errc::bad_key:
    case Errc::wrong_root:
      return command == Command::join
                 ? "Do not use this invitation. Ask your counsel, by a way you trust, for another."
                 : "Do not trust this server's answers. Tell your counsel, by a way you trust.";
    case Errc::bad_consistency:
    case Errc::server_rolled_back:
      return command == Command::sync
                 ? "Nothing was sent to it: this server was put back to an older day, shows everybody another log, or is "
                   "not the server that you know. Keep the vault as it is and tell your counsel, by a way you trust."
                 : "Keep the vault as it is and tell your counsel, by a way you trust, exactly what is written here.";
    case Errc::wrong_epoch:
      if (command == Command::relay)
        return "Whoever gave you this has changed their key since. Keep the parcel, and bring it back to them.";
      if (command == Command::restart)
        return "The key of this vault was changed, here or by a newer copy, and a new chain needs the first one. Ask your counsel for a new invitation, and "
               "join with another vault folder. Keep this one: what it has not brought to the server is here alone.";
      return "The server knows a newer key of yours: this vault is an older copy that was put back, or somebody used a copy of "
             "it. Add nothing more to it. Keep this folder and every copy of it, since what was not sent is here alone; use "
             "the newest copy if you have it, else hand the folder to your counsel and ask them for a new invitation.";
    case Errc::chain_closed:
      if (command == Command::sync)
        return "The server has a close in this chain. If you did not give dokaz close, somebody used a copy of this vault: "
               "keep this folder and every copy of it, since what was not sent is here alone, hand it to your counsel, and "
               "ask them for a new invitation.";
      return "Ask your counsel for a new invitation, and join with another vault folder.";
    case Errc::forked_chain:
      if (command == Command::sync)
        return "This vault was copied and both copies were used, or an older copy was put back: the server has "
               "other statements than this vault, and takes none that do not follow them. Keep this "
               "vault and every copy of it, add nothing more to it, hand the whole folder to your counsel, and "
               "ask them for a new invitation.";
      [[fallthrough]];
    case Errc::not_a_member:
    case Errc::policy_unmet:
    case Errc::broken_chain:
    case Errc::bad_inclusion:
    case Errc::bad_disclosure:
    case Errc::out_of_turn:
    case Errc::unknown_field:
    case Errc::frame_too_large:
    case Errc::bad_anchor:
      return "Keep the vault as it is and tell your counsel, by a way you trust, exactly what is written "
             "here.";
    case Errc::hash_mismatch:
    case Errc::missing_part:
      if (command == Command::sync)
        return "The other items are not affected. Check the disk of the vault; if you still have the original "
               "file of this item, take it in again with dokaz add: it becomes a new item.";
      [[fallthrough]];
    case Errc::unlisted_part:
      return "Check the disk of the vault and tell your counsel; if you still have the original file, keep "
             "it.";
    case Errc::age_no_match:
      if (command == Command::unpack)
        return "This answers another collector's parcel, or one of yours that is settled already. Nothing has to be done.";
      [[fallthrough]];
    case Errc::age_header:
    case Errc::age_hmac:
    case Errc::age_payload:
    case Errc::age_armor:
    case Errc::age_unsupported:
    case Errc::age_work_factor:
      if (command == Command::unpack) return "The file was damaged on its way. Have it brought again, or give the parcel to the server again.";
      return "Tell your counsel that the case's keys cannot be used by this version of dokaz.";
    // Failures of taking in: refusals.cpp has their sentences.
    case Errc::empty_file:
    case Errc::truncated_media:
    case Errc::malformed_media:
    case Errc::unknown_media:
    case Errc::unsupported_media:
    case Errc::parser_died:
    case Errc::not_clean:
    case Errc::not_recoverable:
    case Errc::already_sealed: break;
    case Errc::unreachable:
    case Errc::connection_lost:
    case Errc::timed_out:
      return "Try dokaz sync again when the network is better, or leave dokaz sync --watch running; it goes on where it stopped.";
    case Errc::key_revoked:
      return "Your counsel has ended this key, perhaps because the device was thought lost. Keep the vault as it is, and "
             "ask them, by a way you trust, what to do with it.";
    // Failures of what leaves the case: dokaz-case has their sentences.
    case Errc::no_consent:
    case Errc::bad_pdf:
    case Errc::wrong_forum:
    case Errc::rule_unmet:
    case Errc::leaves_traces: break;
    case Errc::proxy_failed:
      return "Nothing was sent past the proxy. Start Tor, or the proxy that you named, then try again; dokaz settings shows what is set.";
    case Errc::wrong_pin:
      return "Somebody may be between you and the server, so nothing was sent. Try another network, and tell "
             "your counsel.";
    case Errc::refused:
      return "Ask your counsel whether this invitation and this case are known to the server.";
    case Errc::ticket_used:
      return "Another device joined with it. If that was not you, tell your counsel at once, by a way you trust; in any case "
             "ask them for a new invitation.";
    case Errc::ticket_expired: return "Check that this device's date is right; if it is, ask your counsel for a new invitation.";
    case Errc::quota_exceeded:
    case Errc::server_full: return "Tell your counsel that the server needs room, then: dokaz sync";
    case Errc::case_suspended:
      return "Tell your counsel. Keep this device: what is not shown as stored is here alone. Later: dokaz sync";
    case Errc::writes_stopped: return "Tell your counsel that the server's disk needs its operator, then: dokaz sync";
  }
  return {};
}

/// Whoever gave the command in danger must know whether it did anything.
console::Advice advice_for_panic(Errc code) {
  if (code == Errc::io_error)
    return {say_text(safe_after(Command::panic)),
            say_text("See whether the vault's folder is gone. If it is there, give the same command again, and then remove the folder.")};
  if (code == Errc::not_joined) return {say_text("There is no vault here."), say_text(next_after(Command::panic, code))};
  if (code == Errc::wrong_passphrase)  // the last one that was counted erased everything
    return {say_text(safe_after(Command::panic)), say_text("Try again; or leave --keep-sealed away, which needs no passphrase.")};
  if (code == Errc::interrupted)
    return {say_text("Nothing was erased."), say_text("To erase the vault, give the command again and press y.")};
  if (code == Errc::no_space || code == Errc::too_large)
    return {say_text("Nothing was erased."),
            say_text("Name a larger disk with --keep-sealed; or leave it away, which loses these items.")};
  return {say_text("Nothing was erased."), say_text(next_after(Command::panic, code))};
}

}  // namespace

console::Advice advice_for(Command command, Errc code) {
  if (command == Command::panic) return advice_for_panic(code);
  if (code == Errc::wrong_passphrase)  // one that was the last may have erased the vault
    return {say_text("What the server has stored is safe with it."), say_text(next_after(command, code))};
  if (takes_files(command) && code == Errc::interrupted)
    return {say_text(command == Command::add     ? "What is shown as sealed is sealed. The other files were not opened."
                     : command == Command::clean ? "What is shown as written is written. The other files were not opened."
                                                 : "Nothing was changed and nothing was kept."),
            say_text(next_after(command, code))};
  return {say_text(safe_after(command)), say_text(next_after(command, code))};
}

console::Advice advice_for_file(Command command, const Error& refusal) {
  DOKAZ_CHECK(takes_files(command));
  if (!is_refusal(refusal.code)) return advice_for(command, refusal.code);
  std::string safe = say_text(meaning_of(refusal.code));
  if (!safe.empty()) safe += ' ';
  return {safe + say_text(safe_after(command)), next_after_refusal(command, refusal.code)};
}

int report(const Common& common, Command command, const Error& error) {
  return console::report("dokaz", common.console, error, advice_for(command, error.code));
}

int report_wrong_clock(const Common& common, Command command) {
  return console::report("dokaz", common.console, fail(Errc::internal, "this device's clock is wrong"),
                         {say_text(safe_after(command)),
                          say_text("Set this device's date and time, then give the same command again.")});
}

int report_file(const Common& common, Command command, const Error& refusal) {
  return console::report("dokaz", common.console, refusal, advice_for_file(command, refusal));
}

namespace {

void put_failure(nlohmann::ordered_json& document, const Error& error, const console::Advice& advice) {
  document["error"] = name_of(error.code);
  document["code"] = exit_code(error.code);
  document["what"] = say_text(words_of(error.code));
  if (!error.detail.empty()) document["detail"] = console::say_counted(error.detail);
  document["safe"] = advice.safe;
  document["next"] = advice.next;
}

}  // namespace

void add_failure(nlohmann::ordered_json& document, Command command, const Error& error) {
  put_failure(document, error, advice_for(command, error.code));
}

void add_file_failure(nlohmann::ordered_json& document, Command command, const Error& refusal) {
  put_failure(document, refusal, advice_for_file(command, refusal));
}

int print(const Common& common, std::string_view text, int code) {
  const Status printed = console::print(text);
  if (printed) return code;
  const int unsaid = console::report("dokaz", common.console, printed.error(),
                                     {say_text("The command did its work; only its words were lost."),
                                      say_text("See what is in the vault with: dokaz list")});
  return code == exit_ok ? unsaid : code;
}

int print_json(const Common& common, const nlohmann::ordered_json& document, int code) {
  return print(common, document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n", code);
}

}  // namespace dokaz::cli
