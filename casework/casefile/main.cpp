// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-case: what a legal team does with a case: make it, invite, fetch, open, check, show.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <functional>

#include "casework/casefile/commands.hpp"

namespace {

using namespace dokaz;
using namespace dokaz::casecli;

constexpr std::string_view program = "dokaz-case";

constexpr std::string_view footer =
    "Example, from a new case to an exhibit:\n"
    "  dokaz-case create --server evidence.example:7443 --card server-card\n"
    "  dokaz-case invite --pseudonym anna --out anna.invitation --qr\n"
    "  dokaz-case pull\n"
    "  dokaz-case list\n"
    "  dokaz-case export 3f9a --out exhibit-1\n\n"
    "Each command explains itself: dokaz-case COMMAND --help\n"
    "Exit code: 0, for verify also 3 (verified with limits), else the number of the failure.";

std::filesystem::path default_folder() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
    return std::filesystem::path(data) / "dokaz-case";
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : ".") / ".local/share/dokaz-case";
}

CLI::App* add(CLI::App& app, const std::string& name, const std::string& what, const std::string& example) {
  CLI::App* command = app.add_subcommand(name, what);
  command->fallthrough();
  command->footer("Example:\n  dokaz-case " + example);
  return command;
}

}  // namespace

int main(int argc, char** argv) {
  console::harden_process();
  Context context;
  std::string folder, passphrase_file;
  CLI::App app("Keeps a case: its keys, its people, its evidence.", std::string(program));
  app.footer(std::string(footer));
  app.require_subcommand(1);
  app.add_option("--case", folder, "the case folder (default: dokaz-case in the user's data folder)");
  app.add_option("--passphrase-file", passphrase_file, "take the passphrase from this file's first line");
  app.add_flag("--json", context.console.json, "answers and failures as JSON");
  app.add_flag("--quiet", context.console.quiet, "no progress");

  std::function<Ended()> chosen;
  CreateArgs create_args;
  auto* command = add(app, "create", "Makes the keys of a new case.", "create --server evidence.example:7443 --card server-card");
  command->add_option("--server", create_args.server, "the server as HOST:PORT")->required();
  command->add_option("--card", create_args.card_file, "the server card that the operator gave")->required();
  command->add_option("--policy", create_args.policy_file, "a policy file with witnesses (default: the card's log alone)");
  command->callback([&] { chosen = [&] { return create(context, create_args); }; });

  InviteArgs invite_args;
  command = add(app, "invite", "Makes an invitation for one person. It holds a secret.",
                "invite --pseudonym anna --days 14 --out anna.invitation --qr");
  command->add_option("--pseudonym", invite_args.pseudonym, "how the person is called in the case")->required();
  command->add_option("--role", invite_args.role, "documenter, reviewer or counsel (default: documenter)");
  auto* days = command->add_option("--days", invite_args.days, "valid for so many days (default: 30)");
  command->add_option("--until", invite_args.until, "valid until the end of this day, YYYY-MM-DD")->excludes(days);
  command->add_option("--out", invite_args.out, "the file to write")->required();
  command->add_flag("--qr", invite_args.qr, "show it as a QR code too");
  command->callback([&] { chosen = [&] { return invite(context, invite_args); }; });

  std::string server;
  command = add(app, "pull", "Fetches what is new on the server and checks it.", "pull");
  command->add_option("--server", server, "another address for this once, HOST:PORT");
  command->callback([&] { chosen = [&] { return pull(context, server); }; });

  command = add(app, "list", "Shows the items of the case.", "list");
  command->callback([&] { chosen = [&] { return list(context); }; });

  OpenArgs open_args;
  command = add(app, "open", "Decrypts an item and rebuilds its original.", "open 3f9a --out /media/safe/item-1");
  command->add_option("ITEM", open_args.item, "first digits of the item, as list shows")->required();
  command->add_option("--out", open_args.out, "a folder for the clean copy and the original")->required();
  command->callback([&] { chosen = [&] { return open(context, open_args); }; });

  command = add(app, "verify", "Checks everything that was pulled, down to each original.", "verify");
  command->callback([&] { chosen = [&] { return verify(context); }; });

  ExportArgs export_args;
  command = add(app, "export", "Makes an exhibit of an item for one addressee.",
                "export 3f9a --out exhibit-1 --disclose note");
  command->add_option("ITEM", export_args.item, "first digits of the item, as list shows")->required();
  command->add_option("--out", export_args.out, "the folder to make")->required();
  command->add_flag("--original", export_args.original, "show the original too, with all its metadata");
  command->add_option("--disclose", export_args.disclose, "more facts to show, for example note,capture.time")
      ->delimiter(',');
  command->callback([&] { chosen = [&] { return export_(context, export_args); }; });

  KeysArgs keys_args;
  command = add(app, "keys", "Writes a group's key for plain age. Whoever has it opens everything of that group.",
                "keys --group team --out team.key");
  command->add_option("--group", keys_args.group, "team or legal")->required();
  command->add_option("--out", keys_args.out, "the file to write")->required();
  command->callback([&] { chosen = [&] { return keys(context, keys_args); }; });

  command = add(app, "fingerprint", "Prints the fingerprint of the case.", "fingerprint");
  command->callback([&] { chosen = [&] { return fingerprint(context); }; });

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& wrong) {
    app.exit(wrong);
    return exit_code(Errc::usage);
  }
  context.folder = folder.empty() ? default_folder() : std::filesystem::path(folder);
  if (!passphrase_file.empty()) context.console.passphrase_file = passphrase_file;

  const Ended ended = chosen();
  if (const int* code = std::get_if<int>(&ended)) return *code;
  const auto& failed = std::get<Failed>(ended);
  return console::report(program, context.console, failed.error, failed.advice);
}
