// SPDX-License-Identifier: GPL-3.0-or-later
// A vault that never sees the network: packed, brought by hand, answered, unpacked.
#include <catch2/catch.hpp>

#include <fstream>

#include "collector/parcel/pack.hpp"
#include "collector/parcel/unpack.hpp"
#include "crypto/age/envelope.hpp"
#include "crypto/files_joined.hpp"
#include "proto/format/parcel_answer.hpp"
#include "tests/unit/collector/by_hand.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

const auto unwatched = [](std::uint64_t, std::uint64_t) { return Status(); };

struct Field : FieldByHand {
  Result<PackReport> pack(const std::string& name, std::optional<std::uint64_t> volume = {}) const {
    Vault vault = at->open();
    return dokaz::pack(vault, {scratch / name, volume, std::nullopt, {}}, unwatched);
  }
  Result<server::ReceivedParcel> try_parts(const std::vector<Path>& parts) {
    const auto joined = JoinedFiles::open(parts);
    REQUIRE(joined.has_value());
    return server::receive_parcel(*custody, joined->in_one(scratch.path()).value(), unwatched);
  }
  Result<UnpackReport> unpack(const Bytes& answer) const {
    Vault vault = at->open();
    return dokaz::unpack(vault, answer);
  }
  std::size_t count(CustodyState state) const {
    Vault vault = at->open();
    const auto all = vault.statements().value();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const OwnStatement& own) { return own.state() == state; }));
  }
};

}  // namespace

TEST_CASE("Volumes arrive in any order, and each answer can be unpacked, once or twice") {
  Field field;
  for (const char* name : {"a", "b", "c", "d"}) field.add(name, 40'000);
  CHECK(field.pack("tiny", 2'000).code() == Errc::usage);
  const auto packed = field.pack("parcel", 120'000);
  REQUIRE(packed.has_value());
  REQUIRE(packed->volumes.size() > 1);
  CHECK(packed->too_large.empty());
  for (const PackedVolume& volume : packed->volumes) CHECK(volume.size <= 120'000);
  CHECK(field.count(CustodyState::sealed) == 5);

  std::vector<Bytes> answers;
  for (std::size_t i = packed->volumes.size(); i-- > 0;) answers.push_back(field.receive(packed->volumes[i].parcel));
  CHECK(field.unpack(answers.front())->logged == 5);
  for (std::size_t i = 1; i < answers.size(); ++i) CHECK(field.unpack(answers[i]).has_value());
  CHECK(field.count(CustodyState::stored) == 4);
  // The last answer settles its parcel; given again, it is harmless. The first one, older now, is too.
  CHECK(field.unpack(answers.back())->repeated);
  CHECK(field.unpack(answers.front())->stored == 0);
  CHECK(field.pack("again").code() == Errc::not_found);
}

TEST_CASE("An item larger than a volume travels in parts, and less than all of them is nothing") {
  Field field;
  field.add("small");
  field.add("large", 400'000);
  const auto packed = field.pack("parcel", 100'000);
  REQUIRE(packed.has_value());
  CHECK(packed->too_large.empty());
  std::size_t cut = 0, stored = 0;
  for (const PackedVolume& volume : packed->volumes) {
    CHECK(std::filesystem::exists(volume.parcel) == volume.parts.empty());
    if (volume.parts.empty()) {
      CHECK(volume.size <= 100'000);
      stored += field.unpack(field.receive(volume.parcel))->stored;
      continue;
    }
    ++cut;
    CHECK(volume.objects == 1);
    REQUIRE(volume.parts.size() >= 4);
    std::uint64_t bytes = 0;
    for (const Path& part : volume.parts) {
      CHECK(std::filesystem::file_size(part) <= 100'000);
      bytes += std::filesystem::file_size(part);
    }
    CHECK(bytes == volume.size);
    auto parts = volume.parts;
    parts.pop_back();
    CHECK_FALSE(field.try_parts(parts).has_value());  // one is missing
    parts = volume.parts;
    std::swap(parts[1], parts[2]);
    CHECK_FALSE(field.try_parts(parts).has_value());
    parts = volume.parts;
    parts.insert(parts.begin() + 1, parts[1]);
    CHECK_FALSE(field.try_parts(parts).has_value());
    const auto received = field.try_parts(volume.parts);
    REQUIRE(received.has_value());
    CHECK(received->figures.kept == 1);
    stored += field.unpack(received->answer)->stored;
  }
  CHECK(cut >= 1);
  CHECK(stored == 2);
}

TEST_CASE("An item that would need too many parts is named, and the others are packed") {
  Field field;
  field.add("small");
  field.add("large", 9'000'000);
  const auto packed = field.pack("parcel", 20'000);
  REQUIRE(packed.has_value());
  CHECK(packed->too_large == std::vector<std::uint64_t>{2});
  CHECK(field.unpack(field.receive(packed->volumes.front().parcel)).has_value());
}

TEST_CASE("Parts are there all or not at all, and overwrite nothing") {
  Field field;
  field.add("large", 400'000);
  { std::ofstream(field.scratch / "parcel.1.part003") << "precious"; }
  { std::ofstream(field.scratch / "parcel.2.part003") << "precious"; }  // the larger one may come second
  { std::ofstream(field.scratch / "parcel.part003") << "precious"; }
  const auto packed = field.pack("parcel", 100'000);
  CHECK(packed.code() == Errc::already_exists);
  for (const char* name : {"parcel", "parcel.1", "parcel.part001", "parcel.part002", "parcel.1.part001", "parcel.1.part002"})
    CHECK_FALSE(std::filesystem::exists(field.scratch / name));
  CHECK(whole_file(field.scratch / "parcel.part003") == "precious");
  Vault vault = field.at->open();
  CHECK(vault.sent_parcels()->empty());
}

TEST_CASE("Foreign, swapped and changed answers change nothing") {
  Field field, other;
  field.add("a");
  other.add("b");
  const auto mine = field.pack("one"), theirs = other.pack("two");
  const Bytes answer = field.receive(mine->volumes.front().parcel);
  const Bytes foreign = other.receive(theirs->volumes.front().parcel);
  CHECK(field.unpack(foreign).code() == Errc::age_no_match);
  for (std::size_t at = 0; at < answer.size(); at += 211) {
    Bytes changed = answer;
    changed[at] ^= 1;
    CHECK_FALSE(field.unpack(changed).has_value());
    CHECK_FALSE(field.unpack(to_bytes(ByteView(answer).first(at))).has_value());
  }
  CHECK(field.count(CustodyState::sealed) == 2);
  CHECK(field.unpack(answer)->stored == 1);
}

TEST_CASE("A parcel whose name is taken is not written, and its key is not kept") {
  Field field;
  field.add("a");
  REQUIRE(write_file_durably(field.scratch / "parcel", bytes_of("precious")));
  CHECK(field.pack("parcel").code() == Errc::already_exists);
  CHECK(whole_file(field.scratch / "parcel") == "precious");
  Vault vault = field.at->open();
  CHECK(vault.sent_parcels()->empty());
}

TEST_CASE("An answer that is older than what the vault knows is no rollback") {
  Field field;
  field.add("a");
  const auto first = field.pack("first");
  const Bytes answer = field.receive(first->volumes.front().parcel);
  field.add("b");
  const auto second = field.pack("second");
  const Bytes newer = field.receive(second->volumes.front().parcel);
  CHECK(field.unpack(newer)->stored == 2);
  CHECK(field.unpack(answer).has_value());
}

namespace {

/// What a server could have written instead: an answer, changed and sealed again.
Bytes changed(const Field& field, const Bytes& answer, const std::function<void(ParcelAnswer&)>& change) {
  Vault vault = field.at->open();
  for (const SentParcel& sent : vault.sent_parcels().value()) {
    const auto plain = age::decrypt(answer, sent.reply);
    if (!plain) continue;
    ParcelAnswer opened = read_parcel_answer(ReadableBytes(*plain)).value();
    change(opened);
    const age::Recipient recipient = sent.reply.recipient();
    return age::encrypt(write_parcel_answer(opened).value(), std::span(&recipient, 1)).value();
  }
  FAIL("no key of the vault opens this answer");
  return {};
}

}  // namespace

TEST_CASE("An answer that leaves statements out settles nothing: the key of the real one stays") {
  Field field;
  field.add("a");
  const Bytes answer = field.receive(field.pack("parcel")->volumes.front().parcel);
  const auto partial = [&](const std::function<void(ParcelAnswer&)>& change) {
    return field.unpack(changed(field, answer, change)).code();
  };
  CHECK(partial([](ParcelAnswer& of) { of.outcomes.pop_back(); }) == Errc::malformed);
  CHECK(partial([](ParcelAnswer& of) { of.outcomes.erase(of.outcomes.begin()); }) == Errc::malformed);
  CHECK(partial([](ParcelAnswer& of) { std::swap(of.outcomes[0], of.outcomes[1]); }) == Errc::malformed);
  CHECK(field.count(CustodyState::sealed) == 2);
  // Logged, and the objects not there yet: more is to come.
  const auto logged = field.unpack(changed(field, answer, [](ParcelAnswer& of) { of.outcomes[1].stored.reset(); }));
  REQUIRE(logged.has_value());
  CHECK(logged->logged == 2);
  CHECK_FALSE(logged->settled);
  const auto whole = field.unpack(answer);
  REQUIRE(whole.has_value());
  CHECK(whole->stored == 1);
  CHECK(whole->settled);
}

TEST_CASE("Receipts under another checkpoint than the answer's are not kept") {
  Field field;
  field.add("a");
  const Path parcel = field.pack("parcel")->volumes.front().parcel;
  const Bytes first = field.receive(parcel);
  // The log grows, and the same parcel is answered anew: all of it under the newer checkpoint.
  field.add("b");
  field.receive(field.pack("more")->volumes.front().parcel);
  const Bytes second = field.receive(parcel);
  ParcelAnswer earlier;
  changed(field, first, [&](ParcelAnswer& of) { earlier = of; });
  const auto mixed = [&](const std::function<void(ParcelAnswer&)>& change) {
    return field.unpack(changed(field, second, change)).code();
  };
  CHECK(mixed([&](ParcelAnswer& of) { of.outcomes[0].tlog_proof = earlier.outcomes[0].tlog_proof; }) == Errc::bad_consistency);
  CHECK(mixed([&](ParcelAnswer& of) { of.outcomes[1].stored->tlog_proof = earlier.outcomes[1].stored->tlog_proof; }) ==
        Errc::bad_consistency);
  CHECK(mixed([&](ParcelAnswer& of) { of.checkpoint = earlier.checkpoint; }) == Errc::bad_consistency);
  CHECK(field.count(CustodyState::sealed) == 3);
  CHECK(field.unpack(second)->settled);
}

namespace {

std::vector<std::string> header_lines(const std::string& parcel) {
  std::vector<std::string> lines;
  for (std::size_t at = 0;;) {
    const std::size_t end = parcel.find('\n', at);
    REQUIRE(end != std::string::npos);
    lines.push_back(parcel.substr(at, end - at));
    if (lines.back().starts_with("---")) return lines;
    at = end + 1;
  }
}

/// A parcel whose plaintext fills the same step of sizes.
std::string parcel_of(const Field& field, std::string_view content) {
  field.add(content);
  const auto packed = field.pack("parcel");
  REQUIRE(packed.has_value());
  return whole_file(packed->volumes.front().parcel);
}

}  // namespace

TEST_CASE("Two parcels of one size, of two cases and two people, have no clear byte that tells them apart") {
  Field one, other;
  const std::string a = parcel_of(one, "a"), b = parcel_of(other, "something else, and longer than the first");
  REQUIRE(a.size() == b.size());
  const auto in_a = header_lines(a), in_b = header_lines(b);
  REQUIRE(in_a.size() == 4);  // version, one recipient, its body, the MAC
  REQUIRE(in_b.size() == 4);
  CHECK(in_a[0] == in_b[0]);
  for (std::size_t i = 1; i < 4; ++i) {
    CHECK(in_a[i].size() == in_b[i].size());
    CHECK(in_a[i] != in_b[i]);
  }
  CHECK(in_a[1].substr(0, 10) == "-> X25519 ");
  CHECK(in_b[1].substr(0, 10) == "-> X25519 ");
  // What follows agrees as often as chance has it: one byte of 256.
  std::size_t begin = 0, same = 0;
  for (const std::string& line : in_a) begin += line.size() + 1;
  for (std::size_t i = begin; i < a.size(); ++i) same += a[i] == b[i] ? 1 : 0;
  CHECK(same < (a.size() - begin) / 64);
  for (const Field* field : {&one, &other}) {
    Vault vault = field->at->open();
    const auto fingerprint = vault.view().root.fingerprint();
    for (const std::string& parcel : {a, b}) {
      CHECK(parcel.find(hex(fingerprint)) == std::string::npos);
      CHECK(parcel.find(std::string(text_of(fingerprint.view()))) == std::string::npos);
      CHECK(parcel.find(vault.view().self->pseudonym) == std::string::npos);
      CHECK(parcel.find(marker) == std::string::npos);
    }
  }
}

TEST_CASE("The same vault packed twice gives parcels that share nothing either") {
  Field field;
  const std::string first = parcel_of(field, "a");
  const auto again = field.pack("again");
  const std::string second = whole_file(again->volumes.front().parcel);
  REQUIRE(first.size() == second.size());
  for (std::size_t i = 1; i < 4; ++i) CHECK(header_lines(first)[i] != header_lines(second)[i]);
  std::size_t same = 0;
  for (std::size_t i = 200; i < first.size(); ++i) same += first[i] == second[i] ? 1 : 0;
  CHECK(same < first.size() / 64);
}

TEST_CASE("A stick that is pulled out or full leaves nothing half, and the vault as it was") {
  Field field;
  field.add("a", 100'000);
  std::size_t asked = 0;
  const auto interrupted = [&](std::uint64_t, std::uint64_t) { return ++asked < 2 ? Status() : Status(Errc::io_error); };
  {
    Vault vault = field.at->open();
    CHECK(dokaz::pack(vault, {field.scratch / "parcel", std::nullopt, std::nullopt, {}}, interrupted).code() == Errc::io_error);
    CHECK(dokaz::pack(vault, {"/dev/full/parcel", std::nullopt, std::nullopt, {}}, unwatched).code() != Errc::internal);
    CHECK(dokaz::pack(vault, {field.scratch / "no-such-stick" / "parcel", std::nullopt, std::nullopt, {}}, unwatched).code() ==
          Errc::not_found);
    CHECK(vault.sent_parcels()->empty());
  }
  CHECK_FALSE(std::filesystem::exists(field.scratch / "parcel"));
  CHECK(field.count(CustodyState::sealed) == 2);
  CHECK(field.unpack(field.receive(field.pack("parcel")->volumes.front().parcel))->stored == 1);
}

TEST_CASE("Answers of several parcels can be unpacked in every order") {
  std::vector<std::size_t> order = {0, 1, 2};
  do {
    Field field;
    std::vector<Bytes> answers;
    for (int i = 0; i < 3; ++i) {
      field.add("item " + std::to_string(i));
      answers.push_back(field.receive(field.pack("parcel" + std::to_string(i))->volumes.front().parcel));
    }
    for (const std::size_t which : order) CHECK(field.unpack(answers[which]).has_value());
    CHECK(field.count(CustodyState::stored) == 3);
  } while (std::next_permutation(order.begin(), order.end()));
}
