// SPDX-License-Identifier: GPL-3.0-or-later
// How the commands about people and keys are typed.
#include "casework/casefile/command_line.hpp"
#include "casework/casefile/people_commands.hpp"
#include "casework/casefile/proxy_option.hpp"

namespace dokaz::casecli {
namespace {

void add_telling(CLI::App* command, TellArgs& args) {
  command->add_flag("--offline", args.offline, "do not tell the server now");
  command->add_option("--server", args.server, "another address for this once")->type_name("HOST:PORT");
  add_proxy(command, args.proxy);
}

void add_pseudonym(CLI::App* command, std::string& into) {
  command->add_option("PSEUDONYM", into, "who, as roster shows them")->type_name("")->required();
}

void describe_roster(CommandLine& line) {
  auto* roster = line.add("roster", "Shows who is in the case, and makes and publishes rosters.", "roster show");
  roster->require_subcommand(0, 1);
  line.choose(roster, Command::roster, [](const Context& context) { return roster_show(context); });

  auto* command = CommandLine::add_to(*roster, "show", "Shows members, invitations and recipients.", "roster show");
  line.choose(command, Command::roster, [](const Context& context) { return roster_show(context); });
  command = CommandLine::add_to(*roster, "list", "Shows each roster that this folder had.", "roster list");
  line.choose(command, Command::roster, [](const Context& context) { return roster_list(context); });

  const auto add = std::make_shared<RosterArgs>();
  command = CommandLine::add_to(*roster, "add", "Lists a reviewer or counsel who came, so that they can make exhibits.",
                        "roster add birch");
  add_pseudonym(command, add->pseudonym);
  add_officers(command, add->officers);
  add_telling(command, add->tell);
  line.choose(command, Command::roster, [add](const Context& context) { return roster_add(context, *add); });

  const auto publish = std::make_shared<TellArgs>();
  command = CommandLine::add_to(*roster, "publish", "Brings the newest roster to the server.", "roster publish");
  command->add_option("--server", publish->server, "another address for this once")->type_name("HOST:PORT");
  add_proxy(command, publish->proxy);
  line.choose(command, Command::roster, [publish](const Context& context) { return roster_publish(context, *publish); });
}

void describe_leaving(CommandLine& line) {
  constexpr const char* since_help =
      "a place in the log, a day or a second (UTC), or now (default): what the log holds from there on counts for nothing";
  const auto revoke_args = std::make_shared<RevokeArgs>();
  auto* command = line.add("revoke", "Ends what somebody can sign, and closes an invitation that nobody used.",
                              "revoke anna --suspect-since 2026-11-20");
  add_pseudonym(command, revoke_args->pseudonym);
  command->add_option("--suspect-since", revoke_args->suspect_since, since_help)->type_name("INDEX|DATE|now");
  command->add_flag("--dry-run", revoke_args->dry_run, "say what would stay good and what not, and change nothing");
  add_officers(command, revoke_args->officers);
  add_telling(command, revoke_args->tell);
  line.choose(command, Command::revoke,
            [revoke_args](const Context& context) { return revoke(context, *revoke_args); });

  const auto lost = std::make_shared<DeviceLostArgs>();
  command = line.add("device-lost", "Revokes a device that is gone, and invites its owner's next one.",
                        "device-lost anna --out anna-2.invitation");
  add_pseudonym(command, lost->revoke.pseudonym);
  command->add_option("--suspect-since", lost->revoke.suspect_since, since_help)->type_name("INDEX|DATE|now");
  command->add_option("--pseudonym", lost->invite.pseudonym, "how the fresh device is called (default: anna-2 for anna)")
      ->type_name("NAME");
  command->add_option("--out", lost->invite.out, "the invitation to write")->type_name("FILE")->required();
  command->add_option("--days", lost->invite.days, "valid for so many days (default: 30)")->type_name("N");
  command->add_flag("--qr", lost->invite.qr, "show it as a QR code too");
  command->add_flag("--tor-only", lost->invite.tor_only,
                    "a rule for the fresh device, which it has anyway where the lost one had it: through Tor or not at all");
  add_officers(command, lost->revoke.officers);
  add_telling(command, lost->revoke.tell);
  line.choose(command, Command::device_lost, [lost](const Context& context) { return device_lost(context, *lost); });

  const auto rotate = std::make_shared<RotateArgs>();
  command = line.add("rotate-recipients", "Gives a group a new key for what is sealed from now on.",
                        "rotate-recipients --group legal");
  command->add_option("--group", rotate->group, "team or legal")->type_name("GROUP")->required();
  add_officers(command, rotate->officers);
  add_telling(command, rotate->tell);
  line.choose(command, Command::rotate_recipients,
            [rotate](const Context& context) { return rotate_recipients(context, *rotate); });
}

void describe_root(CommandLine& line) {
  auto* root = line.add("root", "Gives the root of the case into the hands of officers, and back.",
                           "root export --officer birch --officer cedar --officer elm --out officers");
  root->require_subcommand(1);

  const auto out = std::make_shared<RootExportArgs>();
  auto* command = CommandLine::add_to(*root, "export", "Writes a file for each officer; any two of them give the root.",
                              "root export --officer birch --officer cedar --officer elm --out officers");
  command->add_option("--officer", out->officers, "an officer, 2 to 8 of them; three are better than two")
      ->type_name("NAME")
      ->required();
  command
      ->add_option("--officer-passphrase-file", out->passphrase_files,
                   "take that officer's passphrase from this file's first line, in the same order")
      ->type_name("FILE");
  command->add_option("--out", out->out, "the folder for the files")->type_name("DIR")->required();
  line.choose(command, Command::root, [out](const Context& context) { return root_export(context, *out); });

  const auto in = std::make_shared<OfficerArgs>();
  command = CommandLine::add_to(*root, "import", "Puts the root back into the case folder.",
                        "root import --officer-file birch.officer --officer-file cedar.officer");
  add_officers(command, *in);
  line.choose(command, Command::root, [in](const Context& context) { return root_import(context, *in); });

  const auto drop = std::make_shared<OfficerArgs>();
  command = CommandLine::add_to(*root, "drop", "Takes the root out of the case folder, once every officer's file of the export opens.",
                        "root drop --officer-file birch.officer --officer-file cedar.officer --officer-file elm.officer");
  add_officers(command, *drop);
  line.choose(command, Command::root, [drop](const Context& context) { return root_drop(context, *drop); });
}

void describe_handing_over(CommandLine& line) {
  const auto over = std::make_shared<HandOverArgs>();
  auto* command = line.add("hand-over", "Writes a copy of the case for the counsel who comes after you.",
                              "hand-over --out case-for-birch");
  auto* out = command->add_option("--out", over->out, "the folder to make")->type_name("DIR");
  command->add_flag("--undo", over->undo, "instead: this folder works again, because the copy was destroyed and nobody takes over")
      ->excludes(out);
  command->add_option("--new-passphrase-file", over->passphrase_file, "take the copy's passphrase from this file's first line")
      ->type_name("FILE");
  line.choose(command, Command::hand_over, [over](const Context& context) { return hand_over(context, *over); });

  const auto take = std::make_shared<TakeOverArgs>();
  command = line.add("take-over", "Makes a case folder of your own of a copy that was handed over.",
                        "take-over case-for-birch --pseudonym birch");
  command->add_option("COPY", take->from, "the folder that hand-over wrote")->type_name("")->required();
  command->add_option("--pseudonym", take->pseudonym, "how you are called in the case")->type_name("NAME")->required();
  command->add_option("--copy-passphrase-file", take->passphrase_file, "take the copy's passphrase from this file's first line")
      ->type_name("FILE");
  add_officers(command, take->officers);
  line.choose(command, Command::take_over, [take](const Context& context) { return take_over(context, *take); });

  const auto join_args = std::make_shared<JoinArgs>();
  command = line.add("join", "Makes a case folder for a reviewer, who opens clean copies and no original.",
                        "join birch.invitation --team-key team.key.age");
  command->add_option("INVITATION", join_args->invitation, "the invitation of a reviewer or counsel")->type_name("")->required();
  command->add_option("--team-key", join_args->team_key, "the key of the group team, as keys wrote it")
      ->type_name("FILE")
      ->required();
  command->add_option("--legal-key", join_args->legal_key, "the key of the group legal, where you may have it")
      ->type_name("FILE");
  command->add_option("--key-passphrase-file", join_args->key_passphrase_file,
                      "take the passphrase of the key files from this file's first line")
      ->type_name("FILE");
  add_proxy(command, join_args->proxy);
  line.choose(command, Command::join, [join_args](const Context& context) { return join(context, *join_args); });
}

void describe_names(CommandLine& line) {
  auto* names = line.add("names", "Keeps the real names apart from the case, under a passphrase of their own.",
                            "names add anna --names /media/stick/names.db");
  names->require_subcommand(1);
  const auto args = std::make_shared<NamesArgs>();
  const auto with_table = [&](CLI::App* command) {
    command->add_option("--names", args->file, "the table (default: names.db in the case folder)")->type_name("FILE");
    command->add_option("--names-passphrase-file", args->passphrase_file, "take its passphrase from this file's first line")
        ->type_name("FILE");
  };
  auto* command = CommandLine::add_to(*names, "add", "Keeps the name that is typed or piped in; further lines are a note.", "names add anna");
  add_pseudonym(command, args->pseudonym);
  command->add_flag("--replace", args->replace, "put it in the place of the one that is there");
  with_table(command);
  line.choose(command, Command::names, [args](const Context& context) { return names_add(context, *args); });
  command = CommandLine::add_to(*names, "show", "Shows the name of one pseudonym.", "names show anna");
  add_pseudonym(command, args->pseudonym);
  with_table(command);
  line.choose(command, Command::names, [args](const Context& context) { return names_show(context, *args); });
  command = CommandLine::add_to(*names, "list", "Shows all names.", "names list");
  with_table(command);
  line.choose(command, Command::names, [args](const Context& context) { return names_list(context, *args); });
  command = CommandLine::add_to(*names, "remove", "Takes a name out of the table.", "names remove anna");
  add_pseudonym(command, args->pseudonym);
  with_table(command);
  line.choose(command, Command::names, [args](const Context& context) { return names_remove(context, *args); });
}

}  // namespace

void add_officers(CLI::App* command, OfficerArgs& args) {
  command->add_option("--officer-file", args.files, "an officer's file, twice: where the root is not in the folder")
      ->type_name("FILE");
  command
      ->add_option("--officer-passphrase-file", args.passphrase_files,
                   "take that officer's passphrase from this file's first line, in the same order")
      ->type_name("FILE");
}

void describe_people_and_keys(CommandLine& line) {
  describe_roster(line);
  describe_leaving(line);
  describe_root(line);
  describe_handing_over(line);
  describe_names(line);
}

}  // namespace dokaz::casecli
