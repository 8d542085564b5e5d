// SPDX-License-Identifier: GPL-3.0-or-later
// `dokaz`: the program of those who document. Reads the command line and calls one command.
#include <CLI/CLI.hpp>

#include "collector/cli/advice.hpp"

namespace {

using namespace dokaz;

constexpr const char* examples = R"(Example, from an invitation to receipts:
  dokaz join invitation.txt
  dokaz add IMG_0042.jpg --note "left forearm, seen on the day of release"
  dokaz sync
  dokaz list)";

struct Line {
  cli::Common common;
  cli::JoinOptions join;
  cli::AddOptions add;
  cli::InspectOptions inspect;
  cli::CleanOptions clean;
  cli::ListOptions list;
  cli::SyncOptions sync;
  cli::ReceiptOptions receipt;
  cli::PackOptions pack;
  cli::UnpackOptions unpack;
  cli::RelayOptions relay;
};

void describe_common(CLI::App& app, Line& line) {
  app.footer(examples);
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", "dokaz " DOKAZ_VERSION);
  app.add_option("--vault", line.common.vault, "The vault's folder (default: ~/.local/share/dokaz)")
      ->type_name("DIR");
  app.add_option("--passphrase-file", line.common.console.passphrase_file,
                 "Read the passphrase from the first line of FILE instead of the terminal")
      ->type_name("FILE");
  app.add_flag("--json", line.common.console.json, "Print one JSON document");
  app.add_flag("--quiet", line.common.console.quiet, "Print failures only");
}

CLI::App* describe_join(CLI::App& app, Line& line) {
  CLI::App* join = app.add_subcommand("join", "Become a member of a case, without any network");
  join->add_option("INVITATION", line.join.invitation, "The invitation's file, or - for the standard input")
      ->required();
  join->footer("Example:\n  dokaz join invitation.txt");
  return join;
}

void describe_reading(CLI::App& command, cli::ReadingOptions& reading) {
  command.add_option("--icc", reading.icc,
                     "Colour profiles: keep what rendering needs, drop them, or refuse files whose profile cannot be reduced")
      ->check(CLI::IsMember({"keep", "drop", "refuse"}))
      ->type_name("keep|drop|refuse");
  command.add_flag("--no-pixel-check", reading.no_pixel_check,
                   "Do not decode photos to compare pixels: faster; every other check stays");
}

CLI::App* describe_add(CLI::App& app, Line& line) {
  CLI::App* add = app.add_subcommand("add", "Take in photos: clean, sign and seal them");
  add->add_option("FILE", line.add.files, "Photos; each is an item of its own")->required();
  add->add_option("--note", line.add.note, "What you want to say about them; sealed with each of them")
      ->type_name("TEXT");
  add->add_option("--note-file", line.add.note_file, "Read the note from FILE, or - for the standard input")
      ->type_name("FILE");
  describe_reading(*add, line.add.reading);
  add->add_flag("--seal-uncleaned", line.add.seal_uncleaned,
                "Seal what cannot be cleaned as it is, for the legal team only, marked \"not cleaned\"");
  add->add_flag("--sidecars", line.add.sidecars,
                "Take .xmp, .aae and .thm files beside a photo in with it, for the legal team only");
  add->footer("Example:\n  dokaz add IMG_0042.jpg IMG_0043.jpg --note \"left forearm, day of release\"\n"
              "  dokaz add --seal-uncleaned --sidecars IMG_0044.CR3");
  return add;
}

CLI::App* describe_inspect(CLI::App& app, Line& line) {
  CLI::App* inspect = app.add_subcommand("inspect", "Say what files would betray; needs no vault");
  inspect->add_option("FILE", line.inspect.files, "Files to look into; nothing is changed or kept")->required();
  describe_reading(*inspect, line.inspect.reading);
  inspect->footer("Example:\n  dokaz inspect IMG_0042.jpg");
  return inspect;
}

CLI::App* describe_clean(CLI::App& app, Line& line) {
  CLI::App* clean = app.add_subcommand("clean", "Write clean copies, without metadata; needs no vault");
  clean->add_option("FILE", line.clean.files, "Files to clean; they are not changed")->required();
  clean->add_option("-o,--out", line.clean.out, "A new file; or a folder, which gets 0001.jpg, 0002.png and so on")
      ->type_name("OUT")
      ->required();
  describe_reading(*clean, line.clean.reading);
  clean->footer("Example:\n  dokaz clean IMG_0042.jpg -o photo.jpg\n  dokaz clean *.jpg -o cleaned/");
  return clean;
}

CLI::App* describe_list(CLI::App& app, Line& line) {
  CLI::App* list = app.add_subcommand("list", "Show each item: number, short name, state");
  list->add_flag("--receipts", line.list.receipts, "Show where in the log each item is");
  list->footer("sealed: in the vault only.  logged: a checked receipt shows the statement in the log.\n"
               "stored: a checked receipt shows that the server holds all of it.\nExample:\n  dokaz list --receipts");
  return list;
}

CLI::App* describe_sync(CLI::App& app, Line& line) {
  CLI::App* sync = app.add_subcommand("sync", "Bring everything to the server, and its receipts back");
  sync->add_option("--server", line.sync.server, "Another address of the same server")
      ->type_name("HOST:PORT");
  sync->footer("Example:\n  dokaz sync\nA sync that was cut goes on where it stopped.");
  return sync;
}

CLI::App* describe_receipt(CLI::App& app, Line& line) {
  CLI::App* receipt = app.add_subcommand("receipt", "Write an item's receipts for other people's tools");
  receipt->add_option("NUMBER", line.receipt.number, "The item's number in dokaz list")->required();
  receipt->add_option("--out", line.receipt.out, "Beginning of the names of the files")
      ->type_name("FILE")
      ->required();
  receipt->footer("Example:\n  dokaz receipt 1 --out item1\n"
                  "  sigsum-verify -k item1.pub -p item1.policy item1.sigsum-proof < item1");
  return receipt;
}

CLI::App* describe_pack(CLI::App& app, Line& line) {
  CLI::App* pack = app.add_subcommand("pack", "Put what waits into a parcel that is carried by hand");
  pack->add_option("PARCEL", line.pack.parcel, "The parcel's file; several get .1, .2 behind it")->required();
  pack->add_option("--volume-size", line.pack.volume_size, "Most bytes of one file (K, M and G may follow)")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("SIZE");
  pack->add_option("--courier-pass", line.pack.courier,
                   "Also write a pass, with which a courier can bring the parcel by: dokaz relay")
      ->type_name("FILE");
  pack->add_option("--courier-days", line.pack.courier_days, "How long the pass is good")
      ->check(CLI::Range(1, 366))
      ->capture_default_str()
      ->type_name("DAYS");
  pack->footer("Example:\n  dokaz pack /media/stick/holiday.bin --volume-size 4G\n"
               "The server's operator gives an answer back, which goes to: dokaz unpack");
  return pack;
}

CLI::App* describe_unpack(CLI::App& app, Line& line) {
  CLI::App* unpack = app.add_subcommand("unpack", "Check and keep the receipts that came back for a parcel");
  unpack->add_option("ANSWER", line.unpack.answer, "The answer's file")->required();
  unpack->footer("Example:\n  dokaz unpack /media/stick/answer.bin");
  return unpack;
}

CLI::App* describe_relay(CLI::App& app, Line& line) {
  CLI::App* relay = app.add_subcommand("relay", "Bring somebody's parcel to the server; needs no vault");
  relay->add_option("PARCEL", line.relay.parcel, "The parcel's file")->required();
  relay->add_option("--pass", line.relay.pass, "The courier's file that came with it, or - for the standard input")
      ->required()
      ->type_name("FILE");
  relay->add_option("--answer", line.relay.answer, "Where the server's answer goes")->type_name("FILE");
  relay->add_option("--server", line.relay.server, "Another address of the same server")->type_name("HOST:PORT");
  relay->footer("Example:\n  dokaz relay parcel.bin --pass parcel.pass --answer answer.bin\n"
                "One that was cut goes on where it stopped. Neither parcel nor answer can be read by you.");
  return relay;
}

/// The arguments, with "./" before a name like "[1]": the parser would read it as a list. What follows --note
/// is the text that was written, whatever it looks like.
std::vector<std::string> arguments_of(int argc, char** argv) {
  std::vector<std::string> arguments;  // last first, as the parser wants them
  bool is_note = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool bracketed = argument.starts_with('[') && argument.ends_with(']');
    arguments.insert(arguments.begin(), (bracketed && !is_note ? "./" : "") + argument);
    is_note = argument == "--note";
  }
  return arguments;
}

int run(int argc, char** argv) {
  Line line;
  CLI::App app("Dokaz takes in photos far from any network, and shows later that they are what they were.",
               "dokaz");
  describe_common(app, line);
  const CLI::App* join = describe_join(app, line);
  const CLI::App* add = describe_add(app, line);
  const CLI::App* inspect = describe_inspect(app, line);
  const CLI::App* clean = describe_clean(app, line);
  const CLI::App* list = describe_list(app, line);
  const CLI::App* status = app.add_subcommand("status", "Show the case, the server and how much waits")
                               ->footer("Example:\n  dokaz status");
  const CLI::App* sync = describe_sync(app, line);
  const CLI::App* receipt = describe_receipt(app, line);
  const CLI::App* pack = describe_pack(app, line);
  const CLI::App* unpack = describe_unpack(app, line);
  const CLI::App* relay = describe_relay(app, line);
  try {
    app.parse(arguments_of(argc, argv));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return cli::report(line.common, cli::Command::status, fail(Errc::usage, error.what()));
  }
  if (inspect->parsed()) return cli::inspect(line.common, line.inspect);
  if (clean->parsed()) return cli::clean(line.common, line.clean);
  if (relay->parsed()) return cli::relay(line.common, line.relay);
  if (line.common.vault.empty()) {
    const auto usual = console::data_folder("dokaz");
    if (!usual)
      return console::report("dokaz", line.common.console, usual.error(),
                             {"Nothing was changed.", "Name the vault's folder with --vault."});
    line.common.vault = *usual;
  }
  if (join->parsed()) return cli::join(line.common, line.join);
  if (add->parsed()) return cli::add(line.common, line.add);
  if (list->parsed()) return cli::list(line.common, line.list);
  if (status->parsed()) return cli::status(line.common);
  if (sync->parsed()) return cli::sync(line.common, line.sync);
  if (pack->parsed()) return cli::pack(line.common, line.pack);
  if (unpack->parsed()) return cli::unpack(line.common, line.unpack);
  DOKAZ_CHECK(receipt->parsed());
  return cli::receipt(line.common, line.receipt);
}

}  // namespace

int main(int argc, char** argv) {
  console::harden_process();
  return run(argc, argv);
}
