// SPDX-License-Identifier: GPL-3.0-or-later
// init, card, key and status: what works with no network, and beside a server that runs.
#include "sync-server/daemon/commands.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "crypto/encoding.hpp"
#include "sync-server/store/custody.hpp"
#include "sync-server/store/inspection.hpp"

namespace dokaz::server {
namespace {

Status print_json(const nlohmann::ordered_json& object) { return console::print(object.dump() + "\n"); }

nlohmann::ordered_json json_of(const ServerCard& card) {
  nlohmann::ordered_json out{
      {"pin", hex(card.pin)}, {"log", hex(card.log)}, {"member", hex(card.member)}, {"parcels", card.parcels}};
  if (card.next_pin) out["next_pin"] = hex(*card.next_pin);
  return out;
}

Status show_card(const Order& order, const ServerCard& card) {
  return order.options.json ? print_json(json_of(card)) : console::print(text_of(write_server_card(card)));
}

Status try_card(const Order& order) {
  DOKAZ_LET(inspection, Inspection::open(order.data));
  return show_card(order, inspection.card());
}

Status try_key(const Order& order, Status (Inspection::*change)()) {
  DOKAZ_LET(inspection, Inspection::open(order.data));
  DOKAZ_TRY((inspection.*change)());
  return show_card(order, inspection.card());
}

void tell(const Order& order, const char* what) {
  if (!order.options.json && !order.options.quiet) std::fprintf(stderr, "%s\n", what);
}

Status try_status(const Order& order) {
  DOKAZ_LET(inspection, Inspection::open(order.data));
  DOKAZ_LET(figures, inspection.figures());
  if (order.options.json)
    return print_json({{"cases", figures.cases},
                       {"statements", figures.statements},
                       {"log_size", figures.log_size},
                       {"forks", figures.forks},
                       {"objects_kept", figures.objects_kept},
                       {"objects_awaited", figures.objects_awaited},
                       {"bytes_kept", figures.bytes_kept},
                       {"bytes_reserved", figures.bytes_reserved},
                       {"serving", figures.serving}});
  return console::print(fmt::format(
      "{} server is running on this folder.\n"
      "cases            {}\n"
      "statements       {}, of which {} are in the signed log\n"
      "forks kept       {}\n"
      "objects          {} kept ({} bytes), {} awaited ({} bytes)\n",
      figures.serving ? "A" : "No", figures.cases, figures.statements, figures.log_size, figures.forks,
      figures.objects_kept, figures.bytes_kept, figures.objects_awaited,
      figures.bytes_reserved));
}

}  // namespace

console::Advice advice_for_store(Errc code) {
  const std::string untouched = "Nothing in the folder was changed.";
  if (code == Errc::not_found)
    return {untouched, "Check --data; a new folder is made by: dokaz-server init --data DIR"};
  if (code == Errc::busy)
    return {untouched, "Another server holds this folder. Stop that one first, or leave it running."};
  if (code == Errc::wrong_key)
    return {untouched, "Put back the db.key that belongs to this folder's store.db, both from one backup."};
  if (code == Errc::damaged_store)
    return {"Nothing was overwritten, and nothing is served from a damaged store.",
            "Keep a copy of the folder as it is, look after the disk, and restore the newest backup."};
  if (code == Errc::no_space) return {untouched, "Free some space on the disk and repeat the command."};
  if (code == Errc::unsupported_version)
    return {untouched, "Use the version of the program that made this folder, or a newer one."};
  return {untouched, "Look at the disk and the permissions of the folder, then repeat the command."};
}

Outcome init(const Order& order) {
  const auto custody = Custody::create(order.data, console::now);
  if (!custody) {
    if (custody.code() == Errc::already_exists)
      return {custody.error(),
              {"The keys and everything else in the folder are untouched.",
               "Name a new folder, or use the server that is there: dokaz-server run --data DIR"}};
    return {custody.error(), advice_for_store(custody.code())};
  }
  if (!order.options.json && !order.options.quiet)
    std::fprintf(stderr, "The server's folder is ready. Give this card to whoever makes a case:\n");
  if (Status shown = show_card(order, custody->card()); !shown)
    return {std::move(shown),
            {"The server's folder is ready.", "Print its card again: dokaz-server card --data DIR"}};
  return {};
}

Outcome card(const Order& order) {
  Status done = try_card(order);
  if (done) return {};
  console::Advice advice = advice_for_store(done.code());
  return {std::move(done), std::move(advice)};
}

Outcome key_next(const Order& order) {
  Status done = try_key(order, &Inspection::make_next_key);
  if (done) {
    tell(order, "The next key is ready. Cases that are made with this card know it as well.");
    return {};
  }
  console::Advice advice = advice_for_store(done.code());
  if (done.code() == Errc::already_exists)
    advice = {"The key that is held ready is untouched.",
              "Give its card out (dokaz-server card --data DIR), or switch to it: dokaz-server key switch --data DIR"};
  return {std::move(done), std::move(advice)};
}

Outcome key_switch(const Order& order) {
  Status done = try_key(order, &Inspection::switch_key);
  if (done) {
    tell(order, "The next key is the present one from the server's next start on. The one before is forgotten.");
    return {};
  }
  console::Advice advice = advice_for_store(done.code());
  if (done.code() == Errc::not_found)
    advice = {"The server's key is as before.",
              "Check --data; a next key is made by: dokaz-server key next --data DIR, and needs time to reach people "
              "by cards and invitations before it is switched to."};
  return {std::move(done), std::move(advice)};
}

Outcome status(const Order& order) {
  Status done = try_status(order);
  if (done) return {};
  console::Advice advice = advice_for_store(done.code());
  return {std::move(done), std::move(advice)};
}

}  // namespace dokaz::server
