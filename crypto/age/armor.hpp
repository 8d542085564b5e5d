// SPDX-License-Identifier: GPL-3.0-or-later
// ASCII armor (c2sp.org/age, "ASCII armor"): strict PEM with the label AGE ENCRYPTED FILE.
#pragma once

#include "crypto/age/io.hpp"

namespace dokaz::age {

/// The binary file inside the armor. `age_armor` for anything but the one encoding; LF or CRLF ends a
/// line, and up to 1024 bytes of white space may stand before and after.
Source dearmored(Source text);

class ArmorWriter {
 public:
  explicit ArmorWriter(Sink text) : text_(std::move(text)) {}
  Status write(ByteView bytes);
  /// The last line and the end. Once.
  Status finish();

 private:
  Status start();
  Sink text_;
  Bytes held_;  // less than one line
  bool started_ = false;
};

}  // namespace dokaz::age
