// SPDX-License-Identifier: GPL-3.0-or-later
// Large files on their way through recovery and into an object: memory stays where it was.
#include <catch2/catch.hpp>

#include "collector/intake/recovery_check.hpp"
#include "collector/vault/envelopes.hpp"
#include "crypto/age/envelope.hpp"
#include "crypto/files_readable.hpp"
#include "tests/large_content.hpp"
#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;

TEST_CASE("recovery of a large file is written, read and compared in constant memory") {
  const std::uint64_t cut = 5'000'000, size = 300 * mebibyte;
  const Endless original(size, 0), clean(size - cut, cut);
  const std::vector<RecoveryStep> steps = {RecoveryStep::literal(cut), RecoveryStep::copy(0, size - cut)};
  const std::uint64_t before = peak();
  const auto checked = intake::check_recovery(original, clean, steps);
  REQUIRE(checked);
  CHECK(checked->size > cut);
  CHECK(checked->size < cut + 20'000);
  CHECK(peak() - before < 32);

  const Endless other(size - cut, cut + 1);
  CHECK(intake::check_recovery(original, other, steps).code() == Errc::not_recoverable);
  const Endless shorter(size - cut - 1, cut);
  CHECK(intake::check_recovery(original, shorter, steps).code() == Errc::not_recoverable);
}

TEST_CASE("a large object is sealed in constant memory, and its name is the hash of what was written") {
  const Scratch scratch;
  const auto identity = age::Identity::generate();
  const Endless file(200 * mebibyte, 0);
  const std::uint64_t before = peak();
  auto sealed = seal_object({to_bytes("facts"), "clean.mp4", file.size(), [&](const Sink& to) { return file.copy_to(to); }},
                            {identity.recipient().format()}, PendingFile::start_in(scratch.path()).value());
  REQUIRE(sealed);
  CHECK(peak() - before < 32);
  Sha256Stream written;
  const ReadableFile back(File::open(sealed->file.temporary_path(), File::Access::read).value(), sealed->ref.size);
  REQUIRE(back.copy_to([&](ByteView bytes) -> Status {
    written.update(bytes);
    return {};
  }));
  CHECK(ObjectId(written.finish().raw()) == sealed->ref.id);
  CHECK(sealed->file.file().size().value() == sealed->ref.size);
}

TEST_CASE("a file that gives more or less than its tar header says makes no object") {
  const Scratch scratch;
  const auto identity = age::Identity::generate();
  for (const std::uint64_t said : {std::uint64_t{4}, std::uint64_t{6}}) {
    const auto sealed = seal_object({{}, "recovery", said, [](const Sink& to) { return to(bytes_of("12345")); }},
                                    {identity.recipient().format()}, PendingFile::start_in(scratch.path()).value());
    CHECK(sealed.code() == Errc::io_error);
  }
  CHECK(scratch.entries() == 0);
}
