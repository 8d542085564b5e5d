// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-verify: checks an exhibit offline and says what holds, for whom, and what nobody proves.
#include <CLI/CLI.hpp>

#include "casework/verify/verify.hpp"
#include "console/console.hpp"
#include "crypto/encoding.hpp"
#include "crypto/files.hpp"

namespace {

using namespace dokaz;

constexpr std::string_view program = "dokaz-verify";

constexpr std::string_view footer =
    "Example:\n"
    "  dokaz-verify exhibit-1 --policy policy \\\n"
    "    --root 5b7a0f0d6f1f9f6c7a3f1a5f9e0b8c2d4e6f80112233445566778899aabbccdd\n\n"
    "Fingerprint and policy must come from the case's legal team by another way than the exhibit:\n"
    "what an exhibit says about itself proves nothing.\n\n"
    "Exit code: 0 verified, 3 verified with limits, else the number of what failed.";

Result<Trust> read_trust(const std::string& root, const std::string& policy_file) {
  auto fingerprint = id_from_hex<Fingerprint>(root);
  if (!fingerprint) return fail(Errc::usage, "--root takes the 64 hexadecimal digits of the case's fingerprint");
  const auto bytes = read_file(policy_file, max_policy_size, Links::follow);
  if (!bytes) return fail(bytes.code(), "policy file");
  auto policy = Policy::parse(*bytes);
  if (!policy) return fail(policy.code(), "policy file: " + policy.error().detail);
  return Trust{*fingerprint, std::move(*policy)};
}

int fail_with(const console::Options& options, const Error& error, std::string_view next) {
  return console::report(program, options, error, {"Nothing was checked and nothing was changed.", std::string(next)});
}

int run(const console::Options& options, const std::string& exhibit, const Trust& trust) {
  const Report report = verify_exhibit(std::filesystem::path(exhibit), trust);
  if (const auto printed = console::print(options.json ? render_json(report) : render_text(report)); !printed)
    return console::report(program, options, printed.error(),
                           {"The exhibit was not changed; only the answer was lost.", "Check where the output goes."});
  return report.exit_code();
}

}  // namespace

int main(int argc, char** argv) {
  console::harden_process();
  console::Options options;
  std::string exhibit, root, policy;
  CLI::App app("Checks an exhibit without any network, server or key.", std::string(program));
  app.footer(std::string(footer));
  app.set_version_flag("--version", "dokaz-verify " DOKAZ_VERSION);
  app.add_option("EXHIBIT", exhibit, "the exhibit's folder")->type_name("DIR")->required();
  app.add_option("--root", root, "fingerprint of the case root")->type_name("FINGERPRINT")->required();
  app.add_option("--policy", policy, "the policy file of the case")->type_name("FILE")->required();
  app.add_flag("--json", options.json, "one JSON object instead of text");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);  // --help, --version
  } catch (const CLI::ParseError& wrong) {
    // A line that was not understood was not taken over either.
    for (int i = 1; i < argc; ++i) options.json |= std::string_view(argv[i]) == "--json";
    return fail_with(options, fail(Errc::usage, wrong.what()), "See dokaz-verify --help.");
  }
  const auto trust = read_trust(root, policy);
  if (!trust)
    return fail_with(options, trust.error(),
                     "Give the fingerprint and the policy file that the legal team handed you.");
  return run(options, exhibit, *trust);
}
