// SPDX-License-Identifier: GPL-3.0-or-later
// libqpdf speaks in exceptions, and we in results: the one place where they meet.
#pragma once

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>

#include <exception>
#include <memory>

#include "casework/pdf/memory_bound.hpp"
#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace dokaz::pdf {

/// `work` returns a Result; what libqpdf throws is bad_pdf with `what`: its own words may quote the file.
template <class Work>
auto with_qpdf(const char* what, Work&& work) -> decltype(work()) {
  const MemoryBound bound;
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return fail(Errc::bad_pdf, "a PDF wants more memory than is given to one");
  } catch (const std::exception&) {
    return fail(Errc::bad_pdf, what);
  }
}

/// Silent, and reading from memory; the bytes must live as long.
inline std::shared_ptr<QPDF> open_qpdf(ByteView content) {
  auto document = QPDF::create();
  document->setSuppressWarnings(true);
  document->processMemoryFile("", reinterpret_cast<const char*>(content.data()), content.size());
  return document;
}

}  // namespace dokaz::pdf
