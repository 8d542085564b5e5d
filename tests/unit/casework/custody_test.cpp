// SPDX-License-Identifier: GPL-3.0-or-later
// The custody table of an item: everything that statements say of it, and what they do not show as gaps.
#include "casework/casefile/custody.hpp"
#include "casework/casefile/disclosure.hpp"
#include "casework/casefile/ledger.hpp"
#include "tests/unit/casework/small_acts.hpp"
#include "tests/unit/crypto/shell.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::is_installed, dokaz::test::quoted, dokaz::test::Scratch, dokaz::test::shell;

namespace {

struct Desk {
  Scratch scratch;
  CaseFile file = make_case(scratch / "case");
  Server server{file};

  void pull() {
    bring(file, server);
    server.pull_into(file);
  }
  CustodyTable table(const Statement& of) { return must(custody_of(file, short_name(of.hash()))); }
};

std::vector<std::string> events(const CustodyTable& table) {
  std::vector<std::string> out;
  for (const CustodyRow& row : table.rows) out.push_back(row.event);
  return out;
}

std::string gaps(const CustodyTable& table) {
  std::string out;
  for (const CustodyRow& row : table.rows)
    if (row.gap) out += row.gap_words + "\n";
  return out;
}

bool has(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }

Item item_of(const Desk& desk, std::string_view note) {
  return make_item(desk.file.identity(Group::team).recipient(), desk.file.identity(Group::legal).recipient(), note,
                   {Fact::text("capture.time", "2026-05-01T10:12:00+03:00"), Fact::text("capture.place", "53.9,27.55")});
}

}  // namespace

TEST_CASE("a table has what members said of the item, in the order of the log, with hashes") {
  Desk desk;
  const Item item = item_of(desk, "seen");
  const Statement sealed = desk.server.seal(item, {});
  const Statement other = desk.server.seal(desk.file, "another");
  desk.pull();
  const StatementHash hash = sealed.hash();
  must(state_access(desk.file, {hash, {"clean", "original"}, {}, "first review"}, noon));
  state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch"});
  ExportAct out{"dossier", {hash, other.hash()}, {"clean"}, {}, "", "", sha256("bag"), {}};
  out.pass = must(pass_gate(desk.file, out.items, {Use::court}, noon));
  must(state_export(desk.file, out, noon));
  state_note(desk.file, "of the whole case, and so of no item");

  const CustodyTable waiting = desk.table(sealed);
  CHECK(events(waiting) == std::vector<std::string>{"seal", "receive", "access", "consent", "export"});
  CHECK(waiting.rows[1].logged);
  CHECK(waiting.rows[2].role == "counsel");  // before the log has it, too
  CHECK_FALSE(waiting.rows[2].logged);
  desk.pull();
  const CustodyTable table = desk.table(sealed);
  CHECK(events(table) == events(waiting));
  CHECK(table.gaps() == 0);
  CHECK(table.rows[0].who == "anna");
  CHECK(table.rows[0].role == "documenter");
  REQUIRE(table.rows[0].before.size() == 1);
  CHECK(table.rows[0].before[0].sha256 == hex(sha256(item.original)));
  CHECK(table.rows[0].after[0].sha256 == hex(sha256(item.clean)));
  CHECK(table.rows[0].after.size() == 3);
  CHECK(table.rows[1].before.size() == 2);
  CHECK(table.rows[2].logged);
  CHECK(table.rows[2].after.size() == 2);
  CHECK(table.rows[4].after.back().sha256 == hex(sha256("bag")));
  CHECK(events(desk.table(other)) == std::vector<std::string>{"seal", "receive", "consent", "export"});
  for (const CustodyRow& row : table.rows) CHECK_FALSE(row.proved);  // no witness: claimed only
  for (const CustodyEvent& event : custody_events()) CHECK_FALSE(event.word.empty());
}

TEST_CASE("what nobody acknowledged is a gap") {
  Desk desk;
  const Statement sealed = desk.server.seal(desk.file, "lost on the way", false);
  desk.pull();
  CHECK(has(gaps(desk.table(sealed)), "unacknowledged transfer"));
}

TEST_CASE("numbers that are missing in the signer's chain are a gap of its items") {
  Desk desk;
  desk.server.anna.next(Act::note, {}, {Fact::text("decoy", "never sent").digest()});
  desk.server.anna.next(Act::note, {}, {Fact::text("decoy", "never sent").digest()});
  const Statement sealed = desk.server.seal(desk.file, "after them");
  desk.pull();
  CHECK(has(gaps(desk.table(sealed)), "missing numbers: statement 1 to 2 of this chain"));
}

TEST_CASE("a statement that was set aside is a gap") {
  Desk desk;
  const Statement sealed = desk.server.seal(desk.file, "before");
  desk.server.log.add(desk.server.anna.rotate(9));
  desk.server.anna.sign_with(anna_key);
  desk.server.log.add(desk.server.anna.next(Act::heartbeat, {}, {Fact::text("decoy", "by the old key").digest()}));
  desk.pull();
  CHECK(must(desk.file.set_aside()).size() == 1);
  CHECK(has(gaps(desk.table(sealed)), "was set aside"));
}

TEST_CASE("an act that does not open is a gap, since it may be about the item") {
  Desk desk;
  const Statement sealed = desk.server.seal(desk.file, "x");
  const ObjectRef gone{ObjectId(sha256("an object that nobody has").raw()), 100};
  desk.server.log.add(desk.server.anna.next(Act::withdraw, {gone}, {Fact::text("decoy", "x").digest()}));
  desk.pull();
  CHECK(has(gaps(desk.table(sealed)), "what it says cannot be read here"));
}

TEST_CASE("hashes that cannot be opened are said to be missing, and shown once they can") {
  Desk desk;
  const Statement sealed = desk.server.seal(desk.file, "x");
  const auto objects = desk.server.objects;
  desk.server.objects.clear();
  desk.pull();
  CHECK(has(gaps(desk.table(sealed)), "its hashes cannot be shown"));
  desk.server.objects = objects;
  desk.pull();
  CHECK(desk.table(sealed).gaps() == 0);
  CHECK(desk.table(sealed).rows[0].before.size() == 1);
}

TEST_CASE("a table for what is no item") {
  Desk desk;
  const Statement sealed = desk.server.seal(desk.file, "x");
  desk.pull();
  CHECK(must(CustodyBook::read(desk.file)).table(StatementHash()).code() == Errc::not_found);
  CHECK(custody_of(desk.file, "12").code() == Errc::usage);
}

TEST_CASE("one fact is disclosed without the others, and its folder is checked by openssl and coreutils alone") {
  Desk desk;
  const Statement sealed = desk.server.seal(item_of(desk, "seen"), {});
  for (int i = 0; i < 5; ++i) desk.server.seal(desk.file, "another");
  desk.pull();
  const DiscloseOptions options{{"capture.time"}, "a court", "", {Use::court, "a crowd"}};
  const Disclosure made = must(disclose_facts(desk.file, short_name(sealed.hash()), options, noon));
  CHECK(made.act.facts == std::set<std::string>{"capture.time"});
  const Path folder = desk.scratch / "out";
  must(write_exhibit(made.files, folder));
  std::string all;
  for (const auto& [name, content] : made.files) all += std::string(text_of(must(content.bytes(1 << 20))));
  CHECK_FALSE(has(all, base64url(bytes_of("53.9,27.55")).substr(0, 10)));
  CHECK_FALSE(has(all, "53.9"));
  const auto run = [&](const std::string& before) {
    return shell("cd " + quoted(folder) + " && " + before + " bash check.sh >out 2>&1");
  };
  if (!is_installed("basenc") || !is_installed("openssl")) {
    WARN("basenc or openssl is not installed: the folder is not checked by them");
    return;
  }
  CHECK(run("") == 0);
  const std::string said(text_of(must(read_file(folder / "out", 1 << 16))));
  CHECK(has(said, "\"capture.time\",\"2026-05-01T10:12:00+03:00\""));
  // Every file matters.
  CHECK(run("cp statement s && sed -i 's/^seq .*/seq 7/' statement && ") != 0);
  CHECK(run("cp s statement && printf x >>capture.time.disclosure && ") != 0);
  CHECK(run("sed -i 's/x$//' capture.time.disclosure && cp log.pem l && cp signer.pem log.pem && ") != 0);
  CHECK(run("cp l log.pem && cp statement.tlog-proof p && sed -i 's/^index .*/index 3/' statement.tlog-proof && ") != 0);
  CHECK(run("cp p statement.tlog-proof && ") == 0);
}

TEST_CASE("a disclosure names facts that the item has, and passes the gate") {
  Desk desk;
  const Statement sealed = desk.server.seal(item_of(desk, "seen"), {});
  desk.pull();
  const auto code = [&](DiscloseOptions options) { return disclose_facts(desk.file, short_name(sealed.hash()), options, noon).code(); };
  CHECK(code({{"colour"}, "a court", "", {Use::court, "why"}}) == Errc::usage);
  CHECK(code({{"decoy"}, "a court", "", {Use::court, "why"}}) == Errc::usage);
  CHECK(code({{"device.make"}, "a court", "", {Use::court, "why"}}) == Errc::not_found);
  CHECK(code({{"capture.time"}, "", "", {Use::court, "why"}}) == Errc::usage);
  CHECK(code({{"capture.time"}, "a court", "", {Use::court}}) == Errc::no_consent);
}

// ./casework_own_acts_test "[figures]": what the tables cost in a case of ten thousand statements.
TEST_CASE("ten thousand statements", "[.figures]") {
  Desk desk;
  std::vector<Statement> items;
  for (int i = 0; i < 2500; ++i) items.push_back(desk.server.seal(desk.file, "a note"));
  desk.pull();
  for (std::size_t i = 0; i < 5000; ++i) {
    const StatementHash item = items[i % items.size()].hash();
    if (i % 2 == 0) must(state_access(desk.file, {item, {"clean"}, {}, "review"}, noon));
    else state_consent(desk.file, Act::consent, {.uses = {"court"}, .by = "birch", .item = item});
  }
  ExportAct out{"dossier", {}, {"clean"}, {}, "", "", {}, {Use::court}};
  for (const Statement& item : items) out.items.push_back(item.hash());
  for (int i = 0; i < 20; ++i) must(state_export(desk.file, out, noon));
  desk.pull();
  const auto time = [](const char* what, const auto& work) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    std::printf("%-40s %6.2f s\n", what, std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  };
  time("entries", [&] { CHECK(must(desk.file.entries()).size() > 9'900); });
  const auto entries = must(desk.file.entries());
  time("acts, all read before", [&] { CHECK(must(acts_of(desk.file, entries)).size() == 5020); });
  time("ledger", [&] { CHECK(must(ledger_of(desk.file)).size() == 20); });
  time("one custody table", [&] { CHECK(desk.table(items.front()).rows.size() > 4); });
  time("the gate, one item", [&] { CHECK(must(judge_consent(desk.file, items.back().hash(), Use::court, noon)).is_allowed()); });
  time("the gate, all items", [&] { CHECK(pass_gate(desk.file, out.items, {Use::court, "a crowd"}, noon)); });
  time("a thousand custody tables", [&] {
    const auto book = must(CustodyBook::read(desk.file));
    for (std::size_t i = 0; i < 1000; ++i) CHECK(must(book.table(items[i].hash())).rows.size() > 4);
  });
}
