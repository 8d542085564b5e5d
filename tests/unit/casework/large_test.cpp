// SPDX-License-Identifier: GPL-3.0-or-later
// A film that is larger than what a program may hold: opened, checked, shown, and checked again in constant memory.

#include <catch2/catch.hpp>

#include "casework/casefile/check.hpp"
#include "casework/casefile/plaintext.hpp"
#include "casework/casefile/show.hpp"
#include "casework/casefile/write_item.hpp"
#include "crypto/files_readable.hpp"
#include "tests/unit/casework/small_server.hpp"
#include "tests/large_content.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::Endless;
using dokaz::test::Scratch;
using dokaz::test::mebibyte;
using dokaz::test::peak;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t most_growth = 64;  // MiB

struct Film {
  std::uint64_t size = 0, cut = 0;           // of the original; how many bytes at its front intake removed
  std::optional<Fact> clean_hash, original_hash;  // instead of the right ones
};

/// Seals a film into the case folder, holding none of it.
class FilmSealer {
 public:
  FilmSealer(CaseFile& file, const Film& film)
      : file_(file), original_(film.size, 0), clean_(film.size - film.cut, film.cut) {
    const std::vector<RecoveryStep> steps = {RecoveryStep::literal(film.cut), RecoveryStep::copy(0, clean_.size())};
    must(write_recovery(steps, original_, [&](ByteView bytes) -> Status {
      append(recovery_, bytes);
      return {};
    }));
    team_ = {Fact::text("object", "team"), Fact::text("media.type", "video/mp4"),
             Fact::number("clean.size", clean_.size()),
             film.clean_hash.value_or(Fact::text("clean.sha256", hex(must(BagFile(shared(clean_)).hash()))))};
    Sha512Stream longer;
    must(original_.copy_to([&](ByteView bytes) -> Status {
      longer.update(bytes);
      return {};
    }));
    legal_ = {Fact::text("object", "legal"), Fact::number("original.size", original_.size()),
              film.original_hash.value_or(Fact::text("original.sha256", hex(must(BagFile(shared(original_)).hash())))),
              Fact::text("original.sha512", hex(longer.finish().view())),
              Fact::text("recovery.sha256", hex(sha256(recovery_)))};
  }

  Statement seal(Server& server) {
    std::vector<ObjectRef> refs = {write({write_facts(team_), "clean.mp4", clean_.size(),
                                          [&](const Sink& to) { return clean_.copy_to(to); }},
                                         Group::team),
                                   write({write_facts(legal_), "recovery", recovery_.size(),
                                          [&](const Sink& to) { return to(recovery_); }},
                                         Group::legal)};
    std::sort(refs.begin(), refs.end(), [](const ObjectRef& a, const ObjectRef& b) { return a.id < b.id; });
    std::vector<FactDigest> digests;
    for (const auto* facts : {&team_, &legal_})
      for (const Fact& fact : *facts) digests.push_back(fact.digest());
    return server.seal(refs, digests);
  }

 private:
  static std::shared_ptr<const Readable> shared(const Endless& of) { return std::make_shared<const Endless>(of); }

  ObjectRef write(const ObjectParts& parts, Group group) {
    PendingFile into = must(PendingFile::start_in(file_.object_path(ObjectId()).parent_path()));
    Sha256Stream hash;
    std::uint64_t size = 0;
    const age::Recipient recipient = file_.identity(group).recipient();
    age::Writer sealed = must(age::Writer::create(std::span(&recipient, 1), [&](ByteView bytes) {
      hash.update(bytes);
      size += bytes.size();
      return into.append(bytes);
    }));
    must(write_object(parts, [&](ByteView bytes) { return sealed.write(bytes); }));
    must(sealed.finish());
    const ObjectId id(hash.finish().raw());
    must(into.create_as(file_.object_path(id).filename().string()));
    return {id, size};
  }

  CaseFile& file_;
  Endless original_, clean_;
  Bytes recovery_;
  std::vector<Fact> team_, legal_;
};

struct Desk {
  Desk() : file(make_case(scratch / "case")), server(file) {}
  Statement seal(const Film& film) {
    const Statement sealed = FilmSealer(file, film).seal(server);
    server.pull_into(file);
    return sealed;
  }

  Scratch scratch;
  CaseFile file;
  Server server;
};

Sha256 hash_of_file(const Path& path) {
  File file = must(File::open(path, File::Access::read));
  const std::uint64_t size = must(file.size());
  return must(BagFile(std::make_shared<const ReadableFile>(std::move(file), size)).hash());
}

std::string code_of(const Error& error) { return std::string(name_of(error.code)); }

}  // namespace

TEST_CASE("a film larger than memory may be is opened, checked and shown in constant memory") {
  Desk desk;
  const Film film{160 * mebibyte, 3'000'000, {}, {}};
  const Statement sealed = desk.seal(film);
  const std::uint64_t before = peak();

  const CaseReport checked = must(check_case(desk.file));
  REQUIRE(checked.items.size() == 1);
  CHECK_FALSE(checked.items[0].failure);

  std::uint64_t told = 0;
  const WrittenItem written =
      must(write_item(must(open_item_unread(desk.file, sealed)), desk.scratch / "out",
                      [&](std::uint64_t done, std::uint64_t total) {
                        CHECK(done > told);
                        CHECK(total == 2 * film.size - film.cut);
                        told = done;
                      }));
  CHECK(told == 2 * film.size - film.cut);
  CHECK(hash_of_file(*written.original) ==
        must(BagFile(std::make_shared<const Endless>(film.size, 0)).hash()));
  CHECK(hash_of_file(*written.clean) ==
        must(BagFile(std::make_shared<const Endless>(film.size - film.cut, film.cut)).hash()));
  fs::remove_all(desk.scratch / "out");

  const Shown shown =
      must(show_item(desk.file, hex(sealed.hash()), {.original = true, .disclose = {}, .gate = by_necessity()}, may_2));
  CHECK(shown.report.bytes->size > 3 * (film.size - film.cut));
  must(dokaz::write_exhibit(shown.files, desk.scratch / "exhibit"));
  const Trust trust{desk.file.fingerprint(), desk.file.policy()};
  CHECK(verify_exhibit(desk.scratch / "exhibit", trust).outcome() == Outcome::verified_with_limits);
  CHECK(peak() - before < most_growth);

  // One byte in the middle of what nobody holds.
  File original = must(File::open(desk.scratch / "exhibit/data/item/original.mp4", File::Access::read_write));
  must(original.write_at(bytes_of("?"), film.size / 2));
  const Report report = verify_exhibit(desk.scratch / "exhibit", trust);
  REQUIRE(report.failure);
  CHECK(code_of(report.failure->error) == "hash_mismatch");
  CHECK(report.failure->where == "data/item/original.mp4");
}

TEST_CASE("what turns out wrong at the last byte leaves no file, no folder and no exhibit") {
  Desk desk;
  const std::string wrong(64, '0');
  for (const Film& film : {Film{mebibyte, 1000, Fact::text("clean.sha256", wrong), {}},
                           Film{mebibyte, 1000, {}, Fact::text("original.sha256", wrong)}}) {
    const Statement sealed = desk.seal(film);
    CHECK(open_item(desk.file, sealed).code() == Errc::hash_mismatch);
    const OpenItem item = must(open_item_unread(desk.file, sealed));
    CHECK(write_item(item, desk.scratch / "out").code() == Errc::hash_mismatch);
    CHECK_FALSE(fs::exists(desk.scratch / "out"));
    fs::create_directory(desk.scratch / "there");
    CHECK(write_item(item, desk.scratch / "there").code() == Errc::hash_mismatch);
    CHECK(fs::is_empty(desk.scratch / "there"));
    CHECK(show_item(desk.file, hex(sealed.hash()), {.original = true, .disclose = {}, .gate = by_necessity()}, may_2).code() ==
          Errc::hash_mismatch);
  }
}

TEST_CASE("an object that changes on the disk after it was opened is not written out as what it was") {
  Desk desk;
  const Statement sealed = desk.seal({mebibyte, 1000, {}, {}});
  const OpenItem item = must(open_item_unread(desk.file, sealed));
  for (const ObjectRef& object : sealed.fields().objects) {
    File file = must(File::open(desk.file.object_path(object.id), File::Access::read_write));
    must(file.write_at(bytes_of("????"), object.size / 4));
  }
  const auto written = write_item(item, desk.scratch / "out");
  REQUIRE_FALSE(written);
  CHECK(written.code() == Errc::age_payload);
  CHECK_FALSE(fs::exists(desk.scratch / "out"));
  CHECK(item.objects.begin()->second.hash().code() == Errc::hash_mismatch);
}

TEST_CASE("a recovery that jumps about in its clean copy is refused, not followed for hours") {
  Desk desk;
  Item item;
  constexpr std::uint64_t far = 16 * mebibyte;  // as much as is held
  item.clean = Bytes(far + 1, 'x');
  std::vector<RecoveryStep> steps;
  for (int i = 0; i < 12'000; ++i) steps.push_back(RecoveryStep::copy(i % 2 == 0 ? 0 : far, 1));
  item.original = Bytes(steps.size(), 'x');
  const auto seal = [&](const std::vector<RecoveryStep>& of) {
    item.objects.clear();
    item.original.resize(of.size());
    item.recovery = encode_recovery(of, item.original);
    item.team = {Fact::text("object", "team"), Fact::text("clean.sha256", hex(sha256(item.clean))),
                 Fact::number("clean.size", item.clean.size())};
    item.legal = {Fact::text("object", "legal"), Fact::text("original.sha256", hex(sha256(item.original))),
                  Fact::number("original.size", item.original.size()),
                  Fact::text("recovery.sha256", hex(sha256(item.recovery)))};
    seal_object(item, {write_facts(item.team), "clean.mp4", item.clean}, desk.file.identity(Group::team).recipient());
    seal_object(item, {write_facts(item.legal), "recovery", item.recovery}, desk.file.identity(Group::legal).recipient());
    return desk.server.seal(item, {});
  };
  const Statement hostile = seal(steps);
  steps.resize(2000);
  const Statement fine = seal(steps);
  desk.server.pull_into(desk.file);
  CHECK(open_item(desk.file, hostile).code() == Errc::malformed);
  CHECK(open_item(desk.file, fine));
}

TEST_CASE("a plaintext reads the same in any pieces") {
  const age::Identity key = age::Identity::generate();
  const Endless content(5 * mebibyte + 77, 0);
  const age::Recipient recipient = key.recipient();
  const auto object = std::make_shared<const Bytes>(
      must(age::encrypt(must(content.bytes(0, content.size())), std::span(&recipient, 1))));
  const auto plain = must(Plaintext::open(std::make_shared<const ReadableBytes>(*object), key));
  REQUIRE(plain->size() == content.size());
  const Slice slice(plain, 1000, 3 * mebibyte);
  std::uint64_t at = 1;
  for (int i = 0; i < 2000; ++i) {
    at = (at * 6364136223846793005u + 1442695040888963407u);
    const std::uint64_t offset = (at >> 20) % slice.size();
    const std::uint64_t length = std::min<std::uint64_t>(slice.size() - offset, i % 10 == 0 ? at % 300'000 : at % 300);
    REQUIRE(must(slice.bytes(offset, length)) == must(content.bytes(1000 + offset, length)));
  }
  const Bytes armored = must(age::encrypt(bytes_of("text"), std::span(&recipient, 1), age::Form::armored));
  CHECK(Plaintext::open(std::make_shared<const ReadableBytes>(armored), key).code() == Errc::age_header);
  Bytes one(1);
  CHECK(slice.read(one, slice.size()).code() == Errc::truncated_media);
  CHECK(plain->read(one, plain->size()).code() == Errc::truncated_media);
  CHECK(plain->read(one, plain->size() - 1));
}

TEST_CASE("a file of an exhibit gives as many bytes as it said, or fails") {
  const auto giving = [](std::string_view text) { return [text](const Sink& sink) { return sink(bytes_of(text)); }; };
  CHECK(must(BagFile(3, giving("abc")).hash()) == sha256("abc"));
  CHECK(BagFile(2, giving("abc")).hash().code() == Errc::io_error);
  CHECK(BagFile(4, giving("abc")).bytes(10).code() == Errc::io_error);
  CHECK(BagFile(3, giving("abc")).bytes(2).code() == Errc::too_large);
}
