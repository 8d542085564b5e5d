// SPDX-License-Identifier: GPL-3.0-or-later
// receive: a parcel that came by hand, and the answer that goes back the same way. Beside a server that runs the
// parcel is handed to it; else the folder is used as that server would use it.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "crypto/files_joined.hpp"
#include "sync-server/daemon/commands.hpp"
#include "sync-server/daemon/key_source.hpp"
#include "sync-server/daemon/lock_in.hpp"
#include "sync-server/parcel/local_door.hpp"

namespace dokaz::server {
namespace {

Result<ReceivedParcel> take_in(const Order& order, const File& parcel) {
  auto custody = Custody::open(order.data, console::now, key_source(order));
  if (!custody && custody.code() == Errc::busy) {
    auto received = bring_to_door(order.data, parcel);
    if (!received && received.code() == Errc::not_found) return Errc::busy;
    return received;
  }
  if (!custody) return std::move(custody).error();
  // A folder that was put back shows by its witnesses, and only a server asks them before it writes.
  if (!custody->policy().places.empty()) return fail(Errc::usage, "the policy has witnesses, and no server runs");
  // From here on a stranger's file is parsed.
  DOKAZ_TRY(confine_calls(Lookups::none));
  console::Progress shown(order.options, "read and taken in");
  return receive_parcel(*custody, parcel, [&](std::uint64_t done, std::uint64_t total) -> Status {
    shown.at(done, total);
    return {};
  });
}

/// What a server that runs leaves free for its database and its log, as its brake does.
constexpr std::uint64_t spare = std::uint64_t{160} << 20;

/// Parts are put together in a file without a name, beside the server's own: its door takes one file. That takes as much
/// room again as the parcel, and none of what the server keeps for itself.
Result<File> open_parcel(const Order& order) {
  if (order.parcel.size() == 1) return File::open(order.parcel.front(), File::Access::read, Links::follow);
  DOKAZ_LET(parts, JoinedFiles::open(order.parcel));
  std::error_code error;
  const auto space = std::filesystem::space(order.data, error);
  if (error) return fail(Errc::io_error, "the server's disk");
  if (space.available < spare || space.available - spare < parts.size()) return fail(Errc::no_space, "the server's disk");
  return parts.in_one(order.data);
}

/// The answer gets its name when it is whole; a name that is taken is found before anything is done.
Result<ParcelFigures> try_receive(const Order& order) {
  std::error_code unclear;
  if (std::filesystem::symlink_status(order.answer, unclear).type() != std::filesystem::file_type::not_found)
    return fail(Errc::already_exists, "the answer");
  auto parcel = open_parcel(order);
  if (!parcel) return fail(parcel.code(), parcel.code() == Errc::no_space ? parcel.error().detail : "the parcel");
  auto answer = PendingFile::start(order.answer);
  if (!answer) return fail(answer.code(), "the answer");
  DOKAZ_LET(received, take_in(order, *parcel));
  DOKAZ_TRY(answer->append(received.answer));
  DOKAZ_TRY(answer->create());
  return received.figures;
}

Status print(const Order& order, const ParcelFigures& figures) {
  if (order.options.json) {
    const nlohmann::ordered_json document = {{"statements", figures.statements},
                                             {"logged", figures.logged},
                                             {"stored", figures.stored},
                                             {"objects", figures.objects},
                                             {"objects_kept", figures.kept}};
    return console::print(document.dump() + "\n");
  }
  if (order.options.quiet) return {};
  return console::print(
      fmt::format("statements       {} in the parcel, {} logged, {} with all their objects\n"
                  "objects          {} in the parcel, {} kept\n"
                  "The answer is written. Have it brought back to whoever sent the parcel.\n",
                  figures.statements, figures.logged, figures.stored, figures.objects, figures.kept));
}

bool is_about_parcel(Errc code) {
  static constexpr Errc about_it[] = {Errc::age_header,      Errc::age_hmac,      Errc::age_payload,
                                      Errc::age_unsupported, Errc::malformed,     Errc::bad_key,
                                      Errc::bad_signature,   Errc::unlisted_part, Errc::hash_mismatch};
  return std::ranges::find(about_it, code) != std::end(about_it);
}

console::Advice advice_for_parcel(Errc code) {
  const std::string nothing = "Nothing of the parcel was taken in, and everything in the folder is as before.";
  const std::string again = "What was taken in stays; the parcel can be given again, with the same effect.";
  if (code == Errc::age_no_match)
    return {nothing, "This file was made for another server, or is no parcel. Give it back to whoever brought it."};
  if (is_about_parcel(code))
    return {nothing, "The parcel is not whole or was changed. If it is in parts, name all of them in their order; else have it copied again, or packed again."};
  if (code == Errc::wrong_epoch)
    return {nothing, "The sender has changed their key since this parcel was packed, or an old copy of their vault packed it. "
                     "What is in it stays in that vault: have it packed again, and tell counsel."};
  if (code == Errc::key_revoked)
    return {nothing, "Counsel has ended the sender's invitation before it was used. Tell counsel; the parcel stays as it is."};
  if (code == Errc::refused || code == Errc::ticket_expired || code == Errc::ticket_used)
    return {nothing, "The sender is not let in. Ask counsel whether the case is granted (dokaz-server case grant) and whether "
                     "the invitation is still good."};
  if (code == Errc::usage) return {nothing, "Start the server, then repeat the command: it asks its witnesses first."};
  if (code == Errc::already_exists) return {nothing, "Choose another name with --answer."};
  if (code == Errc::busy)
    return {nothing, "Another program works on this folder, or a server that cannot take parcels. Stop it first."};
  if (code == Errc::server_full || code == Errc::no_space)
    return {again, "Free some space on the disk and repeat the command."};
  if (code == Errc::interrupted || code == Errc::connection_lost)
    return {again, "The server was stopped meanwhile. Repeat the command."};
  return {again, "Look at the disk, the stick and the permissions, then repeat the command."};
}

}  // namespace

Outcome receive(const Order& order) {
  const auto locked = confine_reach(reach_of_receiving(order));
  if (!locked)
    return {locked.error(), locked.code() == Errc::not_found ? advice_for_store(locked.code()) : advice_for_lock()};
  if (*locked != Confinement::full && !order.options.quiet)
    std::fputs("dokaz-server: this kernel does not limit all that is reached\n", stderr);
  const auto figures = try_receive(order);
  if (!figures) {
    const Errc code = figures.code();
    const bool of_store = code == Errc::wrong_key || code == Errc::damaged_store || code == Errc::unsupported_version;
    return {figures.error(), of_store ? advice_for_store(code) : advice_for_parcel(code)};
  }
  Status printed = print(order, *figures);
  if (printed) return {};
  return {std::move(printed), {"The parcel was taken in and the answer is written.", "Nothing else is needed."}};
}

}  // namespace dokaz::server
