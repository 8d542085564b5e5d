// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-verify: checks exhibits, dossiers and folders of them offline, and says what holds, for whom, and what nobody proves.
#include <CLI/CLI.hpp>

#include "casework/verify/authorities.hpp"
#include "casework/verify/batch.hpp"
#include "casework/verify/log_audit.hpp"
#include "console/console.hpp"
#include "crypto/encoding.hpp"
#include "crypto/files.hpp"

namespace {

using namespace dokaz;

constexpr std::string_view program = "dokaz-verify";

constexpr std::string_view footer =
    "Example:\n"
    "  dokaz-verify exhibit-1 --policy policy \\\n"
    "    --root 5b7a0f0d6f1f9f6c7a3f1a5f9e0b8c2d4e6f80112233445566778899aabbccdd\n"
    "  dokaz-verify log published-log --policy policy\n\n"
    "Fingerprint and policy must come from the case's legal team by another way than the exhibit:\n"
    "what an exhibit says about itself proves nothing. Without them the outcome is at best\n"
    "\"verified with limits\".\n\n"
    "Exit code: 0 verified, 3 verified with limits, else the number of what failed.";

struct Line {
  console::Options options;
  std::string exhibit, root, policy, html, log;
  std::vector<std::string> authorities;
};

int fail_with(const console::Options& options, const Error& error, std::string_view next) {
  return console::report(program, options, error, {"Nothing was checked and nothing was changed.", std::string(next)});
}

/// The same failure, saying which option it is about: never a path.
Error about(std::string_view what, const Error& error) {
  return {error.code, std::string(what) + (error.detail.empty() ? "" : ": " + error.detail)};
}

Result<Policy> read_policy(const std::string& file) {
  const auto bytes = read_file(file, max_policy_size, Links::follow);
  if (!bytes) return fail(bytes.code(), "policy file");
  auto policy = Policy::parse(*bytes);
  if (!policy) return about("policy file", policy.error());
  return policy;
}

Result<Given> read_given(const Line& line) {
  Given given;
  given.now = console::now();
  if (!line.root.empty()) {
    const auto fingerprint = id_from_hex<Fingerprint>(line.root);
    if (!fingerprint) return fail(Errc::usage, "--root takes the 64 hexadecimal digits of the case's fingerprint");
    given.root = *fingerprint;
  }
  if (!line.policy.empty()) {
    DOKAZ_LET(policy, read_policy(line.policy));
    given.policy = std::move(policy);
  }
  return given;
}

int print(const Line& line, const std::string& answer, int code) {
  if (const auto printed = console::print(answer); !printed)
    return console::report(program, line.options, printed.error(),
                           {"The exhibit was not changed; only the answer was lost.", "Check where the output goes."});
  return code;
}

/// What is no exhibit at all, and what to do then: a typing mistake is no forged evidence.
struct Mistake {
  Error error;
  std::string_view next;
};
std::optional<Mistake> mistaken_folder(const std::string& folder) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(folder, error);
  if (status.type() == std::filesystem::file_type::not_found)
    return Mistake{fail(Errc::not_found, "EXHIBIT: there is no folder of this name"), "Check the name of the folder that you gave."};
  if (std::filesystem::is_regular_file(status))
    return Mistake{fail(Errc::usage, "EXHIBIT takes a folder, and this is a file"), "If it is an archive, unpack it and give the folder."};
  const auto has = [&](std::string_view name) { return std::filesystem::exists(std::filesystem::path(folder) / name, error); };
  if (has("check.sh") && has("README.txt") && !has(part::tag_manifest))
    return Mistake{fail(Errc::usage, "this folder holds single facts of an item, and not an exhibit"),
                   "They are checked with openssl and basenc, by the commands in README.txt, which you read and type "
                   "yourself. Run no script out of that folder."};
  return std::nullopt;
}

int verify(const Line& line) {
  auto authorities = read_authorities(line.authorities);
  if (!authorities)
    return fail_with(line.options, authorities.error(),
                     "Give a file of an authority's root certificates, or leave --authority out: it is for time stamps alone.");
  auto given = read_given(line);
  if (!given)
    return fail_with(line.options, given.error(),
                     "Give the fingerprint and the policy file that the legal team handed you.");
  if (const auto mistake = mistaken_folder(line.exhibit)) return fail_with(line.options, mistake->error, mistake->next);
  given->authorities = std::move(*authorities);
  std::error_code error;
  if (!line.html.empty() &&
      std::filesystem::symlink_status(line.html, error).type() != std::filesystem::file_type::not_found)
    return fail_with(line.options, fail(Errc::already_exists, "--html"), "Choose another name for the page.");
  console::Progress progress(line.options, "Checking");
  const BatchReport report =
      verify_folder(line.exhibit, *given, [&](std::size_t done, std::size_t total) { progress.at(done, total); });
  if (!line.html.empty()) {
    if (const Status written = create_file_durably(line.html, bytes_of(render_html(report))); !written)
      return console::report(program, line.options, written.error(),
                             {"The exhibit was checked and not changed; the page was not written.",
                              "Choose another place for the page."});
  }
  return print(line, line.options.json ? render_json(report) : render_text(report), report.exit_code());
}

int audit(const Line& line) {
  const auto policy = read_policy(line.policy);
  if (!policy) return fail_with(line.options, policy.error(), "Give the policy file that the legal team handed you.");
  console::Progress progress(line.options, "Reading");
  const LogReport report = audit_log(line.log, *policy, console::now(),
                                     [&](std::uint64_t done, std::uint64_t total) { progress.at(done, total); });
  return print(line, line.options.json ? render_json(report) : render_text(report), report.exit_code());
}

}  // namespace

int main(int argc, char** argv) {
  console::harden_process();
  Line line;
  CLI::App app("Checks exhibits, dossiers and folders of them without any network, server or key.", std::string(program));
  app.footer(std::string(footer));
  app.set_version_flag("--version", "dokaz-verify " DOKAZ_VERSION);
  app.add_option("EXHIBIT", line.exhibit, "the folder of an exhibit or a dossier, or of several")->type_name("DIR");
  auto* root = app.add_option("--root", line.root, "fingerprint of the case root")->type_name("FINGERPRINT");
  auto* policy = app.add_option("--policy", line.policy, "the policy file of the case")->type_name("FILE");
  app.add_option("--authority", line.authorities, "a time authority's root certificates, PEM; may be repeated")
      ->type_name("FILE");
  app.add_option("--html", line.html, "write the report as a page, too")->type_name("FILE");
  app.add_flag("--json", line.options.json, "one JSON object instead of text");
  app.add_flag("--quiet", line.options.quiet, "no progress");
  auto* log = app.add_subcommand("log", "Audits a copy of a published log: every entry, every tile, the root, the witnesses.");
  log->fallthrough();
  log->footer("Example:\n  dokaz-verify log published-log --policy policy\n\n"
              "The folder holds `checkpoint` and `tile/` as the server publishes them, entries among them.");
  log->add_option("DIR", line.log, "the copy of the log")->type_name("")->required();
  try {
    app.parse(argc, argv);
    const bool is_log = log->parsed();
    // An empty word is a variable that was not set, not a wish to believe what the exhibit says.
    for (const auto& [option, text] : {std::pair(root, &line.root), std::pair(policy, &line.policy)})
      if (option->count() != 0 && text->empty())
        return fail_with(line.options, fail(Errc::usage, option->get_name() + " was given without a value"), "See dokaz-verify --help.");
    if (is_log && (root->count() != 0 || !line.html.empty() || !line.authorities.empty()))
      return fail_with(line.options, fail(Errc::usage, "log takes no --root, --authority and --html"), "See dokaz-verify log --help.");
    if (is_log && line.policy.empty())
      return fail_with(line.options, fail(Errc::usage, "--policy is required"), "See dokaz-verify log --help.");
    if (!is_log && line.exhibit.empty())
      return fail_with(line.options, fail(Errc::usage, "EXHIBIT is required"), "See dokaz-verify --help.");
    if (is_log) return audit(line);
  } catch (const CLI::Success& done) {
    return app.exit(done);  // --help, --version
  } catch (const CLI::ParseError& wrong) {
    // A line that was not understood was not taken over either.
    for (int i = 1; i < argc; ++i) line.options.json |= std::string_view(argv[i]) == "--json";
    return fail_with(line.options, fail(Errc::usage, wrong.what()), "See dokaz-verify --help.");
  }
  return verify(line);
}
