// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-verify: checks an exhibit offline and says what holds, for whom, and what nobody proves.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "casework/verify/verify.hpp"
#include "console/console.hpp"
#include "crypto/encoding.hpp"
#include "crypto/files.hpp"

namespace {

using namespace dokaz;

constexpr std::string_view program = "dokaz-verify";
constexpr std::uint64_t max_policy_file = 64 * 1024;

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
  DOKAZ_LET(bytes, read_file(policy_file, max_policy_file, Links::follow));
  DOKAZ_LET(policy, Policy::parse(bytes));
  return Trust{*fingerprint, std::move(policy)};
}

}  // namespace

int main(int argc, char** argv) {
  console::Options options;
  std::string exhibit, root, policy;
  CLI::App app("Checks an exhibit without any network, server or key.", std::string(program));
  app.footer(std::string(footer));
  app.add_option("EXHIBIT", exhibit, "the exhibit's folder")->required();
  app.add_option("--root", root, "fingerprint of the case root")->required();
  app.add_option("--policy", policy, "the policy file of the case")->required();
  app.add_flag("--json", options.json, "one JSON object instead of text");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& wrong) {
    app.exit(wrong);
    return exit_code(Errc::usage);
  }
  const auto trust = read_trust(root, policy);
  if (!trust)
    return console::report(program, options, trust.error(),
                           {"Nothing was checked and nothing was changed.",
                            "Give the fingerprint and the policy file that the legal team handed you."});
  const Report report = verify_exhibit(std::filesystem::path(exhibit), *trust);
  const std::string text = options.json ? render_json(report) : render_text(report);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    return exit_code(Errc::io_error);
  return report.exit_code();
}
