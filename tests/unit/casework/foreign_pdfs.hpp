// SPDX-License-Identifier: GPL-3.0-or-later
// PDFs as others make them, good and bad, written by hand.
#pragma once

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include "crypto/bytes.hpp"

namespace dokaz::test {

struct ForeignOptions {
  int pages = 1;
  int rotate = 0;
  bool script = false, attachment = false, form = false, info = false, text = true;
  const char* passphrase = nullptr;  // encrypted for whoever opens it
  bool only_owner = false;           // encrypted, opens without a passphrase
  Bytes jpeg = {};                   // a picture on each page
  int jpeg_width = 16, jpeg_height = 16;
  std::string drawing = {};                               // behind the others, on each page
  const char *page_key = nullptr, *page_value = nullptr;  // one more entry of each page
  const char *root_key = nullptr, *root_value = nullptr;  // one more of the document
};

inline QPDFObjectHandle foreign_page(QPDF& document, const ForeignOptions& options, int number) {
  QPDFObjectHandle page = QPDFObjectHandle::parse("<< /Type /Page /MediaBox [0 0 612 792] >>");
  std::string drawing = "1 0 0 RG 20 20 572 752 re S\n", resources = "<< ";
  if (options.text) {
    drawing += "BT /F1 24 Tf 72 700 Td (Decision page " + std::to_string(number) + ") Tj ET\n";
    resources += "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> ";
  }
  page.replaceKey("/Resources", QPDFObjectHandle::parse(resources + ">>"));
  if (!options.jpeg.empty()) {
    QPDFObjectHandle image = QPDFObjectHandle::newStream(&document);
    image.replaceDict(QPDFObjectHandle::parse("<< /Type /XObject /Subtype /Image /ColorSpace /DeviceRGB /BitsPerComponent 8 >>"));
    image.getDict().replaceKey("/Width", QPDFObjectHandle::newInteger(options.jpeg_width));
    image.getDict().replaceKey("/Height", QPDFObjectHandle::newInteger(options.jpeg_height));
    image.replaceStreamData(to_text(options.jpeg), QPDFObjectHandle::newName("/DCTDecode"), QPDFObjectHandle::newNull());
    page.getKey("/Resources").replaceKey("/XObject", QPDFObjectHandle::parse("<< >>"));
    page.getKey("/Resources").getKey("/XObject").replaceKey("/Im1", document.makeIndirectObject(image));
    drawing += "q 200 0 0 200 72 300 cm /Im1 Do Q\n";
  }
  if (options.rotate != 0) page.replaceKey("/Rotate", QPDFObjectHandle::newInteger(options.rotate));
  if (options.page_key != nullptr) page.replaceKey(options.page_key, QPDFObjectHandle::parse(options.page_value));
  drawing += options.drawing;
  page.replaceKey("/Contents", QPDFObjectHandle::newStream(&document, drawing));
  return document.makeIndirectObject(page);
}

inline Bytes foreign_pdf(const ForeignOptions& options = {}) {
  QPDF document;
  document.emptyPDF();
  for (int number = 1; number <= options.pages; ++number)
    QPDFPageDocumentHelper(document).addPage(foreign_page(document, options, number), false);
  QPDFObjectHandle root = document.getRoot();
  if (options.root_key != nullptr) root.replaceKey(options.root_key, QPDFObjectHandle::parse(options.root_value));
  if (options.script)
    root.replaceKey("/OpenAction", QPDFObjectHandle::parse("<< /S /JavaScript /JS (app.alert\\(1\\)) >>"));
  if (options.form) root.replaceKey("/AcroForm", QPDFObjectHandle::parse("<< /Fields [] >>"));
  if (options.attachment) {
    QPDFObjectHandle file = QPDFObjectHandle::newStream(&document, "attached words");
    file.getDict().replaceKey("/Type", QPDFObjectHandle::newName("/EmbeddedFile"));
    QPDFObjectHandle spec = QPDFObjectHandle::parse("<< /Type /Filespec /F (a.txt) /EF << >> >>");
    spec.getKey("/EF").replaceKey("/F", document.makeIndirectObject(file));
    root.replaceKey("/Names", QPDFObjectHandle::parse("<< /EmbeddedFiles << /Names [ (a.txt) ] >> >>"));
    root.getKey("/Names").getKey("/EmbeddedFiles").getKey("/Names").appendItem(document.makeIndirectObject(spec));
  }
  if (options.info)
    document.getTrailer().replaceKey("/Info", document.makeIndirectObject(QPDFObjectHandle::parse("<< /Author (Somebody Real) >>")));
  QPDFWriter writer(document);
  writer.setOutputMemory();
  writer.setDeterministicID(true);
  if (options.passphrase != nullptr || options.only_owner) {
    writer.setDeterministicID(false);
    writer.setR6EncryptionParameters(options.only_owner ? "" : options.passphrase, "owner", true, true, true, true, true, true,
                                     qpdf_r3p_full, true);
  }
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  return Bytes(buffer->getBuffer(), buffer->getBuffer() + buffer->getSize());
}

}  // namespace dokaz::test
