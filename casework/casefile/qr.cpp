// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/qr.hpp"

#include <qrencode.h>

#include <cerrno>
#include <memory>

namespace dokaz {
namespace {

constexpr int quiet_zone = 4;  // light modules around the code, as the standard wants

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

bool is_dark(const QRcode& code, int x, int y) {
  if (x < 0 || y < 0 || x >= code.width || y >= code.width) return false;
  return (code.data[y * code.width + x] & 1) != 0;
}

}  // namespace

Result<std::string> qr_text(ByteView content) {
  const std::unique_ptr<QRcode, FreeCode> code(
      QRcode_encodeData(static_cast<int>(content.size()), content.data(), 0, QR_ECLEVEL_L));
  if (!code) return errno == ERANGE ? fail(Errc::too_large, "for one QR code") : fail(Errc::internal, "QR code");
  std::string out;
  for (int y = -quiet_zone; y < code->width + quiet_zone; y += 2) {
    out += "\x1b[30;107m";  // black on white
    for (int x = -quiet_zone; x < code->width + quiet_zone; ++x) {
      const bool upper = is_dark(*code, x, y);
      const bool lower = is_dark(*code, x, y + 1);
      out += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
    }
    out += "\x1b[0m\n";
  }
  return out;
}

}  // namespace dokaz
