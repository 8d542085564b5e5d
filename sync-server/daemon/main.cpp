// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-server: the command line.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "sync-server/daemon/commands.hpp"
#include "sync-server/daemon/key_source.hpp"
#include "sync-server/daemon/lock_in.hpp"

namespace dokaz::server {
namespace {

constexpr const char* version = "dokaz-server " DOKAZ_VERSION;

/// `--help` of the program and of each command ends with an example that works as it stands.
void describe(CLI::App& app, const char* example) { app.footer(std::string("Example:\n  ") + example); }

/// The library names the key at the end of its sentence.
std::string unknown_key(const CLI::ConfigError& wrong) {
  const std::string said = wrong.what();
  return "the settings have a key that is not known: " + said.substr(said.find_last_of(' ') + 1);
}

using Command = Outcome (*)(const Order&);

/// Into a server's folder that is there. What only reads, or makes a folder, is for whoever may.
bool writes(Command command) {
  static constexpr Command all[] = {key_next,    key_switch,  case_grant,    case_quota,  case_suspend, case_resume,
                                    reader_add,  reader_remove, key_protect, key_unprotect, key_move,   receive,
                                    parcels_remove, resume_writes};
  return std::ranges::find(all, command) != std::end(all);
}

int serve(int argc, char** argv) {
  CLI::App app("Keeps sealed evidence that it cannot open, and the log in which later changes show.",
               "dokaz-server");
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  // Values of the command line go before the file's; a key that no option has is a failure.
  app.set_config("--config", "", "Take options from a file: a line [run], then: listen = \"0.0.0.0:7430\"");
  app.allow_config_extras(CLI::config_extras_mode::error);
  describe(app, "dokaz-server init --data /var/lib/dokaz && dokaz-server run --data /var/lib/dokaz");

  Order order;
  Command command = nullptr;
  const auto add_to = [&](CLI::App& parent, const char* name, const char* what, Outcome (*function)(const Order&),
                          const char* example) {
    CLI::App* sub = parent.add_subcommand(name, what);
    sub->add_option("--data", order.data, "The server's folder")->required()->type_name("DIR");
    sub->add_option("--db-key", order.db_key,
                    "The key of the database; without it the credential dokaz-db-key, or db.key in the folder")
        ->type_name("FILE");
    sub->add_option("--passphrase-file", order.options.passphrase_file,
                    "Read the passphrase of the database's key from the first line of FILE instead of the terminal")
        ->type_name("FILE");
    sub->add_flag("--json", order.options.json, "Print JSON, for programs");
    sub->add_flag("--quiet", order.options.quiet, "Print only what was asked for");
    sub->callback([&command, function] { command = function; });
    describe(*sub, example);
    return sub;
  };
  const auto add = [&](const char* name, const char* what, Outcome (*function)(const Order&), const char* example) {
    return add_to(app, name, what, function, example);
  };
  add("init", "Make the folder and the server's keys, and print its card", init,
      "dokaz-server init --data /var/lib/dokaz");
  app.get_subcommand("init")->add_flag("--passphrase", order.under_passphrase,
                                       "Put the database's key under a passphrase, to be typed at each start; --passphrase-file says the same");
  add("card", "Print the card that counsel needs to make a case", card,
      "dokaz-server card --data /var/lib/dokaz > server-card");
  CLI::App* key = app.add_subcommand("tls-key", "Change the TLS key without losing those who know the present one");
  key->require_subcommand(1);
  describe(*key, "dokaz-server tls-key next --data /var/lib/dokaz > server-card");
  add_to(*key, "next", "Hold another key ready and print the card with both pins; also while the server runs", key_next,
         "dokaz-server tls-key next --data /var/lib/dokaz > server-card");
  add_to(*key, "switch", "Use that key from the server's next start on, and forget the one before", key_switch,
         "dokaz-server tls-key switch --data /var/lib/dokaz > server-card");
  CLI::App* cases = app.add_subcommand("case", "Let cases in, limit and suspend them; also while the server runs");
  cases->require_subcommand(1);
  describe(*cases, "dokaz-server case list --data /var/lib/dokaz");
  const auto sized = [&order](CLI::App& to, const char* name) {
    return to.add_option(name, order.quota, "Bytes that the case may fill, as 10GiB or 10000000")
        ->transform(CLI::AsSizeValue(true))
        ->type_name("SIZE");
  };
  const auto named = [&order](CLI::App& to) {
    to.add_option("case", order.case_digits, "The first digits of the case's fingerprint, at least 4")
        ->required()
        ->type_name("CASE");
  };
  add_to(*cases, "list", "Print each case: fingerprint, roster, members, statements, room", case_list,
         "dokaz-server case list --data /var/lib/dokaz");
  CLI::App* let_in = add_to(*cases, "grant", "Let a case in, or give it a newer roster", case_grant,
                            "dokaz-server case grant --data /var/lib/dokaz roster --quota 10GiB");
  let_in->add_option("roster", order.roster, "The case's roster file")->required()->type_name("ROSTER");
  sized(*let_in, "--quota");
  CLI::App* room = add_to(*cases, "quota", "Set the bytes that a case may fill", case_quota,
                          "dokaz-server case quota --data /var/lib/dokaz 90ab1c7c 20GiB");
  named(*room);
  sized(*room, "quota")->required();
  CLI::App* suspend = add_to(*cases, "suspend", "Take nothing more in from a case; its readers go on", case_suspend,
                             "dokaz-server case suspend --data /var/lib/dokaz 90ab1c7c");
  named(*suspend);
  suspend->add_flag("--reading-too", order.reading_too, "Stop its readers as well: a key is in wrong hands");
  named(*add_to(*cases, "resume", "Let a suspended case go on", case_resume,
                "dokaz-server case resume --data /var/lib/dokaz 90ab1c7c"));
  CLI::App* listen = add("run", "Serve until stopped by SIGTERM or SIGINT", run,
                         "dokaz-server run --data /var/lib/dokaz --listen 0.0.0.0:7430");
  listen->fallthrough();  // run --config FILE
  listen->add_option("--listen", order.listen, "Where to listen; port 0 takes a free one")
      ->capture_default_str()
      ->type_name("HOST:PORT");
  listen->add_flag("--allow-root", order.allow_root,
                   "Run though the user is root: where there is no other, as in some containers");
  listen->add_option("--witness-interval", order.witness_interval, "Seconds between two looks at what witnesses shall cosign")
      ->capture_default_str()
      ->check(CLI::Range(1, 86'400))
      ->type_name("SECONDS");
  const auto outward = [&order](CLI::App& to) {
    to.add_option("--outward-ca", order.outward_authorities,
                  "A PEM file of authorities, trusted beside the system's for witnesses")
        ->type_name("FILE");
    to.add_option("--outward-proxy", order.outward_proxy, "Ask witnesses through it, socks5h://HOST:PORT")
        ->type_name("URL");
  };
  outward(*listen);
  listen->add_option("--publish", order.publish, "Publish the log by HTTP there, an IP address; not unless asked for")
      ->type_name("IP:PORT");
  listen->add_option("--metrics", order.metrics, "Show figures for Prometheus there, a loopback address, at /metrics")
      ->type_name("IP:PORT");
  CLI::App* readers = app.add_subcommand("reader", "Say who may read the log's leaves by HTTP; also while the server runs");
  readers->require_subcommand(1);
  describe(*readers, "dokaz-server reader list --data /var/lib/dokaz");
  const auto by_name = [&order](CLI::App& to) {
    to.add_option("name", order.reader, "1 to 32 of a to z, 0 to 9 and -")->required()->type_name("NAME");
  };
  by_name(*add_to(*readers, "add", "Print a new reader's token, once; only its hash is kept", reader_add,
                  "dokaz-server reader add --data /var/lib/dokaz partner"));
  add_to(*readers, "list", "Print the readers' names", reader_list, "dokaz-server reader list --data /var/lib/dokaz");
  by_name(*add_to(*readers, "remove", "Let a reader's token be worth nothing", reader_remove,
                  "dokaz-server reader remove --data /var/lib/dokaz partner"));
  listen->add_option("--connections", order.connections, "How many members at a time; by default 8192, or as many as files may be open")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  CLI::App* by_hand = add("receive", "Take in a parcel that came by hand; also while the server runs", receive,
                          "dokaz-server receive --data /var/lib/dokaz parcel.bin --answer answer.bin");
  by_hand->add_option("parcel", order.parcel, "The parcel's file; or its parts, all of them in their order")->required()->type_name("PARCEL");
  by_hand->add_option("--answer", order.answer, "Where the answer goes, which is brought back")
      ->required()
      ->type_name("FILE");
  CLI::App* parcels = app.add_subcommand("parcels", "Look at parcels that stay, since a key alone was refused; also while the server runs");
  parcels->require_subcommand(1);
  describe(*parcels, "dokaz-server parcels list --data /var/lib/dokaz");
  add_to(*parcels, "list", "Print each: number, size, when it came, its case", parcels_list,
         "dokaz-server parcels list --data /var/lib/dokaz");
  const auto numbered = [&order](CLI::App& to) {
    to.add_option("number", order.number, "Its number in the list")->required()->type_name("NUMBER");
  };
  numbered(*add_to(*parcels, "show", "Print what one says: its member's key, its statements and objects, and what is in the log",
                   parcels_show, "dokaz-server parcels show --data /var/lib/dokaz 3"));
  CLI::App* extract = add_to(*parcels, "extract", "Write its statements and sealed objects into a folder, for the case's counsel",
                             parcels_extract, "dokaz-server parcels extract --data /var/lib/dokaz 3 --out parcel-3");
  numbered(*extract);
  extract->add_option("--out", order.answer, "The folder to make")->required()->type_name("DIR");
  numbered(*add_to(*parcels, "remove", "Remove one for good, once counsel has said so", parcels_remove,
                   "dokaz-server parcels remove --data /var/lib/dokaz 3"));
  CLI::App* keys = app.add_subcommand("db-key", "Change how the database's key is kept; also while the server runs");
  keys->require_subcommand(1);
  describe(*keys, "dokaz-server db-key protect --data /var/lib/dokaz");
  add_to(*keys, "protect", "Put the key under a passphrase, or under another one", key_protect,
         "dokaz-server db-key protect --data /var/lib/dokaz")
      ->add_option("--new-passphrase-file", order.new_passphrase_file, "Read the new passphrase from its first line")
      ->type_name("FILE");
  add_to(*keys, "unprotect", "Take its passphrase away", key_unprotect, "dokaz-server db-key unprotect --data /var/lib/dokaz");
  add_to(*keys, "move", "Move it out of the folder, as it is", key_move,
         "dokaz-server db-key move --data /var/lib/dokaz --to /etc/dokaz/db.key")
      ->add_option("--to", order.move_to, "Where to")
      ->required()
      ->type_name("FILE");
  add("status", "Say how much is there, and whether a server runs", status,
      "dokaz-server status --data /var/lib/dokaz");
  add("resume-writes", "Let a server write again that witnesses have stopped, once you know why they did", resume_writes,
      "dokaz-server resume-writes --data /var/lib/dokaz");
  add("fsck", "Derive the whole log, and every object's hash, anew; change nothing; also while the server runs", fsck,
      "dokaz-server fsck --data /var/lib/dokaz");
  CLI::App* back = add("backup", "Copy everything to another folder, whole at one moment; also while the server runs",
                       backup, "dokaz-server backup --data /var/lib/dokaz /srv/backup/dokaz");
  back->add_option("folder", order.destination, "Where the backups of this server lie")->required()->type_name("FOLDER");
  back->add_flag("--with-key", order.with_key, "Put the database's key into it as well");
  back->add_flag("--read-again", order.read_again, "Hash the objects that are there already, too");
  CLI::App* again = add("restore", "Make a server's folder of a backup, unless others have seen the log further", restore,
                        "dokaz-server restore --data /var/lib/dokaz /srv/backup/dokaz --key db.key --seen-checkpoint checkpoint");
  again->add_option("folder", order.destination, "The folder that backup wrote")->required()->type_name("FOLDER");
  again->add_option("--key", order.key, "The database's key, where the backup does not hold it")->type_name("FILE");
  again->add_option("--seen-checkpoint", order.seen_checkpoints, "A checkpoint of this log that somebody has seen")
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  outward(*again);
  again->add_flag("--unchecked", order.unchecked, "Go on though nobody says how far the log had come");

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::ConfigError& wrong) {
    return console::report("dokaz-server", order.options, fail(Errc::usage, unknown_key(wrong)),
                           {"Nothing was done.", "Its keys are the options of run, without the dashes: dokaz-server run --help"});
  } catch (const CLI::ParseError& wrong) {
    return console::report("dokaz-server", order.options, fail(Errc::usage, wrong.what()),
                           {"Nothing was done.", "See: dokaz-server --help"});
  }
  if (writes(command))
    if (const Status owner = check_owner(order); !owner)
      return console::report("dokaz-server", order.options, owner.error(), advice_for_owner());
  const Outcome outcome = command(order);
  if (outcome.status) return exit_ok;
  if (outcome.told) return exit_code(outcome.status.code());
  return console::report("dokaz-server", order.options, outcome.status.error(), outcome.advice);
}

}  // namespace
}  // namespace dokaz::server

int main(int argc, char** argv) {
  dokaz::console::harden_process();
  return dokaz::server::serve(argc, argv);
}
