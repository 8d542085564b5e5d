// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/foreign.hpp"

#include <qpdf/Pipeline.hh>
#include <qpdf/QPDFAcroFormDocumentHelper.hh>
#include <qpdf/QPDFAnnotationObjectHelper.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>

#include <stdexcept>

#include "casework/pdf/qpdf_calls.hpp"

namespace dokaz::pdf {
namespace {

constexpr const char* broken = "a PDF is broken: open it, print it into a new PDF, and name that one";

/// Whether a page's drawing shows any text.
class TextSearch : public QPDFObjectHandle::ParserCallbacks {
 public:
  void handleObject(QPDFObjectHandle object) override {
    if (!object.isOperator()) return;
    const std::string name = object.getOperatorValue();
    if (name == "Tj" || name == "TJ" || name == "'" || name == "\"") {
      found = true;
      terminateParsing();
    }
    if (name == "Do" || name == "BI" || name == "sh" || name == "f" || name == "S" || name == "B") draws = true;
  }
  void handleEOF() override {}
  bool found = false, draws = false;
};

/// Counts what a page unpacks to: a small file may hold a drawing without end.
class Counter : public Pipeline {
 public:
  Counter() : Pipeline("", nullptr) {}
  void write(unsigned char const*, size_t length) override {
    constexpr std::uint64_t most = std::uint64_t{256} << 20;
    count_ += length;
    if (count_ > most) throw std::runtime_error("too large");
  }
  void finish() override {}

 private:
  std::uint64_t count_ = 0;
};

void parse(QPDFPageObjectHelper page, TextSearch& search) {
  Counter counter;
  page.pipeContents(&counter);
  page.parseContents(&search);
}

/// The page itself, then the forms that it draws, each once.
bool lacks_text(QPDFPageObjectHelper page) {
  TextSearch search;
  parse(page, search);
  if (!search.draws) return false;  // empty, or text alone
  if (!search.found)
    page.forEachFormXObject(true, [&](QPDFObjectHandle& form, QPDFObjectHandle&, std::string const&) {
      if (!search.found) parse(QPDFPageObjectHelper(form), search);
    });
  return !search.found;
}

void look_into_object(QPDFObjectHandle object, ForeignFindings& findings) {
  const bool stream = object.isStream();
  if (!stream && !object.isDictionary()) return;
  QPDFObjectHandle dict = stream ? object.getDict() : object;
  if (dict.hasKey("/JS") || dict.getKey("/S").isNameAndEquals("/JavaScript") || dict.hasKey("/AA")) findings.scripts = true;
  if (dict.hasKey("/EF") || dict.getKey("/Type").isNameAndEquals("/EmbeddedFile")) findings.attachments = true;
  if (dict.getKey("/Type").isNameAndEquals("/Sig") || dict.getKey("/FT").isNameAndEquals("/Sig")) findings.signatures = true;
  if (dict.hasKey("/Metadata") || dict.hasKey("/PieceInfo")) findings.metadata = true;
}

ForeignFindings look_at(QPDF& document) {
  ForeignFindings findings;
  QPDFObjectHandle root = document.getRoot();
  findings.form = root.hasKey("/AcroForm") && QPDFAcroFormDocumentHelper(document).hasAcroForm();
  findings.scripts = root.hasKey("/OpenAction") && root.getKey("/OpenAction").isDictionary();
  QPDFObjectHandle info = document.getTrailer().getKey("/Info");
  findings.metadata = info.isDictionary() && !info.getKeys().empty();
  for (QPDFObjectHandle object : document.getAllObjects()) look_into_object(object, findings);
  std::size_t number = 0;
  for (QPDFPageObjectHelper page : QPDFPageDocumentHelper(document).getAllPages()) {
    ++number;
    QPDFObjectHandle turn = page.getAttribute("/Rotate", false);
    if (turn.isInteger() && turn.getIntValue() % 360 != 0) findings.rotated = true;
    if (!page.getAnnotations().empty()) findings.annotations = true;
    if (lacks_text(page)) findings.pages_without_text.push_back(number);
  }
  findings.pages = number;
  return findings;
}

bool covers(QPDFObjectHandle::Rectangle crop, QPDFObjectHandle::Rectangle media) {
  constexpr double nothing = 1;  // point
  return crop.llx <= media.llx + nothing && crop.lly <= media.lly + nothing && crop.urx >= media.urx - nothing && crop.ury >= media.ury - nothing;
}

/// What a copy would show otherwise than its original, or would still hold and not show.
Status check_shown(QPDF& document) {
  constexpr const char* again = ": print it into a new PDF, look at that, and name it";
  if (document.getRoot().hasKey("/OCProperties")) return fail(Errc::bad_pdf, std::string("a PDF has layers, of which some may be hidden") + again);
  QPDFObjectHandle form = document.getRoot().getKey("/AcroForm");
  if (form.isDictionary() && form.hasKey("/XFA")) return fail(Errc::bad_pdf, std::string("a PDF is a form that draws itself (XFA)") + again);
  for (QPDFPageObjectHelper page : QPDFPageDocumentHelper(document).getAllPages()) {
    for (QPDFAnnotationObjectHelper one : page.getAnnotations())
      if (one.getSubtype() == "/Redact") return fail(Errc::bad_pdf, std::string("a PDF has parts that were marked for redaction and are still there") + again);
    QPDFObjectHandle media = page.getAttribute("/MediaBox", false), crop = page.getAttribute("/CropBox", false);
    if (!media.isRectangle()) return fail(Errc::bad_pdf, broken);
    if (!crop.isRectangle()) crop = media;
    if (!covers(crop.getArrayAsRectangle(), media.getArrayAsRectangle()))
      return fail(Errc::bad_pdf, std::string("a page of a PDF is cropped, and holds what is not seen") + again);
    // What viewers show; a copy is cut at the trim box otherwise.
    page.getObjectHandle().replaceKey("/TrimBox", crop);
    page.removeUnreferencedResources();
  }
  return {};
}

bool asks_for_a_passphrase(const QPDFExc& failure) { return failure.getErrorCode() == qpdf_e_password; }

constexpr const char* encrypted = "a PDF is encrypted: ask whoever made it for one without protection";

Result<std::shared_ptr<QPDF>> opened(ByteView content) {
  try {
    auto document = open_qpdf(content);
    if (document->isEncrypted()) return fail(Errc::bad_pdf, encrypted);
    return document;
  } catch (const QPDFExc& failure) {
    return fail(Errc::bad_pdf, asks_for_a_passphrase(failure) ? encrypted : broken);
  }
}

}  // namespace

Result<ForeignPdf> ForeignPdf::open(Bytes content) {
  return with_qpdf(broken, [&]() -> Result<ForeignPdf> {
    ForeignPdf foreign;
    foreign.content_ = std::make_shared<const Bytes>(std::move(content));
    DOKAZ_LET(document, opened(*foreign.content_));
    foreign.document_ = std::move(document);
    // What a viewer would mend silently shows here: pages may be lost by it.
    QPDFPageDocumentHelper pages(*foreign.document_);
    const std::size_t count = pages.getAllPages().size();
    if (count == 0) return fail(Errc::bad_pdf, "a PDF has no pages");
    if (count > max_pages) return fail(Errc::bad_pdf, "a PDF has more pages than are merged: name it in parts");
    foreign.findings_ = look_at(*foreign.document_);
    foreign.findings_.bytes = foreign.content_->size();
    DOKAZ_TRY(check_shown(*foreign.document_));
    // What was filled in, and notes on a page, become a part of the page.
    QPDFAcroFormDocumentHelper(*foreign.document_).generateAppearancesIfNeeded();
    pages.flattenAnnotations(0, an_hidden | an_no_view);
    if (foreign.document_->anyWarnings()) return fail(Errc::bad_pdf, broken);
    return foreign;
  });
}

}  // namespace dokaz::pdf
