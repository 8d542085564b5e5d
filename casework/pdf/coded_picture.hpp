// SPDX-License-Identifier: GPL-3.0-or-later
// The JPEG or JPEG 2000 file that a stream of a PDF holds, whatever else it is wrapped in.
#pragma once

#include <qpdf/QPDF.hh>

#include <optional>
#include <string_view>

#include "crypto/bytes.hpp"

namespace dokaz::pdf {

/// Empty where the stream's last filter is not `filter` ("/DCTDecode"). Throws what libqpdf does.
inline std::optional<Bytes> coded_picture(QPDF& document, QPDFObjectHandle stream, std::string_view filter) {
  QPDFObjectHandle dict = stream.getDict(), filters = dict.getKey("/Filter"), parms = dict.getKey("/DecodeParms");
  const auto bytes_of_buffer = [](const auto& buffer) { return Bytes(buffer->getBuffer(), buffer->getBuffer() + buffer->getSize()); };
  const auto is = [&](QPDFObjectHandle name) { return name.isName() && (name.getName() == filter || (filter == "/DCTDecode" && name.getName() == "/DCT")); };
  if (!filters.isArray()) return is(filters) ? std::optional(bytes_of_buffer(stream.getRawStreamData())) : std::nullopt;
  const int last = filters.getArrayNItems() - 1;
  if (last < 0 || !is(filters.getArrayItem(last))) return std::nullopt;
  if (last == 0) return bytes_of_buffer(stream.getRawStreamData());
  QPDFObjectHandle outer = filters.shallowCopy();
  outer.eraseItem(last);
  if (parms.isArray() && parms.getArrayNItems() > last) {
    parms = parms.shallowCopy();
    parms.eraseItem(last);
  }
  QPDFObjectHandle wrapped = QPDFObjectHandle::newStream(&document);
  wrapped.replaceStreamData(stream.getRawStreamData(), outer, parms);
  return bytes_of_buffer(wrapped.getStreamData(qpdf_dl_generalized));
}

}  // namespace dokaz::pdf
