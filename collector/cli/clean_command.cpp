// SPDX-License-Identifier: GPL-3.0-or-later
// The clean copy alone, for people who only need that: the same intake and checks as sealing, no vault.
#include <CLI/CLI.hpp>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "collector/cli/advice.hpp"
#include "collector/cli/neutral_file.hpp"
#include "collector/cli/read_ahead.hpp"
#include "collector/cli/start_intake.hpp"
#include "collector/cli/stop_request.hpp"
#include "collector/intake/beside.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

using console::say;

struct CleanOptions {
  std::vector<std::string> files;
  ReadingOptions reading;
  std::filesystem::path out;  // a new file, or a folder
};

/// A clean copy that was written.
struct Written {
  Path path;
  std::string media_type, extension;
  std::uint64_t bytes = 0;
  std::vector<std::string> warnings;
};

struct Cleaned {
  std::string file;  // as it was typed
  Result<Written> outcome;
};

struct Cleaning {
  std::size_t given = 0;
  std::vector<Cleaned> all;

  std::size_t written() const {
    std::size_t count = 0;
    for (const Cleaned& one : all) count += one.outcome ? 1 : 0;
    return count;
  }
  std::size_t not_reached() const { return given - all.size(); }
  int code() const {
    if (not_reached() > 0) return exit_code(Errc::interrupted);
    for (const Cleaned& one : all)
      if (!one.outcome) return exit_code(one.outcome.code());
    return exit_ok;
  }
};

/// Where the clean copies go: one file of this name, or files of neutral names in this folder.
class Destination {
 public:
  /// `usage`, `not_found`, `already_exists`: before anything is read.
  static Result<Destination> from(const CleanOptions& options) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (fs::is_directory(options.out, error)) return Destination(options.out, NumberedFolder(options.out));
    if (options.files.size() > 1 || !options.out.has_filename())
      return fail(Errc::usage, "-o must name a folder that is there already");
    const Path folder = options.out.has_parent_path() ? options.out.parent_path() : Path(".");
    if (!fs::is_directory(folder, error)) return fail(Errc::not_found, "the folder of -o");
    if (fs::symlink_status(options.out, error).type() != fs::file_type::not_found)
      return fail(Errc::already_exists, "the name given with -o");
    return Destination(options.out, std::nullopt);
  }

  Result<Path> write(const TakenIn& item) {
    if (folder_) return folder_->write(item);
    DOKAZ_TRY(write_neutral(item, out_));
    return out_;
  }

 private:
  Destination(Path out, std::optional<NumberedFolder> folder) : out_(std::move(out)), folder_(std::move(folder)) {}
  Path out_;
  std::optional<NumberedFolder> folder_;
};

Result<Written> clean_one(Result<TakenIn> taken, Destination& destination) {
  DOKAZ_LET(item, std::move(taken));
  DOKAZ_LET(path, destination.write(item));
  return Written{std::move(path), item.media_type, item.extension, size_of_clean_copy(item), item.warnings};
}

Cleaning clean_all(const Common& common, const Intake& intake, const CleanOptions& options, Destination& destination) {
  Cleaning cleaning{options.files.size(), {}};
  console::Progress progress(common.console, say("cleaning"));
  progress.at(0, cleaning.given);  // something to see, also while the first file is a long film
  const StopRequest stop;
  ReadAhead ahead(intake, options.files);
  for (const std::string& file : options.files) {
    if (stop.came()) break;
    cleaning.all.push_back({file, clean_one(ahead.next(), destination)});
    progress.at(cleaning.all.size(), cleaning.given);
  }
  return cleaning;
}

std::string text_of(const Cleaned& one) {
  const Written& written = *one.outcome;
  const std::string path = console::printable(written.path.string());
  std::string text = say("wrote    {}  from {}\n", path, console::printable(one.file));
  if (written.path.extension() != "." + written.extension)
    text += say("         by its content it is {}: a name that ends with .{} opens more easily\n",
                        written.media_type, written.extension);
  for (const std::string& warning : written.warnings) text += say("         good to know: {}\n", console::printable(console::say_counted(warning)));
  return text;
}

int print_text(const Common& common, const Cleaning& cleaning) {
  std::string text;
  for (const Cleaned& one : cleaning.all) {
    if (one.outcome) {
      text += text_of(one);
      continue;
    }
    std::fputs(say("refused  {}\n", console::printable(one.file)).c_str(), stderr);
    static_cast<void>(report_file(common, Command::clean, one.outcome.error()));
  }
  if (cleaning.written() > 0)
    text += say("They are free of metadata, not anonymous: dokaz inspect says what remains.\n");
  const int said = common.console.quiet ? cleaning.code() : print(common, text, cleaning.code());
  return cleaning.not_reached() > 0 ? report(common, Command::clean, fail(Errc::interrupted)) : said;
}

int print_json(const Common& common, const Cleaning& cleaning) {
  nlohmann::ordered_json document = {{"given", cleaning.given},
                                     {"written", cleaning.written()},
                                     {"refused", cleaning.all.size() - cleaning.written()},
                                     {"not_reached", cleaning.not_reached()},
                                     {"files", nlohmann::ordered_json::array()}};
  for (const Cleaned& one : cleaning.all) {
    nlohmann::ordered_json object = {{"file", console::printable(one.file)}};
    if (one.outcome) {
      object["out"] = console::printable(one.outcome->path.string());
      object["media_type"] = one.outcome->media_type;
      object["bytes"] = one.outcome->bytes;
      object["warnings"] = nlohmann::ordered_json::array();
      for (const std::string& warning : one.outcome->warnings) object["warnings"].push_back(console::say_counted(warning));
    } else {
      add_file_failure(object, Command::clean, one.outcome.error());
    }
    document["files"].push_back(std::move(object));
  }
  if (cleaning.not_reached() > 0) add_failure(document, Command::clean, fail(Errc::interrupted));
  return print_json(common, document, cleaning.code());
}

int clean(const Common& common, const CleanOptions& options) {
  const auto intake = start_intake(options.reading);
  if (!intake) return report(common, Command::clean, intake.error());
  auto destination = Destination::from(options);
  if (!destination) return report(common, Command::clean, destination.error());
  const Cleaning cleaning = clean_all(common, *intake, options, *destination);
  return common.console.json ? print_json(common, cleaning) : print_text(common, cleaning);
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<CleanOptions>();
  command.add_option("FILE", options->files, "Files to clean; they are not changed")->required();
  command.add_option("-o,--out", options->out, "A new file; or a folder, which gets 0001.jpg, 0002.png and so on")
      ->type_name("OUT")
      ->required();
  describe_reading(command, options->reading);
  command.footer("Example:\n  dokaz clean IMG_0042.jpg -o photo.jpg\n  dokaz clean *.jpg -o cleaned/");
  return [options](const Common& common) { return clean(common, *options); };
}

}  // namespace

const CommandEntry clean_command{"clean", "Write clean copies, without metadata; needs no vault", Needs::nothing, describe};

}  // namespace dokaz::cli
