// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of section 5: the plaintext of objects.
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "proto/format/object.hpp"
#include "tests/vectors/make/format_vector.hpp"

namespace dokaz::format_vectors {
namespace {

std::string object(std::string name, std::size_t facts, std::size_t file, std::vector<SidecarMember> sidecars = {}) {
  return to_text(
      write_object({Bytes(facts, 'f'), std::move(name), Bytes(file, 'x'), std::move(sidecars)}).value());
}

/// A changed header with a checksum that fits, so that the change is the only reason.
std::string with_header(std::string tar, std::size_t block, std::size_t at, std::string_view value) {
  std::string header = tar.substr(block * 512, 512);
  header.replace(at, value.size(), value);
  header.replace(148, 8, "        ");
  unsigned sum = 0;
  for (char c : header) sum += static_cast<unsigned char>(c);
  for (std::size_t i = 6; i-- > 0; sum >>= 3) header[148 + i] = static_cast<char>('0' + (sum & 7));
  header[154] = '\0';
  return tar.replace(block * 512, 512, header);
}

std::string with_byte(std::string tar, std::size_t at, char value) {
  tar[at] = value;
  return tar;
}

void add_good(Maker& make) {
  const auto good = [&](const std::string& name, const std::string& rule, const std::string& file, std::size_t facts,
                        std::size_t size) {
    make.good(name, rule, object(file, facts, size),
              {{"file-name", file}, {"facts-sha256", hex(sha256(Bytes(facts, 'f')))}, {"file-sha256", hex(sha256(Bytes(size, 'x')))}});
  };
  good("team", "One member facts, then clean.<ext> in a team object", "clean.jpg", 100, 2000);
  good("legal", "One member facts, then recovery in a legal object", "recovery", 100, 2000);
  good("whole-blocks", "Each content is padded with zeros to 512 bytes", "clean.heic", 512, 1024);
  good("empty-contents", "Each content is padded with zeros to 512 bytes", "clean.x", 0, 0);
  good("original", "Or original.<ext> in a legal object", "original.heic", 100, 2000);
  good("act", "Or act, which is empty, in the object of an act that is no item", "act", 100, 0);
  good("padded", "The smallest multiple of 512 that is at least the Padmé length", "clean.mp4", 300, 40000);
}

void add_sidecars(Maker& make) {
  const SidecarMember aae{"aae", Bytes(700, 'a')}, thm{"thm", Bytes(1, 't')}, xmp{"xmp", Bytes(512, 's')};
  const auto good = [&](const std::string& name, const std::string& rule, const std::string& file,
                        const std::vector<SidecarMember>& sidecars) {
    make.good(name, rule, object(file, 100, 2000, sidecars),
              {{"file-name", file}, {"facts-sha256", hex(sha256(Bytes(100, 'f')))}, {"file-sha256", hex(sha256(Bytes(2000, 'x')))}});
  };
  good("sidecar", "Then, in a legal object only, sidecars", "recovery", {xmp});
  good("sidecars", "Each at most once, in this order", "original.dng", {aae, thm, xmp});

  constexpr std::string_view header_rule = "sidecar.aae, sidecar.thm, sidecar.xmp";
  const std::string one = object("recovery", 100, 2000, {xmp});
  const std::string two = object("recovery", 100, 2000, {aae, xmp});
  const std::size_t first = 7, second = 10;  // blocks where the sidecars begin
  make.bad("sidecar-kind", std::string(header_rule), with_header(one, first, 8, "jpg"));
  make.bad("sidecar-in-capitals", std::string(header_rule), with_header(one, first, 8, "XMP"));
  make.bad("sidecar-twice", "Each at most once", with_header(two, first, 8, "xmp"));
  make.bad("sidecars-unsorted", "In this order", with_header(with_header(two, first, 8, "xmp"), second, 8, "aae"));
  make.bad("sidecar-beside-clean-copy", "In a legal object only",
           with_header(one, 2, 0, std::string_view("clean.jpg", 9)));
  make.bad("sidecar-empty", "Of 1 to 4,194,304 bytes",
           with_header(one, first, 124, "00000000000").erase((first + 1) * 512, 512));
  make.bad("sidecar-before-file", "One member facts, then one member",
           with_header(with_header(two, 2, 0, std::string_view("sidecar.aae", 11)), first, 0,
                       std::string_view("recovery\0\0\0", 11)));
}

void add_bad(Maker& make) {
  const std::string tar = object("clean.jpg", 100, 2000);
  const std::string_view header_rule = "Each header: the fields as stated";
  const auto header = [&](const std::string& name, std::size_t at, std::string_view value) {
    make.bad(name, std::string(header_rule), with_header(tar, 2, at, value));
  };
  header("mode", 100, "0000644");
  header("uid", 108, "0001750");
  header("gid", 116, "0001750");
  header("mtime", 136, "15000000000");
  header("size-with-spaces", 124, "       3720");
  header("size-field-full", 124, "000000003720");
  header("type-nul", 156, std::string_view("\0", 1));
  header("type-link", 156, "2");
  header("link-name", 157, "x");
  header("magic-gnu", 257, "ustar  ");
  header("user-name", 265, "root");
  header("group-name", 297, "root");
  header("device", 329, "0000000");
  header("prefix", 345, "x");
  header("unused-bytes", 511, "x");
  header("name-not-ended", 10, "x");
  make.bad("checksum", "The checksum is that of the header", with_byte(tar, 2 * 512 + 150, tar[2 * 512 + 150] == '7' ? '6' : '7'));
  make.bad("checksum-form", "Checksum is six octal digits, NUL, space", with_byte(tar, 2 * 512 + 154, ' '));
  make.bad("content-padding", "Each content is padded with zeros to 512 bytes", with_byte(tar, 512 + 300, 'x'));
  make.bad("end-not-zero", "Zero blocks up to the end", with_byte(tar, tar.size() - 1, 'x'));
  make.bad("first-name", "One member facts first", with_header(tar, 0, 0, "fakts"));
  make.bad("act-with-content", "act, which is empty", 
           with_header(tar, 2, 0, std::string_view("act\0\0\0\0\0\0", 9)));
  make.bad("second-name", "Then clean.<ext> or recovery", with_header(tar, 2, 0, "klean"));
  make.bad("ext-in-capitals", "<ext> is 1 to 5 of a-z 0-9", with_header(tar, 2, 6, "JPG"));
  make.bad("ext-too-long", "<ext> is 1 to 5 of a-z 0-9", with_header(tar, 2, 6, "jpegxl"));
  make.bad("ext-empty", "<ext> is 1 to 5 of a-z 0-9", with_header(tar, 2, 6, std::string_view("\0\0\0", 3)));
  make.bad("path", "<ext> is 1 to 5 of a-z 0-9", with_header(tar, 2, 6, "a/b"));
  const std::string one_member = tar.substr(0, 1024);
  make.bad("one-member", "One member facts, then one member", one_member + std::string(1024, '\0'));
  make.bad("wrong-order", "One member facts, then one member",
           tar.substr(1024, 2560) + tar.substr(0, 1024) + tar.substr(3584));
  make.bad("third-member", "One member facts, then one member", tar.substr(0, 3584) + one_member + tar.substr(4608));
  make.bad("size-beyond-end", "A size within the archive", with_header(tar, 2, 124, "77777777777"));
  make.bad("cut-in-header", "A tar archive in canonical ustar", tar.substr(0, 300));
  make.bad("cut-in-content", "A tar archive in canonical ustar", tar.substr(0, 2000));
  make.bad("cut-before-end", "At least two zero blocks", tar.substr(0, 3584));
  make.bad("one-zero-block", "At least two zero blocks", tar.substr(0, 4096));
  make.bad("block-too-many", "Zero blocks up to the smallest multiple of 512", tar + std::string(512, '\0'));
  const std::string padded = object("clean.mp4", 300, 40000);
  make.bad("not-padded", "At least the Padmé length of what comes before them plus 1,024",
           padded.substr(0, padded.size() - 512));
  make.bad("tar-record-padding", "Zero blocks up to the smallest multiple of 512, not to 10,240",
           tar + std::string(10240 - tar.size(), '\0'));
  make.bad("byte-more", "Nothing may follow the end", tar + std::string(1, '\0'));
  make.bad("empty", "A tar archive in canonical ustar", "");
}

}  // namespace

std::vector<Vector> object_vectors() {
  Maker make("object");
  add_good(make);
  add_sidecars(make);
  add_bad(make);
  return make.take();
}

}  // namespace dokaz::format_vectors
