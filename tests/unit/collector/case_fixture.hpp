// SPDX-License-Identifier: GPL-3.0-or-later
// A case with its keys, an invitation to it, a log of its own, and photos that carry a marker everywhere.
#pragma once

#include <algorithm>
#include <fstream>
#include <iterator>

#include "collector/intake/intake.hpp"
#include "collector/vault/seal.hpp"
#include "collector/vault/vault.hpp"
#include "crypto/age/envelope.hpp"
#include "tests/unit/crypto/scratch.hpp"

namespace dokaz::test {

inline constexpr ClaimedTime noon{1'777'636'800, false};      // 2026-05-01T12:00:00Z
inline constexpr ClaimedTime expires{1'780'315'200, false};   // 2026-06-01T12:00:00Z
inline constexpr PassphraseWork cheap{1, 64 * 1024};
inline constexpr std::string_view marker = "MARKER-zbjegavannie";

inline SecretBytes passphrase(std::string_view text = "correct horse") {
  return SecretBytes::copy_of(bytes_of(text));
}

/// The case's secrets, as counsel and operator hold them.
struct TestCase {
  SigningKey root = SigningKey::generate();
  SigningKey ticket = SigningKey::generate();
  SigningKey server = SigningKey::generate();
  SigningKey log = SigningKey::generate();
  age::Identity team = age::Identity::generate();
  age::Identity legal = age::Identity::generate();
  age::Identity parcels = age::Identity::generate();

  // A real server has keys of its own.
  std::optional<ServerCard> card;

  Roster roster() const {
    return {root.public_key(), 1, {{"server", Role::server, card ? card->member : server.public_key()}},
            {{Group::team, team.recipient().format()}, {Group::legal, legal.recipient().format()}}};
  }
  Note roster_note() const { return sign_roster(roster(), root).value(); }
  Note ticket_note() const {
    return sign_ticket({root.public_key(), ticket.public_key(), "aspen", Role::documenter, until}, root)
        .value();
  }
  SigningKey witness = SigningKey::generate();
  bool witnessed = false;  // the policy asks for the witness

  Policy policy() const {
    const PublicKey of_log = card ? card->log : log.public_key();
    if (!witnessed) return Policy::log_only(of_log);
    return Policy::parse(bytes_of("log " + hex(of_log) + "\nwitness w " + hex(witness.public_key()) + "\nquorum w\n")).value();
  }
  Note cosign_by_witness(const Checkpoint& checkpoint) const {
    return checkpoint.note.with_line(cosign(checkpoint, "w", 1'777'636'800, witness)).value();
  }

  std::uint16_t port = 4433;
  TlsPin pin{sha256("certificate").raw()};
  ClaimedTime until = expires;
  Network network = Network::any;

  Invitation invitation() const {
    return {{"127.0.0.1", port}, pin, SigningKey::from_seed(ticket.seed()),
            policy().bytes(), roster_note(), ticket_note(),
            card ? card->parcels : parcels.recipient().format(), {}, network};
  }
  Bytes invitation_text() const {
    return write_invitation(invitation()).reveal([](ByteView bytes) { return to_bytes(bytes); });
  }
};

/// Bytes that live as long as somebody reads them.
class HeldBytes : public ReadableBytes {
 public:
  static std::shared_ptr<const Readable> of(Bytes bytes) {
    return std::make_shared<HeldBytes>(std::make_shared<Bytes>(std::move(bytes)));
  }
  explicit HeldBytes(std::shared_ptr<const Bytes> bytes) : ReadableBytes(*bytes), bytes_(std::move(bytes)) {}

 private:
  std::shared_ptr<const Bytes> bytes_;
};

inline Bytes all_of(const Readable& content) { return content.bytes(0, content.size()).value(); }
inline Bytes recovery_of(const TakenIn& item) {
  Bytes out;
  REQUIRE(item.write_recovery([&](ByteView bytes) -> Status {
    append(out, bytes);
    return {};
  }));
  return out;
}

inline TakenIn photo(std::string_view content = "a picture", std::size_t size = 3000) {
  TakenIn item;
  item.media_type = "image/jpeg";
  item.extension = "jpg";
  Bytes clean = to_bytes(std::string(marker) + " clean " + std::string(content));
  clean.resize(size, 0x5a);
  const Bytes recovery = to_bytes(std::string(marker) + " recovery");
  item.clean_sha256 = sha256(clean);
  item.clean = HeldBytes::of(std::move(clean));
  item.recovery_size = recovery.size();
  item.recovery_sha256 = sha256(recovery);
  item.write_recovery = [recovery](const Sink& sink) { return sink(recovery); };
  item.original = HeldBytes::of(to_bytes(content));
  item.original_sha256 = sha256(content);
  item.coded_sha256 = sha256("coded " + std::string(content));
  item.width = 40;
  item.height = 30;
  item.facts = {{"capture.place", "53.9,27.56"}, {"device.serial", std::string(marker)},
                {"image.orientation", std::uint64_t{6}}, {"image.width", std::uint64_t{41}}};
  item.removed = {{"jpeg.app1.exif", 1234, sha256("exif")}};
  item.checks = {"grammar", "recovery"};
  item.warnings = {std::string(marker) + " was found"};
  return item;
}

inline SealRequest request(std::string_view note = "MARKER-zbjegavannie note") {
  SealRequest made;
  made.file_name = "MARKER-zbjegavannie.jpg";
  made.note = note;
  made.time = noon;
  return made;
}

/// A vault in a folder of its own, joined to `of`.
struct TestVault {
  explicit TestVault(const TestCase& of) {
    const auto enrolment = enrol(of.invitation_text(), noon).value();
    REQUIRE(Vault::create(folder(), passphrase(), enrolment, cheap));
  }
  std::filesystem::path folder() const { return scratch / "vault"; }
  /// The room that the passphrase opens, by chance one of the two.
  RoomKey room_key() const {
    const auto slots = KeySlots::parse(read_file(folder() / "key", KeySlots::largest_file).value()).value();
    auto opened = slots.open(slots.derive(passphrase()).value()).value();
    return {std::move(opened.content.key), opened.content.room};
  }
  std::filesystem::path room() const { return room_folder(folder(), room_key().room); }
  std::filesystem::path database() const { return room() / "vault.db"; }
  std::filesystem::path outbox() const { return room() / "outbox"; }
  Vault open() const { return Vault::open(folder(), passphrase()).value(); }
  std::size_t outbox_files() const {
    return files_in(outbox());
  }
  std::size_t orphans() const {
    return std::filesystem::exists(outbox() / "orphans") ? files_in(outbox() / "orphans") : 0;
  }
  static std::size_t files_in(const std::filesystem::path& folder) {
    const std::filesystem::directory_iterator all(folder);
    return static_cast<std::size_t>(
        std::count_if(begin(all), end(all), [](const auto& entry) { return entry.is_regular_file(); }));
  }
  Scratch scratch;
};

inline std::string whole_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Every file under the folder, by path.
inline std::vector<std::filesystem::path> files_under(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path());
  return files;
}

}  // namespace dokaz::test
