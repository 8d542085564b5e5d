// SPDX-License-Identifier: GPL-3.0-or-later
// parcels list and remove: those that stay until their operator has looked at them. Beside a server that runs as well.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/format/time.hpp"
#include "sync-server/daemon/commands.hpp"
#include "sync-server/daemon/key_source.hpp"
#include "sync-server/parcel/courier_files.hpp"
#include "sync-server/store/data_folder.hpp"

namespace dokaz::server {
namespace {

using Json = nlohmann::ordered_json;

Outcome outcome(Status done) {
  if (done) return {};
  console::Advice advice = advice_for_store(done.code());
  return {std::move(done), std::move(advice)};
}

/// Only in a folder that is a server's. Whose case a parcel is says its pass, which the server's parcels key opens.
Result<age::Identity> parcels_key(const Order& order) {
  DOKAZ_LET(database, open_database(DataFolder{order.data}, key_source(order)));
  DOKAZ_LET(identity, load_identity(database));
  return std::move(identity.parcels);
}

Status try_list(const Order& order) {
  DOKAZ_LET(key, parcels_key(order));
  const KeptParcels kept(order.data);
  DOKAZ_LET(all, kept.list());
  Json document = Json::array();
  std::string text;
  for (const KeptParcel& each : all) {
    const auto sealed = kept.pass(each.number);
    const auto opened = sealed ? open_sealed_pass(*sealed, key) : Result<OpenedPass>(sealed.error());
    const std::string of_case = opened ? hex(opened->pass.case_id) : std::string();
    const std::string since = format_time({each.since, false});
    document.push_back({{"number", each.number}, {"bytes", each.bytes}, {"since", since},
                        {"case", opened ? Json(of_case) : Json()}});
    text += fmt::format("{:>6}  {:>14} bytes  {}  {}\n", each.number, each.bytes, since,
                        opened ? "case " + of_case.substr(0, 8) : "its pass cannot be read");
  }
  if (order.options.json) return console::print(Json{{"parcels", document}}.dump() + "\n");
  if (all.empty()) text = "No parcel stays here.\n";
  return console::print(text);
}

/// What is gone is said, so that a slip shows.
Status say_removed(const Order& order, const KeptParcel& gone, const std::string& of_case) {
  if (order.options.json)
    return console::print(Json{{"removed", gone.number}, {"bytes", gone.bytes}, {"case", of_case.empty() ? Json() : Json(of_case)}}.dump() + "\n");
  if (order.options.quiet) return {};
  return console::print(fmt::format("Parcel {}, {} bytes, of {}, {}, is gone for good.\n", gone.number, gone.bytes, format_time({gone.since, false}),
                                    of_case.empty() ? "whose pass could not be read" : "case " + of_case.substr(0, 8)));
}

Status try_remove(const Order& order, const age::Identity& key) {
  const KeptParcels kept(order.data);
  DOKAZ_LET(all, kept.list());
  const auto found = std::ranges::find(all, order.number, &KeptParcel::number);
  if (found == all.end()) return fail(Errc::not_found, "no parcel of this number stays here");
  const auto sealed = kept.pass(order.number);
  const auto opened = sealed ? open_sealed_pass(*sealed, key) : Result<OpenedPass>(sealed.error());
  DOKAZ_TRY(kept.remove(order.number));
  return say_removed(order, *found, opened ? hex(opened->pass.case_id) : std::string());
}

}  // namespace

Outcome parcels_list(const Order& order) { return outcome(try_list(order)); }

Outcome parcels_remove(const Order& order) {
  const auto key = parcels_key(order);
  if (!key) return outcome(key.error());
  Status removed = try_remove(order, *key);
  if (!removed && removed.code() == Errc::not_found)
    return {std::move(removed), {"The parcels are as before.", "Their numbers: dokaz-server parcels list --data DIR"}};
  return outcome(std::move(removed));
}

}  // namespace dokaz::server
