// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/add_sources.hpp"

#include <nlohmann/json.hpp>

#include "collector/cli/add_texts.hpp"
#include "collector/cli/advice.hpp"
#include "collector/cli/stop_request.hpp"
#include "collector/take/phone.hpp"
#include "collector/take/watch.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

using namespace std::chrono_literals;

// Between two looks at a file that is still coming; and at the latest, should the system not tell of changes.
constexpr auto while_some_wait = 500ms, at_the_latest = 5000ms;

/// Phones show themselves by MTP or PTP, which gvfs mounts below this name; cards and disks are mounted elsewhere.
std::string found_line(const std::string& folder) {
  const std::string name = console::printable(folder);
  return folder.find("/gvfs/") != std::string::npos ? console::say("found    {}  (a phone or camera)\n", name)
                                                    : console::say("found    {}  (a card or disk)\n", name);
}

}  // namespace

Status check_sources(const AddSources& sources, bool as_one) {
  const int given = (sources.files.empty() ? 0 : 1) + (sources.phone ? 1 : 0) + (sources.watch ? 1 : 0);
  if (given != 1) return fail(Errc::usage, "name files or folders, or give --phone, or --watch FOLDER");
  if (as_one && sources.files.empty()) return fail(Errc::usage, "--as-one goes with files that are named");
  std::error_code error;
  if (sources.watch && !std::filesystem::is_directory(*sources.watch, error))
    return fail(Errc::not_found, "the folder of --watch");
  return {};
}

Result<Given> given_by(const Common& common, const AddSources& sources) {
  if (!sources.phone) return files_given(sources.files);
  std::vector<std::string> folders;
  for (const auto& folder : find_dcim(usual_mounts())) folders.push_back(folder.string());
  if (folders.empty()) return fail(Errc::not_found, "no phone and no card with a folder DCIM is mounted");
  if (!common.console.json && !common.console.quiet)
    for (const std::string& folder : folders) std::fputs(found_line(folder).c_str(), stderr);
  return files_given(folders);
}

Batch take_as_one(Vault& vault, const Intake& intake, const KnownOriginals& known, const Given& given,
                  const TakeOptions& options) {
  Batch batch;
  batch.given = given.files.size();
  batch.passed_over = given.passed_over;
  DOKAZ_CHECK(given.files.size() >= 2 && given.files.size() <= max_set);
  batch.all = Taker(vault, intake, known, options).take_set(given.files);
  if (batch.not_reached() > 0) batch.ended_by = batch.all.back().refusal;
  return batch;
}

int watch_folder(const Common& common, Vault& vault, const Intake& intake, const KnownOriginals& known,
                 const std::string& folder, const TakeOptions& options) {
  const bool talks = !common.console.json && !common.console.quiet;
  if (talks) std::fputs(console::say("watching {}; Ctrl-C ends it\n", console::printable(folder)).c_str(), stderr);
  Batch batch;
  Taker taker(vault, intake, known, options);
  FolderLooks looks(folder);
  FolderBell bell = FolderBell::on(folder);
  const StopRequest stop;
  while (!stop.came()) {
    for (const std::string& file : looks.look()) {
      if (stop.came()) break;
      batch.all.push_back(taker.take(file, read_to_take(intake, known, file)));
      const Taken& taken = batch.all.back();
      if (!talks) continue;
      if (taken.refusal) std::fputs(refused_line(file).c_str(), stderr);
      else static_cast<void>(print(common, text_of(taken)));
    }
    if (!stop.came()) bell.wait(looks.some_wait() ? while_some_wait : at_the_latest);
  }
  batch.given = batch.all.size();
  if (common.console.json) return print_json(common, json_of(batch), code_of(batch));
  print_refused(common, batch);
  return common.console.quiet ? code_of(batch) : print(common, sums_of(batch), code_of(batch));
}

}  // namespace dokaz::cli
