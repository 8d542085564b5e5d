// SPDX-License-Identifier: GPL-3.0-or-later
// Sealing: both or neither, for the recipients alone, and not a trace of content in the vault.
#include <catch2/catch.hpp>
#include <set>

#include "collector/vault/item_facts.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/object.hpp"
#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

std::vector<Bytes> objects_of(const TestVault& at) {
  std::vector<Bytes> objects;
  for (const auto& file : files_under(at.outbox())) objects.push_back(to_bytes(whole_file(file)));
  return objects;
}

/// The one object that the identity opens.
ObjectContent open_with(const TestVault& at, const age::Identity& identity) {
  std::vector<ObjectContent> opened;
  for (const Bytes& object : objects_of(at))
    if (const auto plain = age::decrypt(object, identity)) opened.push_back(read_object(*plain).value());
  REQUIRE(opened.size() == 1);
  return opened[0];
}

std::string text_fact(const std::vector<Fact>& facts, std::string_view name) {
  const Fact* fact = find_fact(facts, name);
  return fact == nullptr ? "(none)" : fact->value_json();
}

}  // namespace

TEST_CASE("A note that is not text, or too long, is refused before anything is made") {
  const TestCase of;
  const TestVault at(of);
  Vault vault = at.open();
  CHECK(seal(vault, photo(), request("\xff\xfe")).code() == Errc::malformed);
  CHECK(seal(vault, photo(), request("bell \a")).code() == Errc::malformed);
  CHECK(seal(vault, photo(), request("\xed\xa0\x80")).code() == Errc::malformed);
  CHECK(seal(vault, photo(), request(std::string(max_written_note_size + 1, 'a'))).code() == Errc::too_large);
  CHECK(at.outbox_files() == 0);
  CHECK(seal(vault, photo(), request(std::string(max_written_note_size, 'a'))));
  CHECK(seal(vault, photo("two lines"), request("Два\n\tрадкі")));
}

TEST_CASE("The recipients find files and facts as they were taken in, each group its own") {
  const TestCase of;
  const TestVault at(of);
  const TakenIn item = photo();
  SealedItem sealed;
  OwnStatement own = [&] {
    Vault vault = at.open();
    sealed = seal(vault, item, request()).value();
    return vault.statement(sealed.number).value();
  }();
  CHECK(sealed.number == 1);
  CHECK(own.state() == CustodyState::sealed);

  const ObjectContent team = open_with(at, of.team);
  CHECK(team.file_name == "clean.jpg");
  CHECK(team.file == all_of(*item.clean));
  const auto team_facts = read_facts(team.facts).value();
  CHECK(text_fact(team_facts, "object") == "\"team\"");
  CHECK(text_fact(team_facts, "clean.sha256") == "\"" + hex(item.clean_sha256) + "\"");
  CHECK(text_fact(team_facts, "image.width") == "40");
  CHECK(text_fact(team_facts, "clean.checks") == R"(["grammar","recovery"])");
  CHECK(text_fact(team_facts, "note") == "\"" + std::string(marker) + " note\"");
  CHECK(text_fact(team_facts, "capture.place") == "(none)");
  CHECK(text_fact(team_facts, "original.sha256") == "(none)");

  const ObjectContent legal = open_with(at, of.legal);
  CHECK(legal.file_name == "recovery");
  CHECK(legal.file == recovery_of(item));
  const auto legal_facts = read_facts(legal.facts).value();
  CHECK(text_fact(legal_facts, "object") == "\"legal\"");
  CHECK(text_fact(legal_facts, "original.sha512") == "\"" + hex(sha512(all_of(*item.original))) + "\"");
  CHECK(text_fact(legal_facts, "original.name") == "\"" + std::string(marker) + ".jpg\"");
  CHECK(text_fact(legal_facts, "capture.place") == "\"53.9,27.56\"");
  CHECK(text_fact(legal_facts, "image.orientation") == "6");
  CHECK(text_fact(legal_facts, "image.width") == "(none)");
  CHECK(text_fact(legal_facts, "removed") ==
        R"([{"bytes":1234,"kind":"jpeg.app1.exif","sha256":")" + hex(sha256("exif")) + "\"}]");

  // The statement commits to exactly these facts and these objects, and a member signed it.
  const StatementFields& fields = own.signed_statement.statement.fields();
  std::set<FactDigest> committed(fields.facts.begin(), fields.facts.end()), opened;
  for (const auto* facts : {&team_facts, &legal_facts})
    for (const Fact& fact : *facts) opened.insert(fact.digest());
  CHECK(committed == opened);
  CHECK(committed.size() == fact_count_step);
  std::set<ObjectId> named, present;
  for (const ObjectRef& object : fields.objects) named.insert(object.id);
  for (const Bytes& object : objects_of(at)) present.insert(ObjectId(sha256(object).raw()));
  CHECK(named == present);
  Vault vault = at.open();
  CHECK(vault.view().members.check(own.signed_statement));
}

TEST_CASE("A file that was refused is sealed as it is for the legal recipients, and the team gets nothing") {
  const TestCase of;
  const TestVault at(of);
  const Bytes original = to_bytes(std::string(marker) + " of a kind that cannot be cleaned");
  const UncleanedFile file{HeldBytes::of(original), "heic", fail(Errc::unsupported_media, "HE\x1bIC")};
  SealRequest asked = request();
  asked.sidecars = {{"xmp", std::string(marker) + ".xmp", to_bytes(std::string(marker) + " edits")}};
  OwnStatement own = [&] {
    Vault vault = at.open();
    const SealedItem sealed = seal_uncleaned(vault, file, asked).value();
    CHECK(seal_uncleaned(vault, file, asked).code() == Errc::already_sealed);
    return vault.statement(sealed.number).value();
  }();
  CHECK(own.is_item());
  CHECK(own.signed_statement.statement.fields().objects.size() == 1);
  REQUIRE(objects_of(at).size() == 1);
  CHECK(age::decrypt(objects_of(at)[0], of.team).code() == Errc::age_no_match);

  const ObjectContent legal = open_with(at, of.legal);
  CHECK(legal.file_name == "original.heic");
  CHECK(legal.file == original);
  CHECK(legal.sidecars == std::vector<SidecarMember>{{"xmp", asked.sidecars[0].content}});
  const auto facts = read_facts(legal.facts).value();
  CHECK(text_fact(facts, "object") == "\"legal\"");
  CHECK(text_fact(facts, "cleaned") == "false");
  CHECK(text_fact(facts, "uncleaned.reason") == "\"unsupported_media\"");
  CHECK(text_fact(facts, "uncleaned.detail") == "\"HE?IC\"");
  CHECK(text_fact(facts, "original.sha256") == "\"" + hex(sha256(original)) + "\"");
  CHECK(text_fact(facts, "note") == "\"" + std::string(marker) + " note\"");
  CHECK(text_fact(facts, "sidecar") == R"([{"bytes":25,"kind":"xmp","name":")" + std::string(marker) +
                                           R"(.xmp","sha256":")" + hex(sha256(asked.sidecars[0].content)) + "\"}]");
  for (const char* none : {"media.type", "clean.sha256", "coded.sha256", "recovery.sha256"})
    CHECK(text_fact(facts, none) == "(none)");
  CHECK(own.signed_statement.statement.fields().facts.size() == fact_count_step);
  for (const auto& path : files_under(at.folder())) CHECK(whole_file(path).find(marker) == std::string::npos);
}

TEST_CASE("A file that is no longer what was checked is not sealed, whichever part of it changed") {
  const TestCase of;
  const TestVault at(of);
  Vault vault = at.open();
  TakenIn item = photo();
  const Bytes other = to_bytes("another picture altogether");
  SECTION("original") { item.original = HeldBytes::of(other); }
  SECTION("clean copy") { item.clean = HeldBytes::of(other); }
  SECTION("clean copy, of the same length") {
    Bytes clean = all_of(*item.clean);
    clean.back() ^= 1;
    item.clean = HeldBytes::of(clean);
  }
  SECTION("recovery") {
    item.write_recovery = [bytes = Bytes(item.recovery_size, 'x')](const Sink& sink) { return sink(bytes); };
  }
  SECTION("shorter recovery") {
    item.write_recovery = [](const Sink&) -> Status { return {}; };
  }
  CHECK(seal(vault, item, request()).code() == Errc::io_error);
  CHECK(at.outbox_files() == 0);
  CHECK(vault.head().value().number() == 0);
}

TEST_CASE("The number of facts does not tell what a photo held") {
  TakenIn bare = photo();
  bare.facts.clear();
  bare.removed.clear();
  bare.warnings.clear();
  const ItemFacts less = facts_of(bare, "a.jpg", "").value();
  const ItemFacts more = facts_of(photo(), "a.jpg", "note").value();
  CHECK(less.team.size() + less.legal.size() == more.team.size() + more.legal.size());
  TakenIn fullest = photo();
  fullest.facts.clear();
  for (const char* name : {"capture.time", "capture.time.source", "capture.time.gps", "capture.place", "capture.place.source",
                           "device.make", "device.model", "device.serial", "device.lens", "software", "provenance.c2pa"})
    fullest.facts.push_back({name, std::string("x")});
  for (const char* name : {"image.orientation", "image.width", "image.height", "media.duration"})
    fullest.facts.push_back({name, std::uint64_t{1}});
  fullest.contradictions = {{"device.make", {{"exif Make", "A"}, {"xmp tiff:Make", "B \""}}}};
  const ItemFacts most = facts_of(fullest, "a.jpg", "note").value();
  CHECK(less.team.size() + less.legal.size() == most.team.size() + most.legal.size());
  CHECK(text_fact(most.team, "media.duration") == "1");
  CHECK(text_fact(most.legal, "media.duration") == "(none)");
  CHECK(text_fact(most.legal, "contradiction") ==
        R"([{"fact":"device.make","values":[{"source":"exif Make","value":"A"},{"source":"xmp tiff:Make","value":"B \""}]}])");
  CHECK((less.team.size() + less.legal.size() + 1) % fact_count_step == 0);  // original.sha512 comes later
}

TEST_CASE("Hundreds of removed elements are all stated; more than a statement can name are refused") {
  const TestCase of;
  const TestVault at(of);
  Vault vault = at.open();
  TakenIn item = photo();
  item.removed.assign(2000, {"png.tEXt", 17, sha256("text")});
  REQUIRE(seal(vault, item, request()));
  std::size_t stated = 0;
  const auto facts = read_facts(open_with(at, of.legal).facts).value();
  for (const Fact& fact : facts)
    for (std::size_t at_place = fact.value_json().find("png.tEXt"); at_place != std::string::npos;
         at_place = fact.value_json().find("png.tEXt", at_place + 1))
      ++stated;
  CHECK(stated == 2000);

  item = photo("another");
  item.removed.assign(70'000, {"png.tEXt", 17, sha256("text")});
  CHECK(seal(vault, item, request()).code() == Errc::too_large);
  CHECK(at.outbox_files() == 2);
}

TEST_CASE("A file name that is not UTF-8 is stated with a warning") {
  const TestCase of;
  const TestVault at(of);
  Vault vault = at.open();
  SealRequest odd = request();
  odd.file_name = "a\xff.jpg";
  REQUIRE(seal(vault, photo(), odd));
  const auto facts = read_facts(open_with(at, of.legal).facts).value();
  CHECK(text_fact(facts, "original.name") == "\"a?.jpg\"");
  CHECK(text_fact(facts, "warning").find("not text") != std::string::npos);
}

TEST_CASE("The same file is sealed once") {
  const TestCase of;
  const TestVault at(of);
  Vault vault = at.open();
  REQUIRE(seal(vault, photo(), request()));
  CHECK(seal(vault, photo(), request("another note")).code() == Errc::already_sealed);
  CHECK(seal(vault, photo("another"), request()));
  CHECK(at.outbox_files() == 4);
}

TEST_CASE("No plaintext is in any file of the vault") {
  const TestCase of;
  const TestVault at(of);
  const TakenIn item = photo();
  {
    Vault vault = at.open();
    REQUIRE(seal(vault, item, request()));
    for (const auto& file : files_under(at.folder()))
      CHECK(whole_file(file).find(marker) == std::string::npos);
  }
  const auto files = files_under(at.folder());
  CHECK(files.size() >= 4);
  for (const auto& file : files) {
    const std::string bytes = whole_file(file);
    for (const std::string& secret : {std::string(marker), std::string("53.9,27.56"), std::string("aspen"),
                                      hex(item.original_sha256), to_text(item.original_sha256.view())}) {
      CHECK(bytes.find(secret) == std::string::npos);
      CHECK(file.string().find(secret) == std::string::npos);
    }
  }
}

TEST_CASE("No key that the vault holds opens an object, and it holds no hash of an original") {
  const TestCase of;
  const TestVault at(of);
  const TakenIn item = photo();
  {
    Vault vault = at.open();
    REQUIRE(seal(vault, item, request()));
  }
  const Secret<32> vault_key = std::move(at.room_key().key);
  std::vector<Bytes> blobs = {vault_key.reveal([](ByteView key) { return to_bytes(key); })};
  auto database = Database::open(at.database(), vault_key).value();
  for (const char* column : {"pin", "policy", "roster", "ticket", "admission", "member_seed", "tag_key"}) {
    Query query = database.prepare("SELECT " + std::string(column) + " FROM membership");
    REQUIRE(query.step().value());
    blobs.push_back(query.blob(0));
  }
  Query rows = database.prepare("SELECT bytes, signature, facts, hash, objects FROM signed JOIN statement USING (seq)");
  while (rows.step().value())
    for (int column = 0; column < 5; ++column) blobs.push_back(rows.blob(column));
  Query tags = database.prepare("SELECT tag FROM original");
  while (tags.step().value()) blobs.push_back(tags.blob(0));

  std::size_t tried = 0;
  for (const Bytes& blob : blobs) {
    CHECK(text_of(blob).find(text_of(item.original_sha256.view())) == std::string_view::npos);
    for (std::size_t from = 0; from + 32 <= blob.size(); ++from) {
      const auto identity =
          age::Identity::from(Secret<32>::copy_of(ByteView(blob).subspan(from).first<32>()));
      for (const Bytes& object : objects_of(at)) {
        if (age::decrypt(object, identity).has_value()) FAIL("a stored key opens an object");
        ++tried;
      }
      if (blob.size() > 64) break;  // texts hold no raw key; keys are whole columns
    }
  }
  CHECK(tried >= 8);
}

TEST_CASE("Statements that do not follow the head are refused") {
  const TestCase of;
  const TestVault at(of);
  Vault vault = at.open();
  const SealedItem first = seal(vault, photo(), request()).value();
  const SignedStatement again = vault.statement(first.number).value().signed_statement;
  CHECK(vault.append(again).code() == Errc::broken_chain);
  CHECK(vault.statement(9).code() == Errc::not_found);
}

TEST_CASE("A file that was sealed not cleaned can be sealed cleaned later, and not the other way round") {
  const TestCase of;
  const TestVault at(of);
  Vault vault = at.open();
  const UncleanedFile file{HeldBytes::of(to_bytes("a picture")), "heic", fail(Errc::unsupported_media)};
  const SealedItem as_it_was = seal_uncleaned(vault, file, request()).value();
  const SealedOriginal uncleaned{sha256("a picture"), Form::uncleaned}, cleaned{sha256("a picture"), Form::cleaned};
  CHECK(vault.earlier_item(uncleaned).value()->number == as_it_was.number);
  CHECK_FALSE(vault.earlier_item(cleaned).value());
  const SealedItem clean = seal(vault, photo("a picture"), request()).value();
  CHECK(vault.earlier_item(cleaned).value()->number == clean.number);
  CHECK_FALSE(vault.statement(as_it_was.number).value().sealed_again);
  CHECK(seal_uncleaned(vault, file, request()).code() == Errc::already_sealed);
  REQUIRE(seal(vault, photo("another"), request()));
  const UncleanedFile second{HeldBytes::of(to_bytes("another")), "heic", fail(Errc::unsupported_media)};
  CHECK(seal_uncleaned(vault, second, request()).code() == Errc::already_sealed);
}
