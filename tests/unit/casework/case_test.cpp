// SPDX-License-Identifier: GPL-3.0-or-later
// The case folder: made, invited from, filled, opened, checked, shown.
#include <catch2/catch.hpp>

#include "casework/casefile/check.hpp"
#include "casework/casefile/qr.hpp"
#include "casework/casefile/show.hpp"
#include "tests/unit/casework/small_server.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Scratch;

namespace {

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "success" : std::string(name_of(result.code()));
}

std::string prefix_of(const Statement& statement) { return hex(statement.hash()).substr(0, 12); }

}  // namespace

TEST_CASE("a case folder is made once and opened by its passphrase alone") {
  Scratch scratch;
  const Path folder = scratch / "case";
  Fingerprint fingerprint;
  {
    const CaseFile file = make_case(folder);
    fingerprint = file.fingerprint();
    CHECK(must(read_file(folder / "roster", 4096)) == file.roster_note().bytes());
    CHECK(must(read_file(folder / "policy", 4096)) == file.policy().bytes());
    CHECK(code_of(CaseFile::open(folder, passphrase())) == "busy");
  }
  CHECK(must(CaseFile::open(folder, passphrase())).fingerprint() == fingerprint);
  CHECK(code_of(CaseFile::open(folder, SecretBytes::copy_of(bytes_of("another")))) == "wrong_passphrase");
  CHECK(code_of(CaseFile::open(scratch / "nothing", passphrase())) == "not_found");
  const ServerCard card{TlsPin(), key(log_key).public_key(), key(server_key).public_key(),
                        age::Identity::generate().recipient().format()};
  const ServerAddress address = must(parse_server_address("127.0.0.1:1"));
  CHECK(code_of(CaseFile::create(folder, passphrase(), {address, card, Policy::log_only(card.log)}, cheap)) ==
        "already_exists");
  const Policy other = Policy::log_only(key(stranger_key).public_key());
  CHECK(code_of(CaseFile::create(scratch / "other", passphrase(), {address, card, other}, cheap)) == "policy_unmet");
}

TEST_CASE("a creation that did not finish is begun anew") {
  Scratch scratch;
  const Path folder = scratch / "case";
  { const CaseFile file = make_case(folder); }
  must(remove_file_durably(folder / "case.key"));
  { const CaseFile file = make_case(folder); }
  CHECK(CaseFile::open(folder, passphrase()));
}

TEST_CASE("an invitation reads back, and a pseudonym is used once") {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  const ClaimedTime until{1790000000, false};
  const Invitation invitation = must(file.invite("anna", Role::documenter, until));
  const SecretBytes text = write_invitation(invitation);
  text.reveal([&](ByteView bytes) {
    const Invitation read = must(read_invitation(bytes));
    CHECK(read.server == file.server());
    CHECK(read.policy == file.policy().bytes());
    CHECK(must(qr_text(bytes)).size() > 1000);
  });
  CHECK(code_of(file.invite("anna", Role::reviewer, until)) == "already_exists");
  CHECK(code_of(file.invite("counsel", Role::reviewer, until)) == "already_exists");
  CHECK(code_of(file.invite("Anna!", Role::reviewer, until)) == "usage");
  CHECK(code_of(file.invite("log", Role::reviewer, until)) == "usage");
  CHECK(code_of(qr_text(Bytes(4000, 'x'))) == "too_large");
}

TEST_CASE("what a server says is checked before it counts") {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server(file);
  const TreeHead first = server.log.head();
  CHECK(must(accept_welcome(file, server.welcome(0))) == first);
  must(accept_members(file, server.members()));
  server.seal(file, "one");

  SECTION("proofs under a newer checkpoint need its consistency") {
    Entries newer = server.entries(0);
    newer.consistency.clear();
    CHECK(code_of(accept_entries(file, newer)) == "bad_consistency");
    CHECK(must(file.entries()).empty());
    newer.consistency = server.log.consistency(first.size);
    CHECK(accept_entries(file, newer));
    CHECK(must(file.trusted_head()) == server.log.head());
  }
  SECTION("and so do those under an older one, which changes nothing") {
    Entries older = server.entries(0);
    server.seal(file, "two");
    const TreeHead head = must(accept_welcome(file, server.welcome(first.size)));
    const std::uint64_t size = older.entries.size();
    CHECK(code_of(accept_entries(file, older)) == "bad_consistency");
    older.consistency = server.log.consistency(size);
    CHECK(accept_entries(file, older));
    CHECK(must(file.trusted_head()) == head);
  }
  SECTION("proofs under two checkpoints") {
    Entries mixed = server.entries(0);
    server.seal(file, "two");
    must(accept_welcome(file, server.welcome(first.size)));
    mixed.entries.back() = server.entries(0).entries[mixed.entries.size() - 1];
    mixed.consistency = server.log.consistency(mixed.entries.size());
    CHECK(code_of(accept_entries(file, mixed)) == "bad_consistency");
  }
  SECTION("a rolled back log") {
    CHECK(accept_welcome(file, server.welcome(first.size)));
    Server younger(file = make_case(scratch / "other"));
    must(file.set_trusted_head(server.log.head()));
    CHECK(code_of(accept_welcome(file, younger.welcome(0))) == "server_rolled_back");
  }
  SECTION("another history of the log") {
    Welcome welcome = server.welcome(first.size);
    must(file.set_trusted_head({first.size, TreeHash()}));
    CHECK(code_of(accept_welcome(file, welcome)) == "bad_consistency");
  }
  SECTION("another log") {
    Welcome welcome = server.welcome(first.size);
    welcome.checkpoint = Log(stranger_key).checkpoint().bytes();
    CHECK(code_of(accept_welcome(file, welcome)) == "policy_unmet");
  }
  SECTION("a stranger's admission") {
    Members members = server.members();
    const AdmittedMember forged = admit_anna(stranger_key);
    members.admissions.push_back({forged.ticket.bytes(), forged.admission.bytes()});
    CHECK(code_of(accept_members(file, members)) == "wrong_root");
  }
  SECTION("entries that were tampered with") {
    must(accept_welcome(file, server.welcome(first.size)));
    const Entries good = server.entries(0);
    for (std::size_t at = 0; at < good.entries.size(); ++at) {
      Entries bad = good;
      bad.entries[at].statement[bad.entries[at].statement.size() / 2] ^= 1;
      CHECK_FALSE(accept_entries(file, bad));
      bad = good;
      bad.entries[at].index += 1;
      CHECK_FALSE(accept_entries(file, bad));
      bad = good;
      bad.entries[at].signature.raw()[0] ^= 1;
      CHECK_FALSE(accept_entries(file, bad));
      CHECK(must(file.entries()).empty());
    }
    Entries swapped = good;
    std::swap(swapped.entries[0], swapped.entries[1]);
    CHECK_FALSE(accept_entries(file, swapped));
    must(accept_entries(file, good));
    CHECK(must(file.next_index()) == good.entries.size());
    CHECK(must(file.entries()).size() == good.entries.size());
    CHECK_FALSE(accept_entries(file, good));  // not twice
  }
}

TEST_CASE("an item opens to the very original") {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server(file);
  const Statement sealed = server.seal(file, "left hand");
  server.pull_into(file);
  const auto entries = must(file.entries());
  const CaseEntry* entry = must(find_item(entries, prefix_of(sealed)));
  CHECK(entry->statement == sealed);
  CHECK(code_of(find_item(entries, "abc")) == "usage");
  CHECK(code_of(find_item(entries, std::string(64, '0'))) == "not_found");

  const OpenItem item = must(open_item(file, sealed));
  CHECK(text_of(all_of(item.clean->content)) == "the clean copy of a small picture");
  CHECK(text_of(all_of(item.original.content)) == "the cleanExif: a name and a place copy of a small picture");
  CHECK(find_fact(item.team, "note")->as_text() == "left hand");

  const Path object = file.object_path(sealed.fields().objects[0].id);
  Bytes content = must(read_file(object, 1 << 20));
  content.back() ^= 1;
  must(write_file_durably(object, content));
  CHECK(code_of(open_item(file, sealed)) == "hash_mismatch");
  must(remove_file_durably(object));
  CHECK(code_of(open_item(file, sealed)) == "missing_part");
}

TEST_CASE("every name of a list means one item") {
  const auto item = [](const std::string& beginning) {
    return must(id_from_hex<StatementHash>(beginning + std::string(64 - beginning.size(), '0')));
  };
  CHECK(list_names({}).empty());
  CHECK(list_names({item("abcdef0123")}) == std::vector<std::string>{"abcdef01"});
  CHECK(list_names({item("abcdef0123"), item("99"), item("abcdef0129"), item("abcdef013"), item("99")}) ==
        std::vector<std::string>{"abcdef0123", "99000000", "abcdef0129", "abcdef013", "99000000"});
}

TEST_CASE("an item whose statement commits to more than its objects hold does not open") {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server(file);
  const auto item = [&](const std::vector<Fact>& more) {
    return make_item(file.identity(Group::team).recipient(), file.identity(Group::legal).recipient(), "x", more);
  };
  const Fact here = Fact::text("capture.place", "53.9,27.55"), there = Fact::text("capture.place", "48.1,11.5");
  const Statement hidden = server.seal(item({here}), {there.digest()});
  const Statement both = server.seal(item({here, there}), {});
  const Statement note = server.seal(item({Fact::text("note", "another")}), {});
  const Statement object = server.seal(item({Fact::text("object", "legal")}), {});
  const Statement fine = server.seal(item({here, Fact::text("decoy", "a"), Fact::text("decoy", "b")}), {});
  server.pull_into(file);
  for (const Statement& bad : {hidden, both, note, object}) CHECK(code_of(open_item(file, bad)) == "bad_disclosure");
  CHECK(code_of(open_item(file, fine)) == "success");
}

TEST_CASE("what is too long for one fact is shown in several") {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server(file);
  const Statement sealed = server.seal(
      make_item(file.identity(Group::team).recipient(), file.identity(Group::legal).recipient(), "x",
                {must(Fact::json("removed", R"([{"bytes":1,"kind":"a"}])")), must(Fact::json("removed", "[]")),
                 must(Fact::json("removed", R"([{"bytes":2,"kind":"b"}])")), must(Fact::json("warning", R"(["c"])"))}),
      {});
  server.pull_into(file);
  const BagFiles files = in_memory(
      must(show_item(file, prefix_of(sealed), {.original = false, .disclose = {"removed", "warning"}, .gate = by_necessity()}, may_2))
          .files);
  const Report report = verify_exhibit(files, Trust{file.fingerprint(), file.policy()});
  CHECK(report.outcome() == Outcome::verified_with_limits);
  std::string removed;
  for (const auto& fact : report.bytes->facts)
    if (fact.name == "removed") removed += fact.value;
  CHECK(removed.size() == std::string(R"([{"bytes":1,"kind":"a"},{"bytes":2,"kind":"b"}])").size());
  CHECK(removed.find(R"({"bytes":1,"kind":"a"})") != std::string::npos);
  CHECK(removed.find(R"({"bytes":2,"kind":"b"})") != std::string::npos);
}

TEST_CASE("the check of a case names what is wrong, and where") {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server(file);
  CHECK(code_of(check_case(file)) == "not_found");
  const Statement first = server.seal(file, "one");
  const Statement second = server.seal(file, "two", false);

  SECTION("all there") {
    server.pull_into(file);
    const CaseReport report = must(check_case(file));
    REQUIRE(report.items.size() == 2);
    CHECK(report.items[0].chain->stored_by == "server");
    CHECK(report.items[1].chain->stored_by.empty());
    CHECK(report.outcome() == Outcome::verified_with_limits);
    CHECK(report.exit_code() == 3);
    CHECK(render_text(report).find("No statement of the server that it stored") != std::string::npos);
  }
  SECTION("a changed object") {
    server.pull_into(file);
    must(write_file_durably(file.object_path(second.fields().objects[0].id), bytes_of("x")));
    const CaseReport report = must(check_case(file));
    CHECK(report.exit_code() == exit_code(Errc::hash_mismatch));
    CHECK_FALSE(report.items[0].failure);
    CHECK(report.items[1].failure);
  }
  SECTION("a gap and a fork") {
    Chain copy(anna_key, file.fingerprint());  // the same chain from a restored backup
    copy.genesis();
    server.log.add(copy.next(Act::heartbeat, {}, {Fact::text("decoy", "x").digest()}));
    server.anna.next(Act::heartbeat, {}, {Fact::text("decoy", "never sent").digest()});
    server.log.add(server.anna.next(Act::heartbeat, {}, {Fact::text("decoy", "sent").digest()}));
    server.pull_into(file);
    const CaseReport report = must(check_case(file));
    REQUIRE(report.findings.size() == 2);
    CHECK(report.findings[0].kind == ChainFinding::Kind::fork);
    CHECK(report.findings[0].seq == 1);
    CHECK(report.findings[1].kind == ChainFinding::Kind::gap);
    CHECK(report.findings[1].seq == 3);
    CHECK(render_text(report).find("missing: 3 (not in what was pulled)") != std::string::npos);
    CHECK(render_text(report).find("NOT COMPLETE OR NOT WHOLE up to statement 4") != std::string::npos);
    CHECK(report.outcome() == Outcome::failed);
    CHECK(report.exit_code() == exit_code(Errc::forked_chain));
  }
}

TEST_CASE("an exhibit shows what was asked for and no more") {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server(file);
  server.seal(file, "an earlier one");
  const Statement sealed = server.seal(file, "left hand");
  server.pull_into(file);
  const std::string item = prefix_of(sealed);
  const Trust trust{file.fingerprint(), file.policy()};
  const auto names_in = [&](const BagFiles& files) {
    std::string names;
    for (const Fact& fact : must(read_facts(files.at(std::string(part::disclosures))))) names += fact.name() + " ";
    return names;
  };

  const BagFiles usual = in_memory(must(show_item(file, item, {.gate = by_necessity()}, may_2)).files);
  CHECK(verify_exhibit(usual, trust).outcome() == Outcome::verified_with_limits);
  CHECK_FALSE(usual.contains("data/item/original.jpg"));
  CHECK(usual.contains("data/chain/000001.statement"));
  CHECK(names_in(usual).find("note") == std::string::npos);
  CHECK(names_in(usual).find("original") == std::string::npos);
  for (const auto& [path, content] : usual) CHECK(text_of(content).find("Exif: a name") == std::string_view::npos);

  const BagFiles more =
      in_memory(must(show_item(file, item, {.original = true, .disclose = {"note"}, .gate = by_necessity()}, may_2)).files);
  CHECK(verify_exhibit(more, trust).outcome() == Outcome::verified_with_limits);
  CHECK(more.contains("data/item/original.jpg"));
  CHECK(names_in(more).find("note") != std::string::npos);
  CHECK(names_in(more).find("original.name") == std::string::npos);

  CHECK(code_of(show_item(file, item, {.original = false, .disclose = {"colour"}, .gate = by_necessity()}, may_2)) == "usage");
  CHECK(code_of(show_item(file, item, {.original = false, .disclose = {"capture.time"}, .gate = by_necessity()}, may_2)) == "not_found");
}

TEST_CASE("an item that claims another size than its object has is named by verify, and the others hold") {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server(file);
  const Item item = make_item(file.identity(Group::team).recipient(), file.identity(Group::legal).recipient(), "birch");
  server.seal(item, {});
  std::vector<ObjectRef> refs = item.refs();
  refs.front().size -= 1;
  const Statement wrong = server.seal(refs, item.digests(), false);
  server.pull_into(file);
  const CaseReport report = must(check_case(file));
  REQUIRE(report.items.size() == 2);
  CHECK_FALSE(report.items[0].failure);
  REQUIRE(report.items[1].failure);
  CHECK(report.items[1].item == hex(wrong.hash()));
  CHECK(report.items[1].failure->error.code == Errc::hash_mismatch);
  CHECK(render_text(report).find("claims another size than the object has") != std::string::npos);
}
