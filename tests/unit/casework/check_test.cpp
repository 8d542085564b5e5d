// SPDX-License-Identifier: GPL-3.0-or-later
// The check of a whole case: that its answers are those of dokaz-verify, and when it is green.
#include <catch2/catch.hpp>

#include "casework/casefile/check.hpp"
#include "casework/casefile/show.hpp"
#include "casework/verify/verify.hpp"
#include "tests/unit/casework/small_server.hpp"

using namespace dokaz;
using namespace dokaz::small;

namespace {

constexpr auto before_all = static_cast<std::int64_t>(first_cosigned) - 3 * 86'400, at_the_end = static_cast<std::int64_t>(last_cosigned);

/// A case whose policy names a witness, who vouched before and after its one item.
struct Witnessed {
  test::Scratch scratch;
  CaseFile file = make(scratch / "case");
  Server server{file};
  Statement item = fill();

  static CaseFile make(const Path& folder) {
    const ServerCard card{TlsPin(), key(log_key).public_key(), key(server_key).public_key(), age::Identity::generate().recipient().format()};
    return must(CaseFile::create(folder, passphrase(), {must(parse_server_address("127.0.0.1:7443")), card, make_policy(card.log, true)}, cheap));
  }
  Statement fill() {
    server.witnesses = {{"north", witness_key, first_cosigned}};
    server.pull_into(file);
    server.named = {server.log.head().size, server.log.head().root};
    const Statement sealed = server.seal(file, "one");
    server.witnesses[0].unix_time = last_cosigned;
    server.pull_into(file);
    return sealed;
  }
};

}  // namespace

TEST_CASE("a case is verified where all of it is proved") {
  Witnessed desk;
  const CaseReport report = must(check_case(desk.file));
  CHECK(report.outcome() == Outcome::verified);
  CHECK(report.exit_code() == exit_ok);
  REQUIRE(report.items.size() == 1);
  CHECK(report.items[0].time->proved_not_before() == first_cosigned);
  CHECK(report.items[0].time->proved_not_after() == last_cosigned);
  CHECK(report.log.witnesses == std::vector<std::string>{"north"});
  const std::string text = render_text(report);
  CHECK(text.find("VERIFIED, for the case root and the policy of this case.\n") == 0);
  CHECK(text.ends_with("1 item: 1 verified, 0 verified with limits, 0 failed; exit code 0.\n"));
  CHECK(render_html(report).find("class=\"outcome verified\"") != std::string::npos);
}

TEST_CASE("the check of a case says of an item what dokaz-verify says of its exhibit") {
  Witnessed desk;
  const Report inside = must(check_case(desk.file)).items[0];
  const Shown shown = must(show_item(desk.file, hex(desk.item.hash()), {.original = true, .gate = by_necessity()}, may_2));
  const Report outside = verify_exhibit(shown.files, Trust{desk.file.fingerprint(), desk.file.policy()});
  REQUIRE_FALSE(outside.failure);
  CHECK(inside.item == outside.item);
  CHECK(inside.limits == outside.limits);
  CHECK(inside.outcome() == outside.outcome());
  CHECK(inside.signed_by->signer.pseudonym == outside.signed_by->signer.pseudonym);
  CHECK(inside.signed_by->signer.authority == outside.signed_by->signer.authority);
  CHECK(inside.time->claimed == outside.time->claimed);
  CHECK(inside.chain->statements == outside.chain->statements);
  CHECK(inside.chain->stored_by == outside.chain->stored_by);
  CHECK(inside.log->index == outside.log->index);
}

TEST_CASE("another case's fingerprint, another log's policy and a time that is yet to come end the check") {
  Witnessed desk;
  CHECK(check_case(desk.file, {.root = fingerprint_of(key(stranger_key).public_key())}).code() == Errc::wrong_root);
  CHECK(check_case(desk.file, {.policy = Policy::log_only(key(stranger_key).public_key())}).code() == Errc::policy_unmet);
  CHECK(check_case(desk.file, {.now = before_all}).code() == Errc::bad_signature);
  CHECK(must(check_case(desk.file, {.root = desk.file.fingerprint(), .now = at_the_end})).exit_code() == exit_ok);
}
