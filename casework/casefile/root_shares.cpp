// SPDX-License-Identifier: GPL-3.0-or-later
// Shares of a line over GF(2^8): share = root + place * slope, byte by byte, with a random slope. Two points give the
// line; one alone fits every root.
#include "casework/casefile/root_shares.hpp"

#include <set>

#include "crypto/encoding.hpp"
#include "proto/format/case.hpp"
#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

constexpr std::string_view header = "dokaz/root-share/v1";
constexpr std::size_t max_share_file = 4096;
constexpr int field_bits = 8;
constexpr Byte field_polynomial = 0x1b;  // x^8 + x^4 + x^3 + x + 1

/// In a time that depends on neither.
Byte times(Byte a, Byte b) {
  Byte product = 0;
  for (int bit = 0; bit < field_bits; ++bit) {
    product = static_cast<Byte>(product ^ (a & (0U - (b & 1U))));
    const auto carry = static_cast<Byte>(0U - (a >> 7U));
    a = static_cast<Byte>((a << 1U) ^ (carry & field_polynomial));
    b = static_cast<Byte>(b >> 1U);
  }
  return product;
}

/// a^254: every element but 0 to the 255th is 1.
Byte inverse(Byte a) {
  Byte power = 1;
  for (int i = 0; i < 254; ++i) power = times(power, a);
  return power;
}

/// first + factor * second.
Secret<32> on_line(const Secret<32>& first, Byte factor, const Secret<32>& second) {
  return Secret<32>::make([&](std::span<Byte, 32> out) {
    first.reveal([&](auto a) {
      second.reveal([&](auto b) {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<Byte>(a[i] ^ times(factor, b[i]));
      });
    });
  });
}

struct Read {
  Fingerprint of;
  std::string officer;
  std::uint8_t place = 0, count = 0;
  ExportId of_export;
  ByteView key_file;
};

Result<Read> read_head(ByteView file) {
  const std::string_view text = text_of(file);
  std::size_t end = 0;  // of the five lines before the key file
  for (int line = 0; line < 5; ++line) {
    end = text.find('\n', end);
    if (end == std::string_view::npos) return fail(Errc::malformed, "too short");
    ++end;
  }
  if (file.size() > max_share_file) return Errc::too_large;
  DOKAZ_LET(lines, LineReader::open(file.first(end), max_share_file, header));
  DOKAZ_LET(of_text, lines.value("case"));
  const auto of = id_from_hex<Fingerprint>(of_text);
  if (!of) return fail(Errc::malformed, "case");
  DOKAZ_LET(officer, lines.value("officer"));
  DOKAZ_LET(fields, lines.fields<3>("share"));
  DOKAZ_LET(export_text, lines.value("export"));
  const auto of_export = id_from_hex<ExportId>(export_text);
  if (!of_export) return fail(Errc::malformed, "export");
  DOKAZ_LET(place, from_decimal(fields[0]));
  DOKAZ_LET(count, from_decimal(fields[2]));
  DOKAZ_TRY(lines.end());
  if (!is_pseudonym(officer)) return fail(Errc::malformed, "officer");
  if (fields[1] != "of" || count < fewest_officers || count > most_officers || place < 1 || place > count)
    return fail(Errc::malformed, "share");
  return Read{*of, std::string(officer), static_cast<std::uint8_t>(place), static_cast<std::uint8_t>(count),
              *of_export, file.subspan(end)};
}

}  // namespace

Result<std::vector<RootShare>> split_root(const SigningKey& root, const std::vector<std::string>& officers) {
  if (officers.size() < fewest_officers || officers.size() > most_officers)
    return fail(Errc::usage, "2 to 8 officers: name each with --officer");
  std::set<std::string> names;
  for (const std::string& officer : officers) {
    if (!is_pseudonym(officer)) return fail(Errc::usage, "an officer's name has 1 to 32 of a-z, 0-9 and -");
    if (!names.insert(officer).second) return fail(Errc::usage, "two officers of one name");
  }
  const Secret<32> seed = root.seed();
  const Secret<32> slope = Secret<32>::random();
  const auto of_export = random_id<ExportId>();
  std::vector<RootShare> shares;
  for (const std::string& officer : officers) {
    const auto place = static_cast<std::uint8_t>(shares.size() + 1);
    shares.push_back({fingerprint_of(root.public_key()), officer, place, static_cast<std::uint8_t>(officers.size()),
                      of_export, on_line(seed, place, slope)});
  }
  return shares;
}

Result<SigningKey> join_root(const RootShare& one, const RootShare& other) {
  if (one.of != other.of) return fail(Errc::wrong_root, "the officers' files are of two cases");
  if (one.of_export != other.of_export) return fail(Errc::wrong_root, "the two files do not belong together: they are of two exports");
  if (one.place == other.place) return fail(Errc::usage, "twice the share of one officer: two officers are needed");
  // The slope is the difference of the shares over that of the places; the root is where the line meets 0.
  const Byte apart = inverse(static_cast<Byte>(one.place ^ other.place));
  const Secret<32> difference = on_line(one.share, 1, other.share);
  const Secret<32> seed = on_line(one.share, times(one.place, apart), difference);
  SigningKey root = SigningKey::from_seed(seed);
  if (fingerprint_of(root.public_key()) != one.of)
    return fail(Errc::wrong_root, "the two files do not belong together: one of them was changed");
  return root;
}

Result<Bytes> write_root_share(const RootShare& share, const SecretBytes& passphrase, const PassphraseWork& work) {
  DOKAZ_LET(key_file, KeyFile::seal(share.share, passphrase, work));
  Bytes out = to_bytes(std::string(header) + "\ncase " + hex(share.of) + "\nofficer " + share.officer + "\nshare " +
                       std::to_string(share.place) + " of " + std::to_string(share.count) + "\nexport " + hex(share.of_export) + "\n");
  append(out, key_file);
  return out;
}

Result<RootShare> read_root_share(ByteView file, const SecretBytes& passphrase) {
  DOKAZ_LET(read, read_head(file));
  DOKAZ_LET(share, KeyFile::open(read.key_file, passphrase));
  return RootShare{read.of, std::move(read.officer), read.place, read.count, read.of_export, std::move(share)};
}

Result<std::string> officer_of(ByteView file) {
  DOKAZ_LET(read, read_head(file));
  return std::move(read.officer);
}

}  // namespace dokaz
