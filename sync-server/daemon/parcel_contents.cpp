// SPDX-License-Identifier: GPL-3.0-or-later
// parcels show and extract: what a parcel that stays says, and its sealed pieces for those who can open them. A
// stranger made it, so it is parsed locked in, as by receive.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "crypto/age/readable.hpp"
#include "crypto/encoding.hpp"
#include "crypto/files_steps.hpp"
#include "proto/format/parcel.hpp"
#include "proto/format/time.hpp"
#include "sync-server/daemon/commands.hpp"
#include "sync-server/daemon/key_source.hpp"
#include "sync-server/daemon/lock_in.hpp"
#include "sync-server/parcel/kept_parcels.hpp"
#include "sync-server/store/cases.hpp"
#include "sync-server/store/data_folder.hpp"
#include "sync-server/store/ledger.hpp"

namespace dokaz::server {
namespace {

using Json = nlohmann::ordered_json;

struct Contents {
  std::shared_ptr<const File> file;  // which `plaintext` reads
  ParcelInPlace parcel;
  std::shared_ptr<const Readable> plaintext;
  std::vector<bool> logged;  // which of its statements this server's log has
};

/// not_found where the case is no longer known: then none is logged.
Result<std::vector<bool>> logged_of(Database& database, const Parcel& parcel) {
  std::vector<bool> out(parcel.items.size());
  const auto in = Cases(database).find(parcel.case_id);
  if (!in) return in.code() == Errc::not_found ? Result<std::vector<bool>>(out) : in.error();
  Ledger ledger(database);
  for (std::size_t i = 0; i < out.size(); ++i) {
    DOKAZ_LET(found, ledger.find(*in, StatementHash(sha256(parcel.items[i].statement).raw())));
    out[i] = found.has_value();
  }
  return out;
}

Result<Contents> open_contents(const Order& order) {
  DOKAZ_LET(database, open_database(DataFolder{order.data}, key_source(order)));
  DOKAZ_LET(identity, load_identity(database));
  auto opened = File::open(KeptParcels(order.data).parcel(order.number), File::Access::read);
  if (!opened && opened.code() == Errc::not_found) return fail(Errc::not_found, "no parcel of this number stays here");
  if (!opened) return opened.error();
  const auto file = std::make_shared<const File>(std::move(opened).value());
  DOKAZ_TRY(confine_calls(Lookups::none));
  DOKAZ_LET(place, age::place_of(*file));
  DOKAZ_LET(reader, age::SeekableReader::open(std::move(place), identity.parcels));
  auto plaintext = std::make_shared<const age::ReadableEnvelope>(std::move(reader));
  DOKAZ_LET(parcel, read_parcel(*plaintext));
  DOKAZ_LET(logged, logged_of(database, parcel.parcel));
  return Contents{file, std::move(parcel), std::move(plaintext), std::move(logged)};
}

Status try_show(const Order& order) {
  DOKAZ_LET(contents, open_contents(order));
  const Parcel& parcel = contents.parcel.parcel;
  Json document = {{"number", order.number}, {"case", hex(parcel.case_id)}, {"member_key", hex(parcel.member.hash())},
                   {"key_changes", parcel.rotations.size()}, {"statements", Json::array()}, {"objects", Json::array()}};
  std::string text = fmt::format("parcel {} of case {}\nmember whose first key has the fingerprint {}; {} changes of key shown\n",
                                 order.number, hex(parcel.case_id).substr(0, 8), hex(parcel.member.hash()), parcel.rotations.size());
  for (std::size_t i = 0; i < parcel.items.size(); ++i) {
    const std::string hash = hex(sha256(parcel.items[i].statement));
    const auto read = Statement::parse(parcel.items[i].statement);
    const std::string act = read ? std::string(name_of(read->fields().act)) : std::string("unreadable");
    const std::string claimed = read ? format_time(read->fields().time) : std::string("-");
    document["statements"].push_back({{"statement", hash}, {"act", act}, {"claimed_time", claimed}, {"logged", bool(contents.logged[i])}});
    text += fmt::format("statement  {}  {}  {} (claimed)  {}\n", hash, act, claimed, contents.logged[i] ? "in the log" : "NOT in the log");
  }
  for (const ObjectRef& object : parcel.objects) {
    document["objects"].push_back({{"object", hex(object.id)}, {"bytes", object.size}});
    text += fmt::format("object     {}  {} bytes\n", hex(object.id), object.size);
  }
  return console::print(order.options.json ? document.dump() + "\n" : text);
}

/// Its bytes in pieces, with the hash that names it.
Status write_object(const Contents& contents, std::size_t number, const Path& to) {
  constexpr std::uint64_t piece = std::uint64_t{1} << 20;
  const ObjectRef& object = contents.parcel.parcel.objects[number];
  DOKAZ_LET(file, File::open(to, File::Access::create_new));
  Sha256Stream hash;
  for (std::uint64_t at = 0; at < object.size; at += piece) {
    DOKAZ_LET(bytes, contents.plaintext->bytes(contents.parcel.at[number] + at, std::min(piece, object.size - at)));
    hash.update(bytes);
    DOKAZ_TRY(file.append(bytes));
  }
  if (hash.finish().raw() != object.id.raw()) return fail(Errc::hash_mismatch, "an object of the parcel");
  return file.sync();
}

Status write_contents(const Contents& contents, const Path& folder) {
  DOKAZ_TRY(make_private_folder(folder));
  const Parcel& parcel = contents.parcel.parcel;
  for (std::size_t i = 0; i < parcel.items.size(); ++i) {
    const Path name = folder / hex(sha256(parcel.items[i].statement));
    DOKAZ_TRY(write_file_durably(Path(name).concat(".statement"), parcel.items[i].statement));
    DOKAZ_TRY(write_file_durably(Path(name).concat(".signature"), parcel.items[i].signature.view()));
  }
  // By which the signer's key belongs to the member.
  for (std::size_t i = 0; i < parcel.rotations.size(); ++i) {
    const Path name = folder / ("key-rotate-" + std::to_string(i + 1));
    DOKAZ_TRY(write_file_durably(Path(name).concat(".statement"), parcel.rotations[i].statement));
    DOKAZ_TRY(write_file_durably(Path(name).concat(".signature"), parcel.rotations[i].signature.view()));
  }
  for (std::size_t i = 0; i < parcel.objects.size(); ++i)
    DOKAZ_TRY(write_object(contents, i, folder / (hex(parcel.objects[i].id) + ".age")));
  return sync_folder(folder);
}

/// The folder gets its name when all is in it.
Status try_extract(const Order& order) {
  const Path named = order.answer.filename().empty() ? order.answer.parent_path() : order.answer;
  std::error_code unclear;
  if (std::filesystem::symlink_status(named, unclear).type() != std::filesystem::file_type::not_found)
    return fail(Errc::already_exists, "the folder that --out names");
  const Path draft = named.parent_path() / ("." + named.filename().string() + ".pending");
  std::filesystem::remove_all(draft, unclear);  // what a run left that was killed
  DOKAZ_LET(contents, open_contents(order));
  const Status written = write_contents(contents, draft);
  const Status in_place = written ? rename_path(draft, named) : written;
  if (!in_place) {
    std::filesystem::remove_all(draft, unclear);
    return in_place;
  }
  DOKAZ_TRY(sync_folder(named.parent_path().empty() ? Path(".") : named.parent_path()));
  if (order.options.quiet && !order.options.json) return {};
  const Parcel& parcel = contents.parcel.parcel;
  if (order.options.json)
    return console::print(Json{{"folder", named.string()}, {"statements", parcel.items.size()}, {"objects", parcel.objects.size()}}.dump() + "\n");
  return console::print(fmt::format("{} statements with their signatures and {} objects are in {}.\nThe case's own keys open the objects, and nobody else's.\n",
                                    parcel.items.size(), parcel.objects.size(), named.string()));
}

Outcome outcome(Status done) {
  if (done) return {};
  console::Advice advice = advice_for_store(done.code());
  const std::string safe = "The parcels are as before, and nothing was written.";
  if (done.code() == Errc::not_found && !done.error().detail.empty()) advice = {safe, "Their numbers: dokaz-server parcels list --data DIR"};
  if (done.code() == Errc::already_exists) advice = {safe, "Choose another name with --out."};
  if (done.code() == Errc::no_space) advice = {safe, "Name a folder on a disk that has room."};
  return {std::move(done), std::move(advice)};
}

Outcome locked_in(const Order& order, Status (*command)(const Order&)) {
  const auto locked = confine_reach(reach_of_receiving(order));
  if (!locked) return {locked.error(), locked.code() == Errc::not_found ? advice_for_store(locked.code()) : advice_for_lock()};
  return outcome(command(order));
}

}  // namespace

Outcome parcels_show(const Order& order) { return locked_in(order, try_show); }
Outcome parcels_extract(const Order& order) { return locked_in(order, try_extract); }

}  // namespace dokaz::server
