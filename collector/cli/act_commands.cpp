// SPDX-License-Identifier: GPL-3.0-or-later
// Acts of the chain besides taking in: note, consent, withdraw, heartbeat, close.
#include <CLI/CLI.hpp>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/vault/chain_acts.hpp"
#include "collector/vault/item_facts.hpp"
#include "console/say.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

/// The two words behind `note`: with --case the first of them is the text.
struct NoteOptions {
  std::string first, second;
  bool about_case = false;
  std::optional<std::string> file;  // "-" for the standard input
};
struct ConsentOptions {
  std::optional<std::uint64_t> number;
  bool about_case = false;
  std::string by;
  std::vector<std::string> uses;
};
struct CloseOptions {
  bool yes = false;
};

ClaimedTime now() { return {console::now(), false}; }

Result<About> about_of(const std::optional<std::uint64_t>& number, bool about_case) {
  if (number.has_value() == about_case) return fail(Errc::usage, "either the number of an item or --case");
  return About(number);
}

Result<About> about_of(const NoteOptions& options) {
  if (options.about_case) return About();
  std::uint64_t number = 0;
  const char* end = options.first.data() + options.first.size();
  const auto read = std::from_chars(options.first.data(), end, number);
  if (options.first.empty() || read.ec != std::errc() || read.ptr != end)
    return fail(Errc::usage, "either the number of an item or --case");
  return About(number);
}

Result<std::string> read_note(const std::string& path) {
  DOKAZ_LET(read, read_text(path, max_written_note_size, "note file"));
  return read.reveal([](ByteView bytes) { return to_text(bytes); });
}

/// Nothing where it is to be typed.
Result<std::optional<std::string>> text_of(const NoteOptions& options) {
  const std::string& text = options.about_case ? options.first : options.second;
  if (options.about_case && !options.second.empty()) return fail(Errc::usage, "with --case there is no number");
  if (text.empty() && !options.file && ::isatty(STDIN_FILENO) == 1) return std::optional<std::string>();
  if (text.empty() == !options.file) return fail(Errc::usage, "the note's text, or --file");
  if (!options.file) return std::optional(text);
  DOKAZ_LET(read, read_note(*options.file));
  return std::optional(std::move(read));
}

Result<std::string> typed_note() {
  std::fputs(console::say("Type the note, and Ctrl-D on a line of its own.\n").c_str(), stderr);
  return read_note("-");
}

using Deed = std::function<Result<SealedItem>(Vault&)>;

std::string text_of(Command command, const SealedItem& done) {
  using console::say;
  const std::string name = short_name(done.statement);
  if (command == Command::close)
    return say("closed  {:4}  {}\n"
               "The chain ends here, after {} statements. Nothing can be added to this vault any more.\n"
               "Next: dokaz sync\n",
               done.number, name, done.number);
  if (command == Command::heartbeat) return say("signed  {:4}  {}: a sign of life. Next: dokaz sync\n", done.number, name);
  return say("sealed  {:4}  {}: the legal team learns of it at the next dokaz sync.\n", done.number, name);
}

int tell(const Common& common, Command command, const Result<SealedItem>& done) {
  if (!done) return report(common, command, done.error());
  if (common.console.json)
    return print_json(common, {{"number", done->number},
                               {"statement", hex(done->statement)},
                               {"state", name_of(CustodyState::sealed)}});
  return common.console.quiet ? exit_ok : print(common, text_of(command, *done));
}

/// Opens the vault, does the act, says it.
int run(const Common& common, Command command, const Result<Deed>& act) {
  if (!act) return report(common, command, act.error());
  if (!is_representable(now())) return report_wrong_clock(common, command);
  auto vault = open_vault(common, Reserve::keep);
  return tell(common, command, vault ? (*act)(*vault) : Result<SealedItem>(vault.error()));
}

Result<Deed> note_act(const NoteOptions& options) {
  DOKAZ_LET(about, about_of(options));
  DOKAZ_LET(text, text_of(options));
  const auto words = std::make_shared<std::optional<std::string>>(std::move(text));
  return Deed([about, words](Vault& vault) -> Result<SealedItem> {
    // Asked when the vault is open: nobody writes a note and then cannot seal it.
    if (!*words) {
      DOKAZ_LET(typed, typed_note());
      *words = std::move(typed);
    }
    auto sealed = add_note(vault, about, **words, now());
    wipe({reinterpret_cast<Byte*>((*words)->data()), (*words)->size()});
    return sealed;
  });
}

using ConsentAct = Result<SealedItem> (*)(Vault&, const Consent&, const ClaimedTime&);

Result<Deed> consent_act(const ConsentOptions& options, ConsentAct act) {
  DOKAZ_LET(about, about_of(options.number, options.about_case));
  return Deed([act, consent = Consent{about, options.by, options.uses}](Vault& vault) { return act(vault, consent, now()); });
}

Result<Deed> close_act(const CloseOptions& options) {
  if (!options.yes) return fail(Errc::usage, "a chain that was closed stays closed; say --yes if that is what you want");
  return Deed([](Vault& vault) { return close_chain(vault, now()); });
}

Runner describe_note(CLI::App& command) {
  const auto options = std::make_shared<NoteOptions>();
  command.add_option("NUMBER", options->first, "The item's number in dokaz list; left out with --case");
  command.add_option("TEXT", options->second, "What you want to say. Better leave it out and type it when asked: other programs of this device and the shell's history see it here");
  command.add_flag("--case", options->about_case, "Say it of the whole case");
  command.add_option("--file", options->file, "Read the text from FILE, or - for the standard input")->type_name("FILE");
  command.footer("Example:\n  dokaz note 3\n  dokaz note --case --file words.txt\nWithout a text it asks for one; what is typed ends with Ctrl-D, and is wiped from memory when it is sealed.");
  return [options](const Common& common) { return run(common, Command::note, note_act(*options)); };
}

void describe_consent_options(CLI::App& command, ConsentOptions& options, const char* uses) {
  command.add_option("NUMBER", options.number, "The item's number in dokaz list; left out with --case");
  command.add_flag("--case", options.about_case, "For the whole case");
  command.add_option("--by", options.by, "A pseudonym of whoever it is; leave it out if nobody may be named")
      ->type_name("PSEUDONYM");
  command.add_option("--for", options.uses, uses)
      ->delimiter(',')
      ->type_name("USE")
      ->check(CLI::IsMember(std::vector<std::string>(std::begin(consent_uses), std::end(consent_uses))));
}

Runner describe_consent(CLI::App& command) {
  const auto options = std::make_shared<ConsentOptions>();
  describe_consent_options(command, *options,
                           console::mark("What for: court, partners, press, prosecutor, publish, team, un; several with commas"));
  command.footer("Example:\n  dokaz consent 3 --by birch --for court,un\nIt is a statement like an item's: dated, signed, and kept.");
  return [options](const Common& common) { return run(common, Command::consent, consent_act(*options, add_consent)); };
}

Runner describe_withdraw(CLI::App& command) {
  const auto options = std::make_shared<ConsentOptions>();
  describe_consent_options(command, *options, console::mark("Only for these; without it, for everything"));
  command.footer("Example:\n  dokaz withdraw 3 --by birch\n"
                 "Nothing is deleted by it. The legal team sees it after dokaz sync; what was handed on before stays there.");
  return [options](const Common& common) { return run(common, Command::withdraw, consent_act(*options, withdraw_consent)); };
}

Runner describe_heartbeat(CLI::App& command) {
  command.footer("Example:\n  dokaz heartbeat\nA sync makes one by itself when the newest statement is a day old.");
  return [](const Common& common) {
    return run(common, Command::heartbeat, Deed([](Vault& vault) { return heartbeat(vault, now()); }));
  };
}

Runner describe_close(CLI::App& command) {
  const auto options = std::make_shared<CloseOptions>();
  command.add_flag("--yes", options->yes, "Needed: this cannot be undone");
  command.footer("Example:\n  dokaz close --yes\nSync before and after it: what waits is still sent.");
  return [options](const Common& common) { return run(common, Command::close, close_act(*options)); };
}

}  // namespace

const CommandEntry note_command{"note", "Add what has to be said of an item, or of the case, later", Needs::vault, describe_note};
const CommandEntry consent_command{"consent", "Record whose consent there is, and what for", Needs::vault, describe_consent};
const CommandEntry withdraw_command{"withdraw", "Record that a consent was taken back", Needs::vault, describe_withdraw};
const CommandEntry heartbeat_command{"heartbeat", "Sign that the chain goes on, with nothing new", Needs::vault, describe_heartbeat};
const CommandEntry close_command{"close", "End the chain for ever, with its count", Needs::vault, describe_close};

}  // namespace dokaz::cli
