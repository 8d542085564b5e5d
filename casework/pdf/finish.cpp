// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/finish.hpp"

#include <qpdf/Buffer.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include <map>
#include <set>

#include "casework/pdf/coded_picture.hpp"
#include "casework/pdf/jpeg_segments.hpp"
#include "casework/pdf/qpdf_calls.hpp"
#include "casework/pdf/srgb.hpp"

namespace dokaz::pdf {
namespace {

QPDFObjectHandle stream_of(QPDF& document, ByteView content) {
  return QPDFObjectHandle::newStream(&document, to_text(content));
}

std::string xmp_of(const std::string& date, bool archive) {
  const std::string stamp = date + "T00:00:00Z";
  std::string text =
      "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
      "<rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"><xmp:CreateDate>" + stamp +
      "</xmp:CreateDate><xmp:ModifyDate>" + stamp + "</xmp:ModifyDate></rdf:Description>\n"
      "<rdf:Description rdf:about=\"\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"><pdf:Producer>" + std::string(producer) +
      "</pdf:Producer></rdf:Description>\n";
  if (archive)
    text += "<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"><pdfaid:part>1</pdfaid:part>"
            "<pdfaid:conformance>B</pdfaid:conformance></rdf:Description>\n";
  return text + "</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>";
}

/// "2026-05-01" as D:20260501000000Z
std::string pdf_date(const std::string& date) {
  return "D:" + date.substr(0, 4) + date.substr(5, 2) + date.substr(8, 2) + "000000Z";
}

void set_metadata(QPDF& document, const Finish& how) {
  QPDFObjectHandle info = QPDFObjectHandle::newDictionary();
  info.replaceKey("/Producer", QPDFObjectHandle::newString(std::string(producer)));
  info.replaceKey("/CreationDate", QPDFObjectHandle::newString(pdf_date(how.date)));
  info.replaceKey("/ModDate", QPDFObjectHandle::newString(pdf_date(how.date)));
  document.getTrailer().replaceKey("/Info", document.makeIndirectObject(info));

  QPDFObjectHandle xmp = stream_of(document, bytes_of(xmp_of(how.date, how.frames.empty())));
  xmp.getDict().replaceKey("/Type", QPDFObjectHandle::newName("/Metadata"));
  xmp.getDict().replaceKey("/Subtype", QPDFObjectHandle::newName("/XML"));
  document.getRoot().replaceKey("/Metadata", document.makeIndirectObject(xmp));
}

void set_output_intent(QPDF& document) {
  QPDFObjectHandle profile = stream_of(document, srgb_profile());
  profile.getDict().replaceKey("/N", QPDFObjectHandle::newInteger(3));
  QPDFObjectHandle intent = QPDFObjectHandle::parse(
      "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB IEC61966-2.1) >>");
  intent.replaceKey("/DestOutputProfile", document.makeIndirectObject(profile));
  QPDFObjectHandle intents = QPDFObjectHandle::newArray();
  intents.appendItem(document.makeIndirectObject(intent));
  document.getRoot().replaceKey("/OutputIntents", intents);
}

/// One bit for each glyph of an embedded TrueType font: its table maxp says how many there are.
std::optional<Bytes> glyph_bits(ByteView font) {
  const auto number = [&](std::size_t at, std::size_t length) {
    std::size_t value = 0;
    for (std::size_t i = 0; i < length; ++i) value = value << 8 | (at + i < font.size() ? font[at + i] : 0U);
    return value;
  };
  for (std::size_t table = 0; table < number(4, 2); ++table) {
    const std::size_t entry = 12 + 16 * table;
    if (entry + 16 > font.size()) return std::nullopt;
    if (text_of(font.subspan(entry, 4)) != "maxp") continue;
    const std::size_t glyphs = number(number(entry + 8, 4) + 4, 2);
    Bytes bits((glyphs + 7) / 8, 0);
    for (std::size_t i = 0; i < glyphs; ++i) bits[i / 8] = static_cast<Byte>(bits[i / 8] | 0x80U >> i % 8);
    return bits;
  }
  return std::nullopt;
}

/// What cairo leaves out of a font or puts into a page, and PDF/A-1b wants otherwise.
void mend(QPDF& document) {
  for (QPDFObjectHandle object : document.getAllObjects()) {
    QPDFObjectHandle dict = object.isStream() ? object.getDict() : object;
    if (!dict.isDictionary()) continue;
    if (dict.getKey("/Group").isDictionary() && !object.isStream()) dict.removeKey("/Group");
    if (object.isStream() && dict.getKey("/Subtype").isNameAndEquals("/Form")) dict.removeKey("/Group");
    dict.removeKey("/Interpolate");
    if (!dict.getKey("/Subtype").isNameAndEquals("/CIDFontType2")) continue;
    dict.replaceKey("/CIDToGIDMap", QPDFObjectHandle::newName("/Identity"));
    QPDFObjectHandle descriptor = dict.getKey("/FontDescriptor");
    QPDFObjectHandle file = descriptor.getKey("/FontFile2");
    if (!file.isStream()) continue;
    const auto font = file.getStreamData(qpdf_dl_generalized);
    if (const auto bits = glyph_bits(ByteView(font->getBuffer(), font->getSize())))
      descriptor.replaceKey("/CIDSet", document.makeIndirectObject(stream_of(document, *bits)));
  }
}

/// What programs leave in the parts of a page beside what it shows.
void remove_private_data(QPDF& document, QPDFObjectHandle object) {
  const bool stream = object.isStream();
  if (!stream && !object.isDictionary()) return;
  QPDFObjectHandle dict = stream ? object.getDict() : object;
  for (const char* key : {"/Metadata", "/PieceInfo", "/LastModified", "/Alternates", "/OPI", "/AF", "/AA", "/Thumb", "/StructParent", "/StructParents"})
    dict.removeKey(key);
  if (!stream || !dict.getKey("/Subtype").isNameAndEquals("/Image")) return;
  const auto jpeg = coded_picture(document, object, "/DCTDecode");
  if (!jpeg) return;
  const auto clean = without_traces(*jpeg);
  if (!clean || clean->size() == jpeg->size()) return;
  QPDFObjectHandle parms = dict.getKey("/DecodeParms");  // how its colours are coded, sometimes
  if (parms.isArray()) parms = parms.getArrayNItems() > 0 ? parms.getArrayItem(parms.getArrayNItems() - 1) : QPDFObjectHandle::newNull();
  object.replaceStreamData(to_text(*clean), QPDFObjectHandle::newName("/DCTDecode"), parms);
}

void fill(QPDF& document, const std::vector<Filled>& frames) {
  std::vector<QPDFPageObjectHelper> pages = QPDFPageDocumentHelper(document).getAllPages();
  std::map<const QPDF*, std::vector<QPDFPageObjectHelper>> sources;
  for (const Filled& one : frames) {
    QPDF& foreign = one.document->document();
    const auto [found, fresh] = sources.try_emplace(&foreign);
    if (fresh) found->second = QPDFPageDocumentHelper(foreign).getAllPages();
    QPDFPageObjectHelper source = found->second.at(one.foreign_page);
    source.externalizeInlineImages();  // so that what they hold is seen
    QPDFObjectHandle form = document.copyForeignObject(source.getFormXObjectForPage());
    QPDFPageObjectHelper& page = pages.at(one.page);
    QPDFObjectHandle resources = page.getAttribute("/Resources", true);
    if (!resources.isDictionary()) {
      resources = QPDFObjectHandle::newDictionary();
      page.getObjectHandle().replaceKey("/Resources", resources);
    }
    resources.mergeResources(QPDFObjectHandle::parse("<< /XObject << >> >>"));
    constexpr const char* name = "/Foreign";
    resources.getKey("/XObject").replaceKey(name, form);
    const double low = page_height - one.box.y - one.box.height;
    const QPDFObjectHandle::Rectangle box(one.box.x, low, one.box.x + one.box.width, low + one.box.height);
    const std::string place = page.placeFormXObject(form, name, box, false, true, false);
    page.addPageContents(QPDFObjectHandle::newStream(&document, "q\n"), true);
    page.addPageContents(QPDFObjectHandle::newStream(&document, "\nQ\n" + place), false);
  }
}

Bytes written(QPDF& document, bool archive) {
  QPDFWriter writer(document);
  writer.setOutputMemory();
  writer.setObjectStreamMode(qpdf_o_disable);
  writer.setStreamDataMode(qpdf_s_compress);
  writer.setNewlineBeforeEndstream(true);
  writer.setDeterministicID(true);
  if (archive) writer.forcePDFVersion("1.4");
  else writer.setMinimumPDFVersion("1.7");
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  return Bytes(buffer->getBuffer(), buffer->getBuffer() + buffer->getSize());
}

}  // namespace

Result<Bytes> finish(ByteView drawn, const Finish& how) {
  return with_qpdf("pages could not be put together", [&]() -> Result<Bytes> {
    const auto document = open_qpdf(drawn);
    mend(*document);
    std::set<QPDFObjGen> ours;
    for (QPDFObjectHandle object : document->getAllObjects()) ours.insert(object.getObjGen());
    fill(*document, how.frames);
    if (!how.frames.empty())
      for (QPDFObjectHandle object : document->getAllObjects())
        if (!ours.contains(object.getObjGen())) remove_private_data(*document, object);
    set_metadata(*document, how);
    set_output_intent(*document);
    return written(*document, how.frames.empty());
  });
}

}  // namespace dokaz::pdf
