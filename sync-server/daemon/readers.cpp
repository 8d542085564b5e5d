// SPDX-License-Identifier: GPL-3.0-or-later
// reader add, list and remove.
#include <nlohmann/json.hpp>

#include "sync-server/daemon/commands.hpp"
#include "sync-server/daemon/key_source.hpp"
#include "sync-server/publish/readers.hpp"
#include "sync-server/store/inspection.hpp"

namespace dokaz::server {
namespace {

/// Only in a folder that is a server's.
Result<Path> readers_file(const Order& order) {
  DOKAZ_TRY(Inspection::open(order.data, key_source(order)));
  return DataFolder{order.data}.readers();
}

Outcome outcome(Status done) {
  if (done) return {};
  console::Advice advice = advice_for_store(done.code());
  const std::string kept = "The readers are as before.";
  if (done.code() == Errc::malformed) advice = {kept, "Name a reader with a to z, 0 to 9 and -, at most 32 of them."};
  if (done.code() == Errc::already_exists)
    advice = {kept, "Remove that reader first if the token is lost; nobody can print it again."};
  if (done.code() == Errc::quota_exceeded) advice = {kept, "Remove readers who no longer read."};
  return {std::move(done), std::move(advice)};
}

Status try_add(const Order& order) {
  DOKAZ_LET(file, readers_file(order));
  DOKAZ_LET(token, add_reader(file, order.reader));
  if (order.options.json)
    return console::print(nlohmann::ordered_json{{"reader", order.reader}, {"token", token}}.dump() + "\n");
  return console::print(token + "\n");
}

Status try_list(const Order& order) {
  DOKAZ_LET(file, readers_file(order));
  DOKAZ_LET(readers, Readers::load(file));
  if (order.options.json)
    return console::print(nlohmann::ordered_json{{"readers", readers.names()}}.dump() + "\n");
  std::string text;
  for (const std::string& name : readers.names()) text += name + "\n";
  return console::print(text);
}

}  // namespace

Outcome reader_add(const Order& order) { return outcome(try_add(order)); }
Outcome reader_list(const Order& order) { return outcome(try_list(order)); }

Outcome reader_remove(const Order& order) {
  const auto file = readers_file(order);
  if (!file) return outcome(file.error());
  Status removed = remove_reader(*file, order.reader);
  if (!removed && removed.code() == Errc::not_found)
    return {std::move(removed), {"The readers are as before.", "See their names: dokaz-server reader list"}};
  if (removed && order.options.json)
    removed = console::print(nlohmann::ordered_json{{"removed", order.reader}}.dump() + "\n");
  return outcome(std::move(removed));
}

}  // namespace dokaz::server
