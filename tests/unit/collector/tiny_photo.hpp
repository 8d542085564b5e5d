// SPDX-License-Identifier: GPL-3.0-or-later
// A real JPEG of 16 by 16 pixels, into which a test writes metadata of its own.
#pragma once

#include <string>

#include "crypto/encoding.hpp"

namespace dokaz::test {

inline Bytes tiny_jpeg() {
  return from_base64(
             "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7"
             "gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8"
             "fHx8fHx8fHz/wAARCAAQABADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAAQF/8QAFRABAQAAAAAAAAAAAAAAAAAAABP/"
             "xAAUAQEAAAAAAAAAAAAAAAAAAAAF/8QAFhEAAwAAAAAAAAAAAAAAAAAAABVh/9oADAMBAAIRAxEAPwDGoUS0KEFsFGFP/9k=")
      .value();
}

/// The JPEG with a comment segment after its first marker.
inline Bytes tiny_jpeg_with_comment(std::string_view comment) {
  const std::string photo = to_text(tiny_jpeg());
  const std::size_t length = comment.size() + 2;
  std::string out = photo.substr(0, 2) + "\xff\xfe";
  out += static_cast<char>(length >> 8);
  out += static_cast<char>(length & 0xff);
  out.append(comment).append(photo, 2);
  return to_bytes(out);
}

}  // namespace dokaz::test
