// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-case: what a legal team does with a case: make it, invite, fetch, open, check, show.
#include "casework/casefile/command_line.hpp"
#include "casework/casefile/command_words.hpp"
#include "casework/casefile/proxy_option.hpp"

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
    "  dokaz-case consent 90ab1c7c --uses court --by birch\n"
    "  dokaz-case export 90ab1c7c --use court --out exhibit-1\n\n"
    "Each command explains itself: dokaz-case COMMAND --help\n"
    "Exit code: 0, for verify also 3 (verified with limits), else the number of the failure.";

CLI::App* add(CLI::App& app, const std::string& name, const std::string& what, const std::string& example) {
  CLI::App* command = app.add_subcommand(name, what);
  command->fallthrough();
  command->footer("Example:\n  dokaz-case " + example);
  return command;
}

struct Line {
  Context context;
  std::string folder, passphrase_file;
  PullArgs pull;
  CreateArgs create;
  InviteArgs invite;
  OpenArgs open;
  VerifyArgs verify;
  ExportArgs export_;
  KeysArgs keys;
  Chosen chosen;
};

void describe_common(CLI::App& app, Line& line) {
  app.footer(std::string(footer));
  app.require_subcommand(1);
  app.set_version_flag("--version", "dokaz-case " DOKAZ_VERSION);
  app.add_option("--case", line.folder, "the case folder (default: dokaz-case in the user's data folder)")
      ->type_name("DIR");
  app.add_option("--passphrase-file", line.passphrase_file, "take the passphrase from this file's first line")
      ->type_name("FILE");
  app.add_flag("--json", line.context.console.json, "answers and failures as JSON");
  app.add_flag("--quiet", line.context.console.quiet, "no progress");
}

void describe_people(CLI::App& app, Line& line) {
  auto* command =
      add(app, "create", "Makes the keys of a new case.", "create --server evidence.example:7443 --card server-card");
  command->add_option("--server", line.create.server, "the server")->type_name("HOST:PORT")->required();
  command->add_option("--card", line.create.card_file, "the server card that the operator gave")
      ->type_name("FILE")
      ->required();
  command->add_option("--policy", line.create.policy_file, "a policy file with witnesses (default: the card's log alone)")
      ->type_name("FILE");
  command->callback([&line] { line.chosen = {Command::create, [&line] { return create(line.context, line.create); }}; });

  command = add(app, "invite", "Makes an invitation for one person. It holds a secret.",
                "invite --pseudonym anna --days 14 --out anna.invitation --qr");
  command->add_option("--pseudonym", line.invite.pseudonym, "how the person is called in the case")
      ->type_name("NAME")
      ->required();
  command->add_option("--role", line.invite.role, "documenter, reviewer or counsel (default: documenter)")
      ->type_name("ROLE");
  auto* days = command->add_option("--days", line.invite.days, "valid for so many days (default: 30)")->type_name("N");
  command->add_option("--until", line.invite.until, "valid until the end of this day (UTC)")
      ->type_name("YYYY-MM-DD")
      ->excludes(days);
  command->add_option("--out", line.invite.out, "the file to write")->type_name("FILE")->required();
  command->add_flag("--qr", line.invite.qr, "show it as a QR code too");
  command->add_flag("--tor-only", line.invite.tor_only, "a rule for whoever joins with it: through Tor or not at all");
  add_officers(command, line.invite.officers);
  command->callback([&line] { line.chosen = {Command::invite, [&line] { return invite(line.context, line.invite); }}; });

  command = add(app, "keys", "Writes a group's key for plain age. Whoever has it opens everything of that group.",
                "keys --group team --out team.key");
  command->add_option("--group", line.keys.group, "team or legal")->type_name("GROUP")->required();
  command->add_option("--out", line.keys.out, "the file to write")->type_name("FILE");
  command->add_option("--add", line.keys.add, "instead: take over the newer key that this file holds")->type_name("FILE");
  command->add_flag("--sealed", line.keys.sealed, "under a passphrase, which age asks for too");
  command->add_option("--key-passphrase-file", line.keys.key_passphrase_file,
                      "take that passphrase from this file's first line")
      ->type_name("FILE");
  command->add_option("--reason", line.keys.reason, "why, in one line: it is stated")->type_name("TEXT");
  command->callback([&line] { line.chosen = {Command::keys, [&line] { return keys(line.context, line.keys); }}; });

  command = add(app, "fingerprint", "Prints the fingerprint of the case.", "fingerprint");
  command->callback([&line] { line.chosen = {Command::fingerprint, [&line] { return fingerprint(line.context); }}; });
}

void describe_evidence(CLI::App& app, Line& line) {
  auto* command = add(app, "pull", "Fetches what is new on the server and checks it.", "pull");
  command->add_option("--server", line.pull.server, "another address for this once")->type_name("HOST:PORT");
  command->add_flag("--accept-roster", line.pull.accept_roster,
                    "take over the roster of the server's, which another copy of this folder made, and say what is new in it");
  add_proxy(command, line.pull.proxy);
  add_officers(command, line.pull.officers);
  command->callback([&line] { line.chosen = {Command::pull, [&line] { return pull(line.context, line.pull); }}; });

  command = add(app, "list", "Shows the items of the case.", "list");
  command->callback([&line] { line.chosen = {Command::list, [&line] { return list(line.context); }}; });

  command = add(app, "acts", "Shows notes, consents, withdrawals, heartbeats and closes.", "acts");
  command->callback([&line] { line.chosen = {Command::acts, [&line] { return acts(line.context); }}; });

  command = add(app, "open", "Decrypts an item and rebuilds its original.", "open 90ab1c7c --out /media/safe/item-1");
  command->add_option("ITEM", line.open.item, item_help)->type_name("")->required();
  command->add_option("--out", line.open.out, "a folder for the clean copy and the original")
      ->type_name("DIR")
      ->required();
  command->add_option("--reason", line.open.reason, "why, in one line: it is stated")->type_name("TEXT");
  command->callback([&line] { line.chosen = {Command::open, [&line] { return open(line.context, line.open); }}; });

  command = add(app, "verify", "Checks everything that was pulled, down to each original.", "verify --html report.html");
  command->add_option("--root", line.verify.root, "the fingerprint of the case, which was compared by another way")->type_name("FINGERPRINT");
  command->add_option("--policy", line.verify.policy, "a policy file to judge by, instead of the folder's")->type_name("FILE");
  add_stamps(command, line.verify.anchors, line.verify.authorities);
  command->add_option("--html", line.verify.html, "write the report as a page, too")->type_name("FILE");
  auto* record = command->add_flag("--record", line.verify.record, "state what came of it, in this case file's chain");
  command->add_option("--reason", line.verify.reason, "why, in one line")->type_name("TEXT")->needs(record);
  command->callback([&line] { line.chosen = {Command::verify, [&line] { return verify(line.context, line.verify); }}; });

  command = add(app, "export", "Makes an exhibit of an item for one addressee.",
                "export 90ab1c7c --use court --to \"the court\" --out exhibit-1 --disclose note");
  command->add_option("ITEM", line.export_.item, item_help)->type_name("")->required();
  command->add_option("--out", line.export_.out, "the folder to make")->type_name("DIR")->required();
  command->add_option("--use", line.export_.use, "what for: court, partners, press, prosecutor, publish, team, un")
      ->type_name("USE")
      ->required();
  command->add_option("--to", line.export_.to, "who gets it")->type_name("BODY");
  command->add_option("--reason", line.export_.reason, "why, in one line")->type_name("TEXT");
  command->add_option("--necessity", line.export_.necessity, "why it is shown where nobody can be asked for consent")
      ->type_name("TEXT");
  command->add_flag("--original", line.export_.original, "show the original too, with all its metadata");
  command->add_flag("--despite-withdrawal", line.export_.despite_withdrawal,
                    "in spite of a withdrawal or refusal; needs --necessity");
  command->add_option("--disclose", line.export_.disclose, "more facts to show, for example note,capture.time")
      ->type_name("FACT")
      ->delimiter(',');
  add_stamps(command, line.export_.anchors, line.export_.authorities);
  command->callback([&line] { line.chosen = {Command::export_, [&line] { return export_(line.context, line.export_); }}; });
}

int fail_with(const Line& line, const Error& error) {
  return console::report(program, line.context.console, error, advice_for(line.chosen.command, error.code));
}

int run(Line& line) {
  if (!line.passphrase_file.empty()) line.context.console.passphrase_file = line.passphrase_file;
  line.context.folder = line.folder;
  if (line.folder.empty()) {
    const auto usual = console::data_folder(program);
    if (!usual) return fail_with(line, usual.error());
    line.context.folder = *usual;
  }
  std::error_code error;
  if (needs_case(line.chosen.command) && !std::filesystem::exists(line.context.folder / "case.key", error))
    return console::report(program, line.context.console, fail(Errc::not_found, "no case in " + line.context.folder.string()),
                           advice_without_case(line.chosen.command));
  const auto answer = line.chosen.run();
  if (!answer) return fail_with(line, answer.error());
  if (const auto printed = console::print(line.context.console.json ? answer->json : answer->text); !printed)
    return console::report(program, line.context.console, printed.error(),
                           {"The command did its work; only its answer was lost.",
                            "Check where the output goes; list, verify and fingerprint can be asked again."});
  return answer->exit_code;
}

/// The first word that is no option and none of an option's: what should have been a command.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with("-")) {
      const bool has_value = word == "--case" || word == "--passphrase-file";
      i += has_value ? 1 : 0;
      continue;
    }
    const auto named = app.get_subcommands([&](const CLI::App* command) { return command->get_name() == word; });
    return named.empty() ? word : std::string();
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  console::harden_process();
  Line line;
  CLI::App app("Keeps a case: its keys, its people, its evidence.", std::string(program));
  describe_common(app, line);
  describe_people(app, line);
  describe_evidence(app, line);
  CommandLine commands(app, line.context, line.chosen);
  describe_consent(commands);
  describe_custody(commands);
  describe_dossier(commands);
  describe_filing(commands);
  describe_people_and_keys(commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);  // --help, --version
  } catch (const CLI::ParseError& wrong) {
    // A line that was not understood was not taken over either.
    for (int i = 1; i < argc; ++i) line.context.console.json |= std::string_view(argv[i]) == "--json";
    line.chosen.command = Command::none;
    const std::string unknown = unknown_command(app, argc, argv);
    return fail_with(line, fail(Errc::usage, unknown.empty() ? wrong.what() : "there is no command " + console::printable(unknown)));
  }
  return run(line);
}
