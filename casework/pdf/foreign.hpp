// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody else's PDF that is to become an annex: judged, and its pages put into the frames of ours.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

class QPDF;

namespace dokaz::pdf {

/// What a lawyer is told of a PDF before it is merged. None of it gets into the merged copy but the pages
/// themselves; the untouched file has it all.
struct ForeignFindings {
  std::size_t pages = 0;
  std::uint64_t bytes = 0;
  bool rotated = false;                        // some page is shown turned
  std::vector<std::size_t> pages_without_text;  // from 1: pictures only, nothing that a reader could search
  bool scripts = false, attachments = false, form = false, metadata = false, signatures = false;
  bool annotations = false;  // those with an appearance are drawn on the page, the others are left out
};

/// Not for two threads at a time.
class ForeignPdf {
 public:
  /// bad_pdf: encrypted (even if no passphrase is asked for), broken, without pages, or of more than `max_pages`; and what
  /// would show otherwise, or hide something, once it is copied: layers, forms of the kind XFA, cropped pages, and
  /// redactions that were marked and not made.
  static Result<ForeignPdf> open(Bytes content);

  const ForeignFindings& findings() const { return findings_; }
  QPDF& document() const { return *document_; }

 private:
  ForeignPdf() = default;
  std::shared_ptr<const Bytes> content_;
  std::shared_ptr<QPDF> document_;
  ForeignFindings findings_;
};

inline constexpr std::size_t max_pages = 20'000;
inline constexpr std::uint64_t max_foreign_size = std::uint64_t{512} << 20;

}  // namespace dokaz::pdf
