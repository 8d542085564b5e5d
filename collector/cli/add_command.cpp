// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "collector/cli/add_sources.hpp"
#include "collector/cli/add_texts.hpp"
#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/cli/start_intake.hpp"
#include "collector/cli/stop_request.hpp"
#include "collector/vault/item_facts.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

struct AddOptions {
  AddSources sources;
  ReadingOptions reading;
  bool seal_uncleaned = false;  // what is refused is sealed as it is, for the legal recipients
  bool sidecars = false;        // what lies beside a file and belongs to it becomes a part of its item
  bool consume = false;         // a file is removed once its item is durable
  bool as_one = false;          // the files are bound to each other
  std::optional<std::string> note;
  std::optional<std::string> note_file;  // "-" for the standard input
  std::optional<std::string> how;
  std::optional<std::string> received_from;
  std::optional<std::string> review;  // how long: "24h"
};

Result<std::string> note_of(const AddOptions& options) {
  if (options.note && options.note_file)
    return fail(Errc::usage, "--note and --note-file exclude each other");
  std::string note = options.note.value_or("");
  if (options.note_file) {
    DOKAZ_LET(text, read_text(*options.note_file, max_written_note_size, "note file"));
    note = text.reveal([](ByteView bytes) { return to_text(bytes); });
  }
  DOKAZ_TRY(check_note(note));
  return note;
}

Result<TakeOptions> take_options(const AddOptions& options) {
  DOKAZ_LET(note, note_of(options));
  TakeOptions take{note, options.seal_uncleaned, options.sidecars, options.consume,
                   [] { return ClaimedTime{console::now(), false}; }};
  take.acquisition = options.how.value_or(options.received_from ? "received" : "unknown");
  take.acquired_from = options.received_from.value_or("");
  if (options.received_from && take.acquisition != "received")
    return fail(Errc::usage, "--received-from goes with --how received");
  if (take.acquired_from.size() > 1024 || console::printable(take.acquired_from) != take.acquired_from)
    return fail(Errc::usage, "--received-from is one line of text, at most 1024 bytes");
  return take;
}

/// "24h", "30m", "2d": seconds, at most a week.
Result<std::int64_t> seconds_of(const std::string& text) {
  const Error bad = fail(Errc::usage, "--review is a time such as 30m, 24h or 2d, at most 7d");
  if (text.size() < 2 || text.size() > 6) return bad;
  const auto number = from_decimal(std::string_view(text).substr(0, text.size() - 1));
  const std::int64_t unit = text.back() == 'm' ? 60 : text.back() == 'h' ? 3600 : text.back() == 'd' ? 86'400 : 0;
  if (!number || *number == 0 || unit == 0) return bad;
  const std::int64_t seconds = static_cast<std::int64_t>(*number) * unit;
  return seconds > longest_review ? Result<std::int64_t>(bad) : seconds;
}

struct Started {
  Intake intake;
  Vault vault;
  TakeOptions take;
};

/// All that can fail before the first file is read.
Result<Started> start(const Common& common, const AddOptions& options) {
  DOKAZ_TRY(check_sources(options.sources, options.as_one));
  DOKAZ_LET(intake, start_intake(options.reading));
  DOKAZ_LET(take, take_options(options));
  std::int64_t seconds = 0;
  if (options.review) {
    DOKAZ_LET(length, seconds_of(*options.review));
    seconds = length;
  }
  DOKAZ_LET(vault, open_vault(common, Reserve::keep));
  if (seconds > 0) {
    DOKAZ_LET(window, vault.begin_review(console::now(), seconds));
    take.review = window;
  }
  return Started{std::move(intake), std::move(vault), std::move(take)};
}

int add(const Common& common, const AddOptions& options) {
  if (!is_representable({console::now(), false})) return report_wrong_clock(common, Command::add);
  auto started = start(common, options);
  if (!started) return report(common, Command::add, started.error());
  const auto known = KnownOriginals::of(started->vault);
  if (!known) return report(common, Command::add, known.error());
  if (options.sources.watch)
    return watch_folder(common, started->vault, started->intake, *known, *options.sources.watch, started->take);

  const auto given = given_by(common, options.sources);
  if (!given) return report(common, Command::add, given.error());
  if (options.as_one && (given->files.size() < 2 || given->files.size() > max_set || !given->unreadable.empty()))
    return report(common, Command::add, fail(Errc::usage, "--as-one takes 2 to 64 files"));
  const Batch batch = [&] {
    console::Progress progress(common.console, console::say("sealing"));
    const StopRequest stop;
    const BatchWatch watch{[&] { return stop.came(); },
                           [&](std::size_t done, std::size_t all) { progress.at(done, all); }};
    return options.as_one ? take_as_one(started->vault, started->intake, *known, *given, started->take)
                          : take_all(started->vault, started->intake, *known, *given, started->take, watch);
  }();
  return common.console.json ? print_json(common, json_of(batch), code_of(batch)) : print_text(common, batch);
}

void describe_origin(CLI::App& command, AddOptions& options) {
  command.add_option("--how", options.how, "How you came by them; sealed with each")
      ->check(CLI::IsMember({"captured", "received", "found", "copied", "unknown"}))
      ->type_name("captured|received|found|copied|unknown");
  command.add_option("--received-from", options.received_from, "From whom or by what you received them; sealed with each")
      ->type_name("TEXT");
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<AddOptions>();
  command.add_option("FILE", options->sources.files, "Photos, and folders with photos; each photo is an item of its own");
  command.add_flag("--phone", options->sources.phone, "Take in what is new in the DCIM folders of phones and cards that are mounted");
  command.add_option("--watch", options->sources.watch, "Take in what comes into FOLDER, until you press Ctrl-C")
      ->type_name("FOLDER");
  command.add_option("--note", options->note, "What you want to say about them; sealed with each of them")
      ->type_name("TEXT");
  command.add_option("--note-file", options->note_file, "Read the note from FILE, or - for the standard input")
      ->type_name("FILE");
  describe_origin(command, *options);
  describe_reading(command, options->reading);
  command.add_flag("--seal-uncleaned", options->seal_uncleaned,
                   "Seal what cannot be cleaned as it is, for the legal team only, marked \"not cleaned\"");
  command.add_flag("--sidecars", options->sidecars,
                   "Take .xmp, .aae and .thm files beside a photo in with it, for the legal team only");
  command.add_flag("--as-one", options->as_one, "Bind the files to each other, such as front, back and details; all of them or none");
  command.add_flag("--consume", options->consume,
                   "Overwrite and remove each file once its item is durable; on flash a copy may stay");
  command.add_option("--review", options->review, "Let dokaz show open the clean copies for so long: 30m, 24h, 2d")
      ->type_name("TIME");
  command.footer("Example:\n  dokaz add IMG_0042.jpg IMG_0043.jpg --note \"left forearm, day of release\"\n"
                 "  dokaz add --seal-uncleaned --sidecars IMG_0044.CR3\n"
                 "  dokaz add --received-from \"a neighbour, by WhatsApp\" IMG-20260501-WA0001.jpg\n"
                 "  dokaz add /media/card/DCIM");
  return [options](const Common& common) { return add(common, *options); };
}

}  // namespace

const CommandEntry add_command{"add", "Take in photos: clean, sign and seal them", Needs::vault, describe};

}  // namespace dokaz::cli
