// SPDX-License-Identifier: GPL-3.0-or-later
// init, card and key: what works with no network, and beside a server that runs.
#include "sync-server/daemon/commands.hpp"
#include "sync-server/daemon/key_source.hpp"

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
  DOKAZ_LET(inspection, Inspection::open(order.data, key_source(order)));
  return show_card(order, inspection.card());
}

Status try_key(const Order& order, Status (Inspection::*change)()) {
  DOKAZ_LET(inspection, Inspection::open(order.data, key_source(order)));
  DOKAZ_TRY((inspection.*change)());
  return show_card(order, inspection.card());
}

void tell(const Order& order, const char* what) {
  if (!order.options.json && !order.options.quiet) std::fprintf(stderr, "%s\n", what);
}

}  // namespace

console::Advice advice_for_store(Errc code) {
  const std::string untouched = "Nothing in the folder was changed.";
  if (code == Errc::not_found)
    return {untouched, "Check --data and --db-key; a new folder is made by: dokaz-server init --data DIR"};
  if (code == Errc::wrong_passphrase || code == Errc::no_passphrase)
    return {untouched, "Type the passphrase of the database's key at a terminal, or name a file with --passphrase-file."};
  if (code == Errc::busy)
    return {untouched, "Another server holds this folder. Stop that one first, or leave it running."};
  if (code == Errc::wrong_key)
    return {untouched, "Use the key that belongs to this folder's store.db (--db-key, the credential dokaz-db-key, or db.key in it); "
                       "its file must be its owner's alone (chmod 600)."};
  if (code == Errc::damaged_store)
    return {"Nothing was overwritten, and nothing is served from a damaged store.",
            "Keep a copy of the folder as it is, look after the disk, and restore the newest backup."};
  if (code == Errc::no_space) return {untouched, "Free some space on the disk and repeat the command."};
  if (code == Errc::unsupported_version)
    return {untouched, "Use the version of the program that made this folder, or a newer one."};
  return {untouched, "Look at the disk and the permissions of the folder, then repeat the command."};
}

Outcome init(const Order& order) {
  std::optional<SecretBytes> passphrase;
  // Who names a passphrase wants the key under it: a key that lies open must not be what they get instead.
  if (order.under_passphrase || order.options.passphrase_file) {
    auto asked = console::read_new_passphrase(order.options, "Passphrase for the database's key: ");
    if (!asked) {
      const Errc code = asked.code();
      return {std::move(asked).error(), advice_for_store(code)};
    }
    passphrase = std::move(asked).value();
  }
  // What was typed just now opens a key that an interrupted init has left.
  KeySource source = key_source(order);
  if (passphrase)
    source.passphrase = [&passphrase] {
      return Result<SecretBytes>(passphrase->reveal([](ByteView bytes) { return SecretBytes::copy_of(bytes); }));
    };
  const auto custody = Custody::create(order.data, console::now, source, passphrase ? &*passphrase : nullptr);
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
              "Give its card out (dokaz-server card --data DIR), or switch to it: dokaz-server tls-key switch --data DIR"};
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
              "Check --data; a next key is made by: dokaz-server tls-key next --data DIR, and needs time to reach people "
              "by cards and invitations before it is switched to."};
  return {std::move(done), std::move(advice)};
}

}  // namespace dokaz::server
