// SPDX-License-Identifier: GPL-3.0-or-later
// The check of an exhibit: what is refused, and what is said about what holds.
#include <catch2/catch.hpp>

#include "tests/unit/casework/small_exhibit.hpp"

using namespace dokaz;
using namespace dokaz::small;

namespace {

std::string failure_of(const Report& report) {
  if (!report.failure) return std::string(name_of(report.outcome()));
  return std::string(name_of(report.failure->error.code)) + " " + report.failure->where;
}
std::string check(const BagFiles& files, const Trust& trust) { return failure_of(verify_exhibit(files, trust)); }

bool has_limit(const Report& report, std::string_view words) {
  for (const std::string& limit : report.limits)
    if (limit.find(words) != std::string::npos) return true;
  return false;
}

/// Flips one bit of every byte of a file, one after another; returns where it went unnoticed.
std::vector<std::size_t> unnoticed(BagFiles& files, const std::string& path, const std::function<bool()>& refused) {
  std::vector<std::size_t> missed;
  Bytes& content = files.at(path);
  for (std::size_t at = 0; at < content.size(); ++at) {
    const Byte bit = static_cast<Byte>(1u << (at % 8));
    content[at] ^= bit;
    if (!refused()) missed.push_back(at);
    content[at] ^= bit;
  }
  return missed;
}

}  // namespace

TEST_CASE("every changed byte of every file is refused") {
  Exhibit exhibit = make_exhibit();
  std::size_t bytes = 0;
  for (const auto& [path, content] : BagFiles(exhibit.files)) {
    CAPTURE(path);
    bytes += content.size();
    CHECK(unnoticed(exhibit.files, path, [&] {
            return verify_exhibit(exhibit.files, exhibit.trust).outcome() == Outcome::failed;
          }).empty());
  }
  CHECK(bytes > 20'000);
  CHECK(check(exhibit.files, exhibit.trust) == "verified_with_limits");
}

TEST_CASE("who exports cannot change what others signed, even when signing again") {
  Exhibit exhibit = make_exhibit({.witness = true, .seen = true});
  const StatementHash item = exhibit.parts.item.statement.hash();
  const BagFiles whole = exhibit.files;
  for (const auto& [path, content] : whole) {
    // An object's bytes are all under one hash: the first ones stand for all.
    if (!path.starts_with("data/") || path.ends_with(".age")) continue;
    CAPTURE(path);
    BagFiles files = whole;
    CHECK(unnoticed(files, path, [&] {
            BagFiles changed = files;
            sign_again(changed, item);
            return verify_exhibit(changed, exhibit.trust).outcome() == Outcome::failed;
          }).empty());
  }
}

TEST_CASE("a missing file is named") {
  const Exhibit exhibit = make_exhibit();
  for (const auto& [path, content] : exhibit.files) {
    BagFiles files = exhibit.files;
    files.erase(path);
    CHECK(check(files, exhibit.trust) == "missing_part " + path);
  }
}

TEST_CASE("an added file is named") {
  const Exhibit exhibit = make_exhibit();
  const StatementHash item = exhibit.parts.item.statement.hash();
  for (const std::string path : {"data/item/more", "VERDICT.html", "data/item/clean.png", "data/keys/eve.pub",
                                 "data/item/objects/0123.age", "data/chain/000002.statement"}) {
    CAPTURE(path);
    BagFiles files = exhibit.files;
    files[path] = to_bytes("believe me");
    CHECK(check(files, exhibit.trust) == "unlisted_part " + path);
    sign_again(files, item);  // and whoever exports cannot add what has no place either
    CHECK(verify_exhibit(files, exhibit.trust).outcome() == Outcome::failed);
  }
}

TEST_CASE("swapped files are refused") {
  const Exhibit exhibit = make_exhibit();
  BagFiles files = exhibit.files;
  std::swap(files.at("data/item/clean.jpg"), files.at("data/item/original.jpg"));
  CHECK(check(files, exhibit.trust) == "hash_mismatch data/item/clean.jpg");
  sign_again(files, exhibit.parts.item.statement.hash());
  CHECK(check(files, exhibit.trust) == "hash_mismatch data/item/clean.jpg");
}

TEST_CASE("rewritten manifests without the exporter's key are refused") {
  const Exhibit exhibit = make_exhibit();
  const StatementHash item = exhibit.parts.item.statement.hash();
  BagFiles files = exhibit.files;
  files.at("README.html")[10] ^= 1;
  list_again(files, item);
  CHECK(check(files, exhibit.trust) == "bad_signature tagmanifest-sha256.txt.sig");
  sign_again(files, item, stranger_key);
  CHECK(check(files, exhibit.trust) == "bad_signature tagmanifest-sha256.txt.sig");
}

TEST_CASE("a documenter, a server and a stranger may not export") {
  const Exhibit exhibit = make_exhibit();
  const StatementHash item = exhibit.parts.item.statement.hash();
  for (const auto& [name, number] :
       {std::pair<std::string, Byte>{"anna", anna_key}, {"server", server_key}, {"eve", stranger_key}}) {
    BagFiles files = exhibit.files;
    files[std::string(part::allowed_signers)] = to_bytes(allowed_signers_text(name, key(number).public_key()));
    sign_again(files, item, number);
    CHECK(check(files, exhibit.trust) == "not_a_member allowed_signers");
  }
}

TEST_CASE("another root and another policy are refused") {
  const Exhibit exhibit = make_exhibit();
  const Fingerprint other = fingerprint_of(key(stranger_key).public_key());
  CHECK(check(exhibit.files, Trust{other, exhibit.trust.policy}) == "wrong_root data/roster");
  const Policy other_log = Policy::log_only(key(stranger_key).public_key());
  CHECK(check(exhibit.files, Trust{exhibit.trust.root, other_log}) == "policy_unmet data/policy");
  // The same log, but the verifier wants a witness who did not cosign.
  const Policy stricter = make_policy(key(log_key).public_key(), true);
  CHECK(check(exhibit.files, Trust{exhibit.trust.root, stricter}) == "policy_unmet data/chain/000000.statement.tlog-proof");
}

TEST_CASE("the roster or a ticket of another root is refused") {
  const Exhibit exhibit = make_exhibit();
  const StatementHash item = exhibit.parts.item.statement.hash();
  const age::Identity any = age::Identity::generate();
  BagFiles files = exhibit.files;
  files[std::string(part::roster)] = make_roster(any.recipient(), any.recipient(), stranger_key).bytes();
  sign_again(files, item);
  CHECK(check(files, exhibit.trust) == "wrong_root data/roster");

  files = exhibit.files;
  const AdmittedMember forged = admit_anna(stranger_key);
  files[part::ticket("anna")] = forged.ticket.bytes();
  files[part::admission("anna")] = forged.admission.bytes();
  sign_again(files, item);
  CHECK(check(files, exhibit.trust) == "wrong_root data/members/anna.ticket");
}

TEST_CASE("another case's root cannot claim a member's items") {
  const Exhibit claimed = claimed_elsewhere();
  CHECK(check(claimed.files, claimed.trust) == "broken_chain data/chain/000000.statement.tlog-proof");
}

TEST_CASE("a ticket cannot admit somebody else's key") {
  const Exhibit exhibit = make_exhibit();
  BagFiles files = exhibit.files;
  files[part::admission("anna")] = admission_without_the_key(exhibit.parts.admitted[0].admission).bytes();
  sign_again(files, exhibit.parts.item.statement.hash());
  CHECK(check(files, exhibit.trust) == "bad_signature data/members/anna.admission");
}

TEST_CASE("a member's key has no second role") {
  const Exhibit exhibit = make_exhibit();
  for (const auto& [second, where] :
       {std::pair{counsel_key, "data/roster"}, {anna_key, "data/members/anna.admission"}}) {
    const std::string refused = std::string("bad_key ") + where;
    const PublicKey named = key(second).public_key();
    CHECK(check(exhibit.files, Trust{exhibit.trust.root, Policy::log_only(named)}) == refused);
    const std::string witnessed = "log " + hex(key(log_key).public_key()) + "\nwitness w " + hex(named) + "\nquorum none\n";
    CHECK(check(exhibit.files, Trust{exhibit.trust.root, must(Policy::parse(bytes_of(witnessed)))}) == refused);
  }
}

TEST_CASE("another exhibit's statement does not fit") {
  const Exhibit exhibit = make_exhibit();
  const Exhibit other = make_exhibit();
  BagFiles files = exhibit.files;
  for (const std::string path : {"data/item/statement", "data/item/statement.tlog-proof",
                                 "data/item/statement.sigsum-proof", "data/item/disclosures"})
    files[path] = other.files.at(path);
  sign_again(files, other.parts.item.statement.hash());
  CHECK(verify_exhibit(files, exhibit.trust).outcome() == Outcome::failed);
}

TEST_CASE("a fact that nobody committed to is refused") {
  Exhibit exhibit = make_exhibit();
  exhibit.parts.disclosures.push_back(Fact::text("note", "invented"));
  const BagFiles files = in_memory(must(build_exhibit(exhibit.parts, key(counsel_key), "2026-05-02")));
  CHECK(check(files, exhibit.trust) == "bad_disclosure data/item/disclosures");
}

TEST_CASE("a file without its disclosed hash is refused") {
  Exhibit exhibit = make_exhibit();
  std::erase_if(exhibit.parts.disclosures, [](const Fact& fact) { return fact.name() == "original.sha256"; });
  const BagFiles files = in_memory(must(build_exhibit(exhibit.parts, key(counsel_key), "2026-05-02")));
  CHECK(check(files, exhibit.trust) == "bad_disclosure data/item/original.jpg");
}

TEST_CASE("a chain without its beginning is refused") {
  Exhibit exhibit = make_exhibit();
  exhibit.parts.chain.clear();
  const BagFiles files = in_memory(must(build_exhibit(exhibit.parts, key(counsel_key), "2026-05-02")));
  CHECK(check(files, exhibit.trust) == "missing_part data/chain/000000.statement");
}

TEST_CASE("without a witness the time is claimed only, and it is said") {
  const Exhibit exhibit = make_exhibit();
  const Report report = verify_exhibit(exhibit.files, exhibit.trust);
  CHECK(failure_of(report) == "verified_with_limits");
  CHECK(report.exit_code() == 3);
  CHECK(has_limit(report, "claimed only"));
  CHECK(has_limit(report, "No independent witness"));
  CHECK_FALSE(has_limit(report, "stored"));
  REQUIRE(report.signed_by);
  CHECK(report.signed_by->signer.pseudonym == "anna");
  CHECK(report.signed_by->signer.authority == "invitation signed by the case root");
  CHECK(report.signed_by->exporter.pseudonym == "counsel");
  CHECK(report.signed_by->exporter.authority == "roster 1 signed by the case root");
  REQUIRE(report.chain);
  CHECK(report.chain->statements == 2);
  CHECK(report.chain->stored_by == "server");
  const std::string text = render_text(report);
  CHECK(text.find("VERIFIED WITH LIMITS") == 0);
  CHECK(text.find("not after: proved by nobody independent") != std::string::npos);
}

TEST_CASE("with a witness the time is bounded from above only") {
  const Exhibit exhibit = make_exhibit({.witness = true});
  const Report report = verify_exhibit(exhibit.files, exhibit.trust);
  CHECK(failure_of(report) == "verified_with_limits");
  CHECK(report.limits.size() == 1);
  CHECK(has_limit(report, "before which the statement did not exist"));
  REQUIRE(report.time);
  REQUIRE(report.time->not_after.size() == 1);
  CHECK(report.time->not_after[0].unix_time == last_cosigned);
  CHECK(report.time->not_before.empty());
}

TEST_CASE("a seen and cosigned checkpoint in the exhibit bounds the time from below") {
  const Exhibit exhibit = make_exhibit({.witness = true, .seen = true});
  const Report report = verify_exhibit(exhibit.files, exhibit.trust);
  CHECK(failure_of(report) == "verified");
  CHECK(report.exit_code() == 0);
  REQUIRE(report.time);
  REQUIRE(report.time->not_before.size() == 1);
  CHECK(report.time->not_before[0].unix_time == first_cosigned);
}

TEST_CASE("a statement that was never confirmed as stored says so") {
  const Exhibit exhibit = make_exhibit({.stored = false});
  const Report report = verify_exhibit(exhibit.files, exhibit.trust);
  CHECK(failure_of(report) == "verified_with_limits");
  CHECK(has_limit(report, "stored the objects is here"));
}

TEST_CASE("the report cannot play tricks on a terminal") {
  Exhibit exhibit = make_exhibit({.note = "\x1b[2J\u202e\xd0\xb6", .disclose_note = true});
  const Report report = verify_exhibit(exhibit.files, exhibit.trust);
  REQUIRE(report.bytes);
  CHECK(report.bytes->facts.size() == 9);  // with the note
  for (const std::string& text : {render_text(report), render_json(report)})
    for (const char c : text) CHECK((c == '\n' || (c >= 0x20 && c < 0x7f)));
}
